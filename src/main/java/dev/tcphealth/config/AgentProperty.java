package dev.tcphealth.config;

/** The agent properties of a JVM in which a running agent keeps what the command line reads from another process. */
public enum AgentProperty {
    /** The agent's version, for as long as it is in. */
    VERSION("tcphealth.version"),
    REPORT_TEXT("tcphealth.report.text"),
    REPORT_JSON("tcphealth.report.json"),
    /** From one sample to the next, as {@link java.time.Duration#toString} writes it; there with the reports. */
    INTERVAL("dev.tcphealth.interval"),
    /** One line, {@code since INSTANT: REASON}, for as long as the last sample failed: the two reports are of before. */
    STALE("dev.tcphealth.stale"),
    /**
     * What the agent answered when it was last told something by loading it: the nonce it was told with, the verdict (ok,
     * refused or failed) and a text for a person, a line each. A reply with another nonce is no reply.
     */
    REPLY("dev.tcphealth.reply");

    private final String key;

    AgentProperty(String key) {
        this.key = key;
    }

    public String key() {
        return key;
    }
}
