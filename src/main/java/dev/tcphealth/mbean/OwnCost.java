package dev.tcphealth.mbean;

/**
 * What the agent costs.
 *
 * @param hookNanos how long the application's threads have been inside the agent, by a sample of them
 * @param samplerNanos CPU time of the agent's own thread; -1 where the JVM does not tell
 * @param percentOfOneCore both over the last interval, in per cent of one core; NaN before the first
 * @param estimatedBytes what its tables hold of the heap and its native calls outside of it, about
 * @param stacksOneIn of so many stacks one is looked at; 1: all are
 * @param closedForgotten closed connections that were forgotten too early for want of room
 */
public record OwnCost(
        long hookNanos,
        long samplerNanos,
        double percentOfOneCore,
        long estimatedBytes,
        int stacksOneIn,
        long closedForgotten) {}
