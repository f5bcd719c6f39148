package dev.tcphealth.cli;

import dev.tcphealth.config.Option;
import dev.tcphealth.text.Plain;
import java.util.ArrayList;
import java.util.List;

/** The agent's options for the help, two columns, as picocli's footer takes them. */
final class OptionHelp {
    private static final int NAME_WIDTH = 26;
    private static final int HELP_WIDTH = 70;

    private OptionHelp() {}

    static List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Option option : Option.values()) {
            String name = option.key();
            for (String part : Plain.wrapped(option.help() + ". " + option.choice() + ".", HELP_WIDTH)) {
                String line = "  " + name + " ".repeat(NAME_WIDTH - name.length()) + part;
                lines.add(line.replace("%", "%%"));
                name = "";
            }
        }
        return lines;
    }
}
