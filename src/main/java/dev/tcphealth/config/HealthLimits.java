package dev.tcphealth.config;

import dev.tcphealth.address.Subnet;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is judged by: one limit for each rule.
 *
 * @param local networks taken for local besides loopback; empty: those that need no gateway
 * @param retransmissionLocal percent of the segments to a local destination
 * @param retransmissionDistant percent of the segments to any other
 * @param retransmissionSegments segments below which nothing is judged
 * @param portsUsed percent of the ephemeral ports towards a destination
 * @param closeWait how long a connection may be in CLOSE_WAIT
 * @param leaked sockets that one code path may lose, less one
 * @param shortLived connections that live less on average are short
 * @param shortLivedRate short connections per second from one code path to one destination
 * @param acceptQueue percent of the backlog
 * @param connectsFailing percent of the connects to a destination
 * @param limitsNear percent of a limit of the kernel or the process
 */
public record HealthLimits(
        List<Subnet> local,
        double retransmissionLocal,
        double retransmissionDistant,
        int retransmissionSegments,
        double portsUsed,
        Duration closeWait,
        int leaked,
        Duration shortLived,
        double shortLivedRate,
        double acceptQueue,
        double connectsFailing,
        double limitsNear) {

    public HealthLimits {
        local = List.copyOf(local);
    }

    /** Those of no option given. */
    public static HealthLimits defaults() {
        try {
            return of(Given.parse(null));
        } catch (OptionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * These with one of them changed.
     *
     * @param key the option's
     * @param value as it would be written among the options
     * @throws OptionException names the limit, what is wrong with it and what would be right
     */
    public HealthLimits with(String key, String value) throws OptionException {
        Map<String, String> text = asText();
        if (!text.containsKey(key)) {
            Given.option(key);
            throw new OptionException(
                    "option '" + key + "' is no limit: there are " + String.join(", ", text.keySet()));
        }
        if (value.indexOf(',') >= 0) {
            throw new OptionException("option '" + key + "' cannot hold a comma");
        }
        text.put(key, value);
        return of(Given.parse(text.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(","))));
    }

    static HealthLimits of(Given given) throws OptionException {
        HealthLimits limits = new HealthLimits(
                given.subnets(Option.LOCAL),
                given.decimal(Option.RETRANSMISSION_LOCAL),
                given.decimal(Option.RETRANSMISSION_DISTANT),
                given.number(Option.RETRANSMISSION_SEGMENTS),
                given.decimal(Option.PORTS_USED),
                given.duration(Option.CLOSE_WAIT),
                given.number(Option.LEAKED),
                given.duration(Option.SHORT_LIVED),
                given.decimal(Option.SHORT_LIVED_RATE),
                given.decimal(Option.ACCEPT_QUEUE),
                given.decimal(Option.CONNECTS_FAILING),
                given.decimal(Option.LIMITS_NEAR));
        if (limits.retransmissionLocal > limits.retransmissionDistant) {
            throw new OptionException("option '" + Option.RETRANSMISSION_LOCAL.key() + "' cannot be above '"
                    + Option.RETRANSMISSION_DISTANT.key() + "': " + Option.text(limits.retransmissionLocal)
                    + " % is more than " + Option.text(limits.retransmissionDistant) + " %");
        }
        return limits;
    }

    /** As they would be written, by key, defaults included. */
    public Map<String, String> asText() {
        Map<String, String> text = new LinkedHashMap<>();
        text.put(Option.LOCAL.key(), local.stream().map(Subnet::toString).collect(Collectors.joining("+")));
        text.put(Option.RETRANSMISSION_LOCAL.key(), Option.text(retransmissionLocal));
        text.put(Option.RETRANSMISSION_DISTANT.key(), Option.text(retransmissionDistant));
        text.put(Option.RETRANSMISSION_SEGMENTS.key(), Integer.toString(retransmissionSegments));
        text.put(Option.PORTS_USED.key(), Option.text(portsUsed));
        text.put(Option.CLOSE_WAIT.key(), Option.text(closeWait));
        text.put(Option.LEAKED.key(), Integer.toString(leaked));
        text.put(Option.SHORT_LIVED.key(), Option.text(shortLived));
        text.put(Option.SHORT_LIVED_RATE.key(), Option.text(shortLivedRate));
        text.put(Option.ACCEPT_QUEUE.key(), Option.text(acceptQueue));
        text.put(Option.CONNECTS_FAILING.key(), Option.text(connectsFailing));
        text.put(Option.LIMITS_NEAR.key(), Option.text(limitsNear));
        return text;
    }
}
