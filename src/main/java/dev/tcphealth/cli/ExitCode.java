package dev.tcphealth.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** What this command's exit tells a script. The help of every command prints this list. */
enum ExitCode {
    OK(0, "Done."),
    AGENT_REFUSED(1, "The agent refused or failed, or this command did."),
    USAGE(2, "The command line is wrong."),
    NO_JVM(3, "No such process, or not a JVM the agent can run in."),
    NOT_PERMITTED(4, "The process belongs to another user."),
    NOT_ATTACHABLE(5, "The JVM does not accept an agent, or did not answer in time."),
    NO_AGENT(6, "The agent is not in that JVM."),
    STALE(7, "The agent's samples fail: the report, if there is one, is stale.");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    static Map<String, String> help() {
        Map<String, String> help = new LinkedHashMap<>();
        for (ExitCode exit : values()) {
            help.put(Integer.toString(exit.code), exit.meaning);
        }
        return help;
    }
}
