package dev.tcphealth.config;

/** The agent properties of a JVM in which a running agent keeps what the command line reads from another process. */
public enum AgentProperty {
    /** The agent's version, for as long as it is in. */
    VERSION("tcphealth.version"),
    REPORT_TEXT("tcphealth.report.text"),
    REPORT_JSON("tcphealth.report.json"),
    /** From one sample to the next, as {@link java.time.Duration#toString} writes it; there with the reports. */
    INTERVAL("dev.tcphealth.interval"),
    /** {@code since INSTANT: reason}, on one line, while samples fail and the reports are those of the last that did not. */
    STALE("dev.tcphealth.stale");

    private final String key;

    AgentProperty(String key) {
        this.key = key;
    }

    public String key() {
        return key;
    }
}
