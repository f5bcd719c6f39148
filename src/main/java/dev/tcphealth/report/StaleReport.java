package dev.tcphealth.report;

import dev.tcphealth.text.Plain;
import java.time.Instant;

/** A report whose facts are old, as no sample could be taken since: it says so, since when and why. */
public final class StaleReport {

    /** The line of the page begins with it. */
    public static final String MARK = "STALE: ";

    private StaleReport() {}

    /** In one line, for programs. */
    public static String line(Instant since, String reason) {
        return "since " + since + ": " + Plain.text(reason);
    }

    /** The page with a line more, after the two of its title. */
    public static String text(String page, Instant since, String reason) {
        int title = page.indexOf('\n', page.indexOf('\n') + 1) + 1;
        String line = MARK + "no sample since " + since + ": " + Plain.text(reason);
        return new StringBuilder(page.length() + line.length() + 1)
                .append(page, 0, title)
                .append(line)
                .append('\n')
                .append(page, title, page.length())
                .toString();
    }

    /** The document with a member more. */
    public static String json(String document, Instant since, String reason) {
        String member = JsonWriter.document(json -> json.object(
                "stale", stale -> stale.text("since", since.toString()).text("reason", reason)));
        return new StringBuilder(document.length() + member.length())
                .append(member, 0, member.length() - 1)
                .append(',')
                .append(document, 1, document.length())
                .toString();
    }
}
