package dev.tcphealth.health;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What one rule says of one Snapshot. At most {@link #MOST} problems: a rule names the worst first. */
final class Verdicts {

    /** Of one rule; more say nothing more to a person. */
    static final int MOST = 25;

    /** Raised already, a problem must be clearly below its limit to be gone. */
    private static final double STAYS_ABOVE = 0.8;

    private final Predicate<String> raised;
    private final Map<String, Problem> problems = new LinkedHashMap<>();
    private final List<String> undecided = new ArrayList<>();

    /** @param raised whether there is a finding of this rule about a subject */
    Verdicts(Predicate<String> raised) {
        this.raised = raised;
    }

    /** Past the most a rule may name, what it says of others is lost; what is raised is kept. */
    Problem problem(String subject, Severity severity, String title) {
        Problem problem = new Problem(subject, severity, title);
        if (problems.size() < MOST || raised.test(subject)) {
            problems.putIfAbsent(subject, problem);
        }
        return problem;
    }

    /** Says that there is too little to judge by, which is no problem. */
    void undecided(String line) {
        if (undecided.size() < MOST) {
            undecided.add(line);
        }
    }

    /** A limit as it applies to a subject: lower once there is a finding about it, so that none flaps. */
    double limit(String subject, double limit) {
        return raised.test(subject) ? STAYS_ABOVE * limit : limit;
    }

    List<Problem> problems() {
        return List.copyOf(problems.values());
    }

    List<String> undecided() {
        return undecided;
    }
}
