package dev.tcphealth;

import dev.tcphealth.config.Version;
import dev.tcphealth.report.ReportContext;
import java.io.BufferedReader;
import java.io.FileReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What a report says of the JVM it is about. */
final class ThisJvm {

    private ThisJvm() {}

    static ReportContext context() {
        String command = System.getProperty("sun.java.command", "").strip();
        int end = command.indexOf(' ');
        return new ReportContext(
                ProcessHandle.current().pid(),
                command.isEmpty() ? "(unknown)" : command.substring(0, end < 0 ? command.length() : end),
                System.getProperty("java.version", "unknown"),
                Version.current(),
                hostName());
    }

    /** The kernel's name of the host: InetAddress would ask the network. */
    private static String hostName() {
        // Not by java.nio.file.Files, which would leave this thread a direct buffer.
        try (BufferedReader in =
                new BufferedReader(new FileReader("/proc/sys/kernel/hostname", StandardCharsets.UTF_8))) {
            String name = in.readLine();
            return name == null || name.isBlank() ? "(unknown host)" : name.strip();
        } catch (IOException e) {
            return "(unknown host)";
        }
    }
}
