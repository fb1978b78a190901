package dev.graft.spark;

import java.util.List;

/**
 * What a fit saw, and how well its head does.
 *
 * @param pictures how many the head was fitted to
 * @param unreadable how many were left out because they cannot be read
 * @param reasons of some of those, at most 20
 * @param accuracy cross-validated, 0..1; NaN if no class has two pictures
 * @param loss the mean loss over the pictures that the head was fitted to
 */
public record FitSummary(long pictures, long unreadable, List<String> reasons, double accuracy, double loss) {
    /** Copies the list. */
    public FitSummary {
        reasons = List.copyOf(reasons);
    }
}
