package io.mtproxy.tools.link;

import java.util.ArrayList;
import java.util.List;

/**
 * A text as a QR code for terminals, two rows of it in each line. What is light is drawn, as most terminals are dark; who
 * draws on another one says the colours, too.
 */
public final class QrCode {

    /** The standard wants four modules of margin; cameras do with two. */
    private static final int MARGIN = 2;

    /** One of the characters that it is drawn with. */
    public static final char BLOCK = '\u2588';

    private static final char UPPER = '\u2580';
    private static final char LOWER = '\u2584';

    private QrCode() {}

    /** The lines, all of the same length. */
    public static List<String> lines(String text) {
        io.nayuki.qrcodegen.QrCode code = io.nayuki.qrcodegen.QrCode.encodeText(text,
                io.nayuki.qrcodegen.QrCode.Ecc.LOW);
        List<String> lines = new ArrayList<>();
        for (int y = -MARGIN; y < code.size + MARGIN; y += 2) {
            StringBuilder line = new StringBuilder();
            for (int x = -MARGIN; x < code.size + MARGIN; x++) {
                // around the code all is light; below that nothing is drawn
                line.append(module(!code.getModule(x, y), y + 1 < code.size + MARGIN && !code.getModule(x, y + 1)));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static char module(boolean upper, boolean lower) {
        if (upper) {
            return lower ? BLOCK : UPPER;
        }
        return lower ? LOWER : ' ';
    }
}
