package dev.tcphealth.cli;

/** Judges what the agent replied. */
final class Replies {
    private Replies() {}

    static void require(AgentReply reply, JvmProcess jvm) throws CommandFailure {
        if (reply.verdict() != AgentReply.Verdict.OK) {
            String verdict = reply.verdict() == AgentReply.Verdict.REFUSED ? "refused" : "failed";
            String why = reply.text().isEmpty() ? "it does not say why" : AttachFailures.quoted(reply.text());
            throw new CommandFailure(
                    ExitCode.AGENT_REFUSED, "the agent in JVM " + jvm.label() + " " + verdict + ": " + why);
        }
    }
}
