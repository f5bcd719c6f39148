package dev.tcphealth.health;

/**
 * One number a finding rests on.
 *
 * @param what what was measured, in a few words
 * @param value the number
 * @param unit its unit, such as {@code segments} or {@code %}
 */
public record Evidence(String what, double value, String unit) {}
