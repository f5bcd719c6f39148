package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;

/** Runs the command line within this JVM, and keeps what a user sees. */
record Cli(int exit, String out, String err) {
    static Cli run(Path agentJar, Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] words = List.of(args).stream().map(Object::toString).toArray(String[]::new);
        int exit = Main.run(words, agentJar, out, err, UTF_8);
        return new Cli(exit, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** What was said on standard error besides the progress line: for a failure, the one line. */
    String complaint() {
        return String.join(
                "\n",
                err.lines().filter(line -> !line.startsWith("attaching to ")).toList());
    }
}
