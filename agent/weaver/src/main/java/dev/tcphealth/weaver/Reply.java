package dev.tcphealth.weaver;

import dev.tcphealth.config.AgentProperty;
import jdk.internal.vm.VMSupport;

/** What the agent answers to a command that has loaded it. */
record Reply(Verdict verdict, String text) {

    enum Verdict {
        OK("ok"),
        REFUSED("refused"),
        FAILED("failed");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }
    }

    static final Reply OK = new Reply(Verdict.OK, "");

    static Reply refused(String why) {
        return new Reply(Verdict.REFUSED, why);
    }

    static Reply failed(Throwable why) {
        return new Reply(Verdict.FAILED, String.valueOf(why));
    }

    /**
     * Shows it as an agent property, which the command reads once its request to load the agent was answered. No file is
     * needed for it, and nothing is left of it but a property.
     *
     * @param nonce what the command has sent, so that it knows its own reply
     */
    void publish(String nonce) {
        VMSupport.getAgentProperties()
                .setProperty(AgentProperty.REPLY.key(), nonce + "\n" + verdict.word + "\n" + text);
    }
}
