package dev.tcphealth.cli;

import java.util.List;
import java.util.Optional;

/** What the agent answered: its verdict, and text for a person. */
record AgentReply(Verdict verdict, String text) {
    enum Verdict {
        OK,
        REFUSED,
        FAILED
    }

    /** The first line is the verdict, the rest the text. Empty as long as nothing is written. */
    static Optional<AgentReply> parse(String reply) {
        List<String> lines = reply.strip().lines().toList();
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        String text = String.join("\n", lines.subList(1, lines.size())).strip();
        return Optional.of(
                switch (lines.get(0).strip()) {
                    case "ok" -> new AgentReply(Verdict.OK, text);
                    case "refused" -> new AgentReply(Verdict.REFUSED, text);
                    case "failed" -> new AgentReply(Verdict.FAILED, text);
                    default -> new AgentReply(Verdict.FAILED, "an answer that is not understood: " + reply.strip());
                });
    }
}
