package dev.tcphealth.report;

import dev.tcphealth.text.Plain;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Columns of text, right-aligned but for the last, which is shortened to what room there is. */
final class TextTable {

    private static final String INDENT = "  ";
    private static final String GAP = "  ";

    private final int width;
    private final List<String[]> rows = new ArrayList<>();

    TextTable(int width, String... header) {
        this.width = width;
        rows.add(header);
    }

    void row(String... cells) {
        rows.add(cells);
    }

    void appendTo(StringBuilder page) {
        int last = rows.get(0).length - 1;
        int[] widths = IntStream.range(0, last)
                .map(column -> rows.stream()
                        .mapToInt(row -> row[column].length())
                        .max()
                        .orElse(0))
                .toArray();
        int room = width - INDENT.length() - IntStream.of(widths).sum() - GAP.length() * last;
        for (String[] row : rows) {
            page.append(INDENT);
            for (int column = 0; column < last; column++) {
                page.append(" ".repeat(widths[column] - row[column].length()))
                        .append(row[column])
                        .append(GAP);
            }
            page.append(Plain.shortened(row[last], room)).append('\n');
        }
    }
}
