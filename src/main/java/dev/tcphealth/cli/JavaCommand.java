package dev.tcphealth.cli;

import dev.tcphealth.text.Plain;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a java command line starts, and with which options for the JVM.
 *
 * @param main the main class, the jar, the module or the source file, as given, behind the argument files given before
 *     it; for other launchers the program's name. Harmless, and on one line
 * @param jvmOptions in the order in which the JVM takes them, so the last one counts
 */
record JavaCommand(String main, List<String> jvmOptions) {

    /** Options of the launcher whose value is the next word (java.base/share/native/libjli/java.c, IsWhiteSpaceOption). */
    private static final Set<String> TAKES_VALUE = Set.of(
            "-cp",
            "-classpath",
            "--class-path",
            "-p",
            "--module-path",
            "--upgrade-module-path",
            "--add-modules",
            "--limit-modules",
            "--add-exports",
            "--add-opens",
            "--add-reads",
            "--patch-module",
            "--enable-native-access",
            "-d",
            "--describe-module",
            "--source");

    /** Longer ones are cut on the left: the arguments of a process may take megabytes. */
    private static final int LONGEST_MAIN = 400;

    JavaCommand {
        main = Plain.text(Plain.shortened(main, LONGEST_MAIN));
        jvmOptions = List.copyOf(jvmOptions);
    }

    /**
     * Argument files ({@code @file}) are shown, never opened: which file that is was up to the process, and what is in it
     * now may be anything. So behind one, the main class is what looks like it.
     *
     * @param words the process's arguments, the program first
     */
    static JavaCommand parse(List<String> words) {
        String program = words.isEmpty() ? "" : words.get(0);
        String name = program.substring(program.lastIndexOf('/') + 1);
        if (!name.equals("java")) {
            return new JavaCommand(name.isEmpty() ? "?" : name, List.of());
        }
        StringBuilder main = new StringBuilder();
        List<String> options = new ArrayList<>();
        boolean files = true;
        int at = 1;
        while (at < words.size()) {
            String word = words.get(at++);
            if (word.equals("--disable-@files")) {
                files = false;
            } else if (files && word.startsWith("@") && !word.startsWith("@@")) {
                main.append(word).append(' ');
            } else if (word.equals("-m") || word.equals("--module")) {
                return started(main, at < words.size() ? words.get(at) : "", options);
            } else if (word.startsWith("--module=")) {
                return started(main, word.substring("--module=".length()), options);
            } else if (TAKES_VALUE.contains(word)) {
                at++;
            } else if (!word.startsWith("-")) {
                return started(main, word.startsWith("@@") ? word.substring(1) : word, options);
            } else if (!word.equals("-jar")) {
                options.add(word);
            }
        }
        return started(main, "", options);
    }

    private static JavaCommand started(StringBuilder argumentFiles, String word, List<String> options) {
        String main = argumentFiles.append(word).toString().stripTrailing();
        return new JavaCommand(main.isEmpty() ? "?" : main, options);
    }

    /** The same command with options the JVM read before (JAVA_TOOL_OPTIONS) and after (_JAVA_OPTIONS) the given ones. */
    JavaCommand with(Collection<String> before, Collection<String> after) {
        List<String> all = new ArrayList<>(before);
        all.addAll(jvmOptions);
        all.addAll(after);
        return new JavaCommand(main, all);
    }

    /** What {@code -XX:+name} or {@code -XX:-name} last said; empty where neither is given. */
    Optional<Boolean> flag(String name) {
        Optional<Boolean> value = Optional.empty();
        for (String option : jvmOptions) {
            if (option.equals("-XX:+" + name)) {
                value = Optional.of(true);
            } else if (option.equals("-XX:-" + name)) {
                value = Optional.of(false);
            }
        }
        return value;
    }
}
