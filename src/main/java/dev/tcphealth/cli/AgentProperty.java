package dev.tcphealth.cli;

/** The agent properties of a JVM in which the running agent keeps what this command reads. */
enum AgentProperty {
    VERSION("tcphealth.version"),
    REPORT_TEXT("tcphealth.report.text"),
    REPORT_JSON("tcphealth.report.json");

    private final String key;

    AgentProperty(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }
}
