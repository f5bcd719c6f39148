package dev.tcphealth.cli;

import java.nio.file.Path;
import java.util.Arrays;

/** The command line as a process of its own: the agent's jar, then the arguments. */
public final class CliMain {
    private CliMain() {}

    public static void main(String[] args) {
        String[] rest = Arrays.copyOfRange(args, 1, args.length);
        System.exit(Main.run(rest, Path.of(args[0])));
    }
}
