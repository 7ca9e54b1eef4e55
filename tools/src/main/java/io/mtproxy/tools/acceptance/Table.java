package io.mtproxy.tools.acceptance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Rows for people: columns as wide as they have to be, the first one to the left, numbers to the right. */
public final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    /** With these headings. */
    public Table(String... headings) {
        rows.add(List.of(headings));
    }

    /** One more row, of as many cells as there are headings. */
    public Table row(Object... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(cells.length + " cells (expected: " + rows.getFirst().size() + ")");
        }
        rows.add(Arrays.stream(cells).map(Table::text).toList());
        return this;
    }

    /** As lines of equal width. */
    public List<String> lines() {
        int[] widths = IntStream.range(0, rows.getFirst().size())
                .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0)).toArray();
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String pad = " ".repeat(widths[i] - row.get(i).length());
            line.append(i == 0 ? "" : "  ").append(i == 0 ? row.get(i) + pad : pad + row.get(i));
        }
        return line.toString().stripTrailing();
    }

    private static String text(Object cell) {
        return cell instanceof Double number ? number(number) : String.valueOf(cell);
    }

    /** Three digits that tell something. */
    private static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }
}
