package dev.tcphealth.cli;

/** What the agent is told by loading it: the first word of its arguments. */
enum AgentCommand {
    ATTACH("@attach"),
    DETACH("@detach");

    private final String word;

    AgentCommand(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}
