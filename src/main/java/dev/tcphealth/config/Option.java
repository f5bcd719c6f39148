package dev.tcphealth.config;

/**
 * Every option there is, once: its key, its default and its help. The README's table is made from these, and a test
 * fails when the two differ.
 */
public enum Option {
    INTERVAL(
            "interval",
            "5s",
            Options.text(Options.SHORTEST) + " to " + Options.text(Options.LONGEST),
            "how often the kernel is read and the MBeans change"),
    APP(
            "app",
            "",
            "package prefixes, separated by ':'",
            "your own packages: a code path is named after the first frame in them; without it, after the first frame"
                    + " that is neither the JDK nor a well-known library"),
    DEPTH("depth", 32, 1, 200, "frames kept of each code path"),
    CODE_PATHS("code-paths", 1000, 10, 100_000, "code paths kept apart; the rest count together"),
    DESTINATIONS("destinations", 1000, 10, 100_000, "destinations kept apart; the rest count together"),
    REMEMBER(
            "remember",
            131_072,
            4096,
            4_194_304,
            "closed connections remembered, to tell whose the sockets in TIME_WAIT are; 24 bytes each"),
    MAX_OVERHEAD(
            "max-overhead",
            5,
            0,
            100,
            "per cent of one core that the agent may take, over ten seconds: above it only a sample of stacks is looked"
                    + " at, and said to be one, while all counts stay exact; 0: look at every stack");

    private final String key;
    private final String defaultValue;
    private final String allowed;
    private final String help;
    private final int lowest;
    private final int highest;

    Option(String key, int defaultValue, int lowest, int highest, String help) {
        this(key, Integer.toString(defaultValue), lowest + " to " + highest, help, lowest, highest);
    }

    Option(String key, String defaultValue, String allowed, String help) {
        this(key, defaultValue, allowed, help, 0, 0);
    }

    Option(String key, String defaultValue, String allowed, String help, int lowest, int highest) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.allowed = allowed;
        this.help = help;
        this.lowest = lowest;
        this.highest = highest;
    }

    public String key() {
        return key;
    }

    /** As it would be written; empty where there is none. */
    public String defaultValue() {
        return defaultValue;
    }

    /** What may be given, for people. */
    public String allowed() {
        return allowed;
    }

    public String help() {
        return help;
    }

    /** Whether a number is within the bounds of an option that is one. */
    boolean allows(int number) {
        return number >= lowest && number <= highest;
    }
}
