package dev.graft.metrics;

/**
 * A 95% confidence interval: if the same were measured on many other samples of the same kind, 95% of such intervals would
 * hold the true value.
 *
 * @param low its lower end
 * @param high its upper end
 */
public record Interval(double low, double high) {}
