package dev.tcphealth.health;

import java.time.Instant;
import java.util.List;

/**
 * One judged problem.
 *
 * @param rule the rule's name, such as {@code ports}
 * @param subject what it is about, unique within the rule and the same from sample to sample
 * @param severity how bad it is
 * @param title what is wrong, in one sentence with its most important numbers
 * @param evidence the numbers it rests on
 * @param codePath the name of the code path to look at, or empty where there is none
 * @param codePathId that code path's id, or -1
 * @param destination the destination's name, or empty where there is none
 * @param advice what to do about it, in one or two sentences
 * @param since when it was first seen
 */
public record Finding(
        String rule,
        String subject,
        Severity severity,
        String title,
        List<Evidence> evidence,
        String codePath,
        int codePathId,
        String destination,
        String advice,
        Instant since) {

    public Finding {
        evidence = List.copyOf(evidence);
    }
}
