package dev.tcphealth.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a java command line starts, and with which options for the JVM.
 *
 * @param main the main class, the jar, the module or the source file, as given; for other launchers the program's name
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

    JavaCommand {
        jvmOptions = List.copyOf(jvmOptions);
    }

    /**
     * @param words the process's arguments, the program first
     * @param argumentFiles gives the words of {@code @file}; empty where it cannot be read
     */
    static JavaCommand parse(List<String> words, Function<String, Optional<List<String>>> argumentFiles) {
        String program = words.isEmpty() ? "" : words.get(0);
        String name = program.substring(program.lastIndexOf('/') + 1);
        if (!name.equals("java")) {
            return new JavaCommand(name.isEmpty() ? "?" : name, List.of());
        }
        Deque<String> rest = new ArrayDeque<>(words.subList(1, words.size()));
        List<String> options = new ArrayList<>();
        boolean files = true;
        while (!rest.isEmpty()) {
            String word = rest.removeFirst();
            if (word.equals("--disable-@files")) {
                files = false;
            } else if (files && word.startsWith("@") && !word.startsWith("@@")) {
                pushAll(argumentFiles.apply(word.substring(1)).orElse(List.of()), rest);
            } else if (word.equals("-m") || word.equals("--module")) {
                return new JavaCommand(rest.isEmpty() ? "?" : rest.removeFirst(), options);
            } else if (word.startsWith("--module=")) {
                return new JavaCommand(word.substring("--module=".length()), options);
            } else if (TAKES_VALUE.contains(word)) {
                rest.pollFirst();
            } else if (!word.startsWith("-")) {
                return new JavaCommand(word.startsWith("@@") ? word.substring(1) : word, options);
            } else if (!word.equals("-jar")) {
                options.add(word);
            }
        }
        return new JavaCommand("?", options);
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

    private static void pushAll(List<String> words, Deque<String> rest) {
        for (int i = words.size() - 1; i >= 0; i--) {
            rest.addFirst(words.get(i));
        }
    }
}
