package io.mtproxy.tools.cli;

import io.mtproxy.tools.acceptance.Report;
import io.mtproxy.tools.acceptance.RunFolder;
import java.io.IOException;

/** The end of a run that judges: tables, files, exit code. */
final class AcceptanceOutput {

    private AcceptanceOutput() {}

    static int finish(Report report, RunFolder folder) throws IOException {
        folder.write(report);
        folder.print("");
        report.tables().forEach(folder::print);
        folder.print("");
        report.guardLines().forEach(folder::print);
        folder.print("");
        report.notes().forEach(note -> folder.print("note: " + note));
        folder.print(report.verdict());
        folder.print("report and logs: " + folder.directory());
        return report.holds() ? 0 : 1;
    }
}
