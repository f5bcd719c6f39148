package dev.tcphealth.config;

/** The agent properties of a JVM in which a running agent keeps what the command line reads from another process. */
public enum AgentProperty {
    /** The agent's version, for as long as it is in. */
    VERSION("tcphealth.version"),
    REPORT_TEXT("tcphealth.report.text"),
    REPORT_JSON("tcphealth.report.json"),
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
