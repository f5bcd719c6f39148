package dev.tcphealth.cli;

import java.nio.file.Path;

/** The command line as {@code java -jar} starts it, from the jar that is the agent too. */
public final class JarMain {
    private JarMain() {}

    public static void main(String[] args) {
        System.exit(Main.run(args, Path.of(System.getProperty("java.class.path"))));
    }
}
