package dev.tcphealth.cli;

import java.util.Optional;

/** What the agent answered: its verdict, and text for a person. */
record AgentReply(Verdict verdict, String text) {
    enum Verdict {
        OK,
        REFUSED,
        FAILED
    }

    /**
     * The first line is the nonce of the request, the second the verdict, the rest the text. Empty where it answers
     * another request.
     */
    static Optional<AgentReply> parse(String reply, String nonce) {
        String[] parts = reply.split("\n", 3);
        if (parts.length < 2 || !parts[0].equals(nonce)) {
            return Optional.empty();
        }
        String text = parts.length < 3 ? "" : parts[2].strip();
        return Optional.of(
                switch (parts[1].strip()) {
                    case "ok" -> new AgentReply(Verdict.OK, text);
                    case "refused" -> new AgentReply(Verdict.REFUSED, text);
                    case "failed" -> new AgentReply(Verdict.FAILED, text);
                    default -> new AgentReply(Verdict.FAILED, "an answer that is not understood: " + parts[1].strip());
                });
    }
}
