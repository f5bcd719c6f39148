package dev.tcphealth.health;

import dev.tcphealth.config.HealthLimits;
import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.health.Change.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies every rule to every Snapshot and keeps findings from flapping: one is raised when a problem is seen in two
 * Snapshots in a row, or at once where it is a failure that has happened, and cleared when it was not seen in three.
 * {@link #judge} is for one thread; limits may be changed by any.
 */
public final class Judge {

    /** Problems followed at a time; past that new ones are not looked at until others are gone. */
    static final int MOST = 200;

    private static final int RAISE_AFTER = 2;
    private static final int CLEAR_AFTER = 3;

    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::severity)
            .reversed()
            .thenComparing(Finding::since)
            .thenComparing(Finding::rule)
            .thenComparing(Finding::subject);

    private final List<Rule> rules = List.of(
            new PortsRule(),
            new CloseWaitRule(),
            new LeakedRule(),
            new ConnectsRule(),
            new AcceptQueueRule(),
            new RetransmissionRule(),
            new LimitsRule(),
            new ReuseRule());
    private final Histories history = new Histories();
    private final Forecasts forecasts = new Forecasts(history);
    private final Map<Key, Followed> followed = new LinkedHashMap<>();
    private @Nullable Snapshot before;
    private final List<String> unseen;
    private volatile HealthLimits limits;

    private record Key(String rule, String subject) {}

    private static final class Followed {
        private final Instant since;
        private int seen;
        private int absent;
        private int lower;
        private @Nullable Finding finding;

        private Followed(Instant since) {
            this.since = since;
        }
    }

    /** @param unseen which of the JVM's sockets no Snapshot can have, and why: one line each */
    public Judge(HealthLimits limits, List<String> unseen) {
        this.limits = limits;
        this.unseen = List.copyOf(unseen);
    }

    /** What is judged by now. */
    public HealthLimits limits() {
        return limits;
    }

    /** Judges by these from the next Snapshot on. */
    public void limits(HealthLimits chosen) {
        limits = chosen;
    }

    /** Judges the next Snapshot; to be called for each, in their order. */
    public HealthReport judge(Snapshot now) {
        history.add(now);
        Snapshot last = before == null ? now : before;
        before = now;
        List<Forecast> forecast = forecasts.of(now);
        Sight sight = new Sight(last, now, history, forecast, limits);
        List<Change> changes = new ArrayList<>();
        List<String> undecided = new ArrayList<>();
        Set<Key> seen = new HashSet<>();
        for (Rule rule : rules) {
            Verdicts verdicts = new Verdicts(subject -> isRaised(new Key(rule.name(), subject)));
            rule.judge(sight, verdicts);
            undecided.addAll(verdicts.undecided());
            for (Problem problem : verdicts.problems()) {
                Key key = new Key(rule.name(), problem.subject());
                seen.add(key);
                see(key, problem, now.at(), changes);
            }
        }
        // Where the kernel's sockets could not be read nothing was seen, and so nothing is known to be gone.
        if (now.sockets().known()) {
            followed.entrySet().removeIf(entry -> !seen.contains(entry.getKey()) && gone(entry.getValue(), changes));
        }
        return new HealthReport(
                true, findings(), undecided, forecast, changes, seesCritical(seen) ? List.of() : unknown(now));
    }

    private List<String> unknown(Snapshot now) {
        List<String> reasons = new ArrayList<>(unseen);
        reasons.addAll(NeededFacts.missing(now));
        return reasons;
    }

    /** Nothing that is missing could be worse. What was not seen in this Snapshot may be gone. */
    private boolean seesCritical(Set<Key> seen) {
        return followed.entrySet().stream()
                .filter(entry -> seen.contains(entry.getKey()))
                .map(entry -> entry.getValue().finding)
                .anyMatch(finding -> finding != null && finding.severity() == Severity.CRITICAL);
    }

    private boolean isRaised(Key key) {
        Followed one = followed.get(key);
        return one != null && one.finding != null;
    }

    private void see(Key key, Problem problem, Instant at, List<Change> changes) {
        Followed one = followed.get(key);
        if (one == null) {
            if (followed.size() >= MOST) {
                return;
            }
            one = new Followed(at);
            followed.put(key, one);
        }
        one.seen++;
        one.absent = 0;
        Finding was = one.finding;
        if (was == null) {
            if (one.seen >= RAISE_AFTER || problem.isAtOnce()) {
                one.finding = problem.finding(key.rule, problem.severity(), one.since);
                changes.add(new Change(Kind.RAISED, one.finding));
            }
            return;
        }
        one.lower = problem.severity().compareTo(was.severity()) < 0 ? one.lower + 1 : 0;
        boolean eased = one.lower >= CLEAR_AFTER;
        Finding is =
                problem.finding(key.rule, one.lower > 0 && !eased ? was.severity() : problem.severity(), one.since);
        one.finding = is;
        if (eased) {
            one.lower = 0;
            changes.add(new Change(Kind.EASED, is));
        } else if (is.severity().compareTo(was.severity()) > 0) {
            changes.add(new Change(Kind.ESCALATED, is));
        }
    }

    private static boolean gone(Followed one, List<Change> changes) {
        Finding finding = one.finding;
        one.seen = 0;
        one.absent++;
        if (finding == null) {
            return true;
        }
        if (one.absent < CLEAR_AFTER) {
            return false;
        }
        changes.add(new Change(Kind.CLEARED, finding));
        return true;
    }

    private List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (Followed one : followed.values()) {
            if (one.finding != null) {
                findings.add(one.finding);
            }
        }
        findings.sort(ORDER);
        return findings;
    }
}
