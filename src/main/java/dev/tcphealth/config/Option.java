package dev.tcphealth.config;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * Every option there is, once: its key, its default and its help. The README's table is made from these, and a test
 * fails when the two differ.
 */
public enum Option {
    INTERVAL(
            "interval",
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            "how often the kernel is read and the MBeans change"),
    APP(
            "app",
            "",
            "package prefixes, separated by ':'",
            "com.example",
            "your own packages: a code path is named after the first frame in them; without it, after the first frame"
                    + " that is neither the JDK nor a well-known library"),
    DEPTH("depth", 32, 1, 200, "frames kept of each code path"),
    CODE_PATHS(
            "code-paths",
            1000,
            10,
            100_000,
            "code paths kept apart; past that idle ones make room, and the rest count together"),
    DESTINATIONS(
            "destinations",
            1000,
            10,
            100_000,
            "destinations kept apart; past that idle ones make room, and the rest count together"),
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
            "per cent of one core that the agent may take, over ten seconds: above it only a sample of the stacks that"
                    + " are not matched is captured, and said to be one, while all counts stay exact, and samples that"
                    + " cost more come less often; 0: no limit"),
    STACKS(
            "stacks",
            "matched",
            "matched or captured",
            "captured",
            "matched: a stack that was captured before is matched by the addresses of its code, in a tenth of the time;"
                    + " captured: each stack is captured"),
    LOCAL(
            "local",
            "",
            "networks such as 10.0.0.0/8, separated by '+'",
            "10.0.0.0/8",
            "the networks whose retransmission limit is the local one, besides loopback; without it, those reached"
                    + " without a gateway"),
    RETRANSMISSION_LOCAL(
            "retransmission-local",
            "0.01",
            0.0001,
            100,
            "%",
            "a finding is raised when more of the segments sent to a local destination are retransmitted"),
    RETRANSMISSION_DISTANT(
            "retransmission-distant",
            "0.5",
            0.0001,
            100,
            "%",
            "the same for every other destination; not below retransmission-local"),
    RETRANSMISSION_SEGMENTS(
            "retransmission-segments",
            1000,
            10,
            1_000_000_000,
            "segments to a destination below which its retransmissions are not judged"),
    PORTS_USED("ports-used", "80", 1, 100, "%", "of the ephemeral ports towards a destination may be in use"),
    CLOSE_WAIT(
            "close-wait",
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofHours(24),
            "how long a connection may be in CLOSE_WAIT"),
    LEAKED("leaked", 1, 1, 1_000_000, "sockets of one code path that the application lost make a finding"),
    SHORT_LIVED(
            "short-lived",
            Duration.ofSeconds(10),
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "connections that live less than this on average are short"),
    SHORT_LIVED_RATE(
            "short-lived-rate",
            "10",
            0.1,
            1_000_000,
            "/s",
            "short connections that one code path may open to one destination"),
    ACCEPT_QUEUE("accept-queue", "80", 1, 100, "%", "of its backlog may wait in a listener's accept queue"),
    CONNECTS_FAILING("connects-failing", "10", 0.1, 100, "%", "of the connects to a destination may fail"),
    LIMITS_NEAR("limits-near", "80", 1, 100, "%", "of descriptors, tcp_max_tw_buckets and orphans may be in use");

    private final String key;
    private final String defaultValue;
    private final String allowed;

    /** Of a number that may have a fraction; else empty. */
    private final String unit;

    private final String example;

    /** Whether it is a number without a fraction. */
    private final boolean whole;

    private final String help;
    private final double lowest;
    private final double highest;

    Option(String key, int defaultValue, int lowest, int highest, String help) {
        this(key, "" + defaultValue, lowest + " to " + highest, "", "" + defaultValue, true, help, lowest, highest);
    }

    Option(String key, String defaultValue, double lowest, double highest, String unit, String help) {
        this(key, defaultValue, "", unit, defaultValue, false, help, lowest, highest);
    }

    Option(String key, Duration defaultValue, Duration lowest, Duration highest, String help) {
        this(
                key,
                text(defaultValue),
                text(lowest) + " to " + text(highest),
                "",
                text(defaultValue),
                false,
                help,
                (double) lowest.toNanos(),
                (double) highest.toNanos());
    }

    Option(String key, String defaultValue, String allowed, String example, String help) {
        this(key, defaultValue, allowed, "", example, false, help, 0, 0);
    }

    Option(
            String key,
            String defaultValue,
            String allowed,
            String unit,
            String example,
            boolean whole,
            String help,
            double lowest,
            double highest) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.allowed = allowed;
        this.unit = unit;
        this.example = example;
        this.whole = whole;
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
        // Not made beforehand: BigDecimal takes a JVM that starts, and the first socket in it, ten milliseconds.
        return unit.isEmpty() ? allowed : text(lowest) + " to " + text(highest) + " " + unit;
    }

    /** What may be given and what the default is, as the end of a message. */
    public String choice() {
        return "Allowed: " + (whole ? "a whole number from " : "") + allowed()
                + (defaultValue.isEmpty() ? "; for example " + example : "; default " + defaultValue);
    }

    /** A value that may be given. */
    String example() {
        return example;
    }

    public String help() {
        return help;
    }

    /** Whether a number is within the bounds of an option that is one; NaN never is. */
    boolean allows(double number) {
        return number >= lowest && number <= highest;
    }

    /** Whether a duration is within the bounds of an option that is one. */
    public boolean allows(Duration duration) {
        return duration.compareTo(Duration.ofNanos((long) lowest)) >= 0
                && duration.compareTo(Duration.ofNanos((long) highest)) <= 0;
    }

    /** A duration as it would be written, in whole units. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        return millis > 0 && millis % 3_600_000 == 0
                ? millis / 3_600_000 + "h"
                : millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    /** A number as it would be written, without a point where there is nothing behind it. */
    static String text(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
}
