package dev.tcphealth.cli;

import dev.tcphealth.kernel.HostSample;
import dev.tcphealth.kernel.InterfaceRates;
import dev.tcphealth.kernel.TcpRates;
import java.util.List;
import java.util.Locale;

/**
 * The three tables of {@code sar -n DEV,TCP,ETCP}, in sar's words, columns, widths and decimals (sysstat's pr_stats.c:
 * print_net_dev_stats, print_net_tcp_stats, print_net_etcp_stats). Interfaces are sorted by name, and what is not known
 * is {@code -}, where sar prints 0.00.
 */
final class HostTables {
    private static final int TIME_WIDTH = 11;
    private static final int WIDTH = 9;
    private static final List<String> DEV =
            List.of("IFACE", "rxpck/s", "txpck/s", "rxkB/s", "txkB/s", "rxcmp/s", "txcmp/s", "rxmcst/s", "%ifutil");
    private static final List<String> TCP = List.of("active/s", "passive/s", "iseg/s", "oseg/s");
    private static final List<String> ETCP = List.of("atmptf/s", "estres/s", "retrans/s", "isegerr/s", "orsts/s");

    private HostTables() {}

    /**
     * The tables of one interval, each after an empty line.
     *
     * @param from what stands before the head of a table: when the interval began
     * @param to what stands before its rows: when it ended
     */
    static String text(String from, String to, HostSample sample) {
        StringBuilder text = new StringBuilder();
        head(text, from, DEV);
        for (InterfaceRates of : sample.interfaces()) {
            row(
                    text,
                    to,
                    of.name(),
                    of.rxPackets(),
                    of.txPackets(),
                    of.rxKilobytes(),
                    of.txKilobytes(),
                    of.rxCompressed(),
                    of.txCompressed(),
                    of.rxMulticast(),
                    of.utilisationPercent());
        }
        TcpRates tcp = sample.tcp();
        head(text, from, TCP);
        row(text, to, "", tcp.active(), tcp.passive(), tcp.inSegments(), tcp.outSegments());
        head(text, from, ETCP);
        row(
                text,
                to,
                "",
                tcp.attemptFails(),
                tcp.establishedResets(),
                tcp.retransmittedSegments(),
                tcp.inErrors(),
                tcp.outResets());
        return text.toString();
    }

    private static void head(StringBuilder text, String time, List<String> columns) {
        text.append('\n');
        time(text, time);
        columns.forEach(column -> cell(text, column));
        text.append('\n');
    }

    private static void row(StringBuilder text, String time, String name, double... values) {
        time(text, time);
        if (!name.isEmpty()) {
            cell(text, name);
        }
        for (double value : values) {
            cell(text, Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f", value));
        }
        text.append('\n');
    }

    private static void time(StringBuilder text, String time) {
        text.append(time).append(" ".repeat(Math.max(0, TIME_WIDTH - time.length())));
    }

    private static void cell(StringBuilder text, String value) {
        text.append(" ".repeat(1 + Math.max(0, WIDTH - value.length()))).append(value);
    }
}
