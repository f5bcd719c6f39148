package dev.tcphealth.health;

import dev.tcphealth.config.HealthLimits;
import dev.tcphealth.correlate.Snapshot;
import java.util.List;

/**
 * What a rule sees.
 *
 * @param before the Snapshot before; the same as {@code now} in the first sample
 * @param now the Snapshot to judge
 * @param history totals of the last Snapshots, by destination and by code path and destination
 * @param forecasts of this Snapshot
 * @param limits what to judge by
 */
record Sight(Snapshot before, Snapshot now, Histories history, List<Forecast> forecasts, HealthLimits limits) {}
