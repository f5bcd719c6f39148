package dev.tcphealth.config;

/** The agent properties of a JVM in which a running agent keeps what the command line reads from another process. */
public enum AgentProperty {
    /** The agent's version, for as long as it is in. */
    VERSION("tcphealth.version"),
    REPORT_TEXT("tcphealth.report.text"),
    REPORT_JSON("tcphealth.report.json"),
    /** The answer to the last attach or detach: the command's nonce, a verdict, and text, on lines of their own. */
    REPLY("dev.tcphealth.reply");

    private final String key;

    AgentProperty(String key) {
        this.key = key;
    }

    public String key() {
        return key;
    }
}
