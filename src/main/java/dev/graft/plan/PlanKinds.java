package dev.graft.plan;

import java.util.Optional;

/** The kinds of a plan's closed types, such as optimizers and schedules, by the word that JSON has for them. */
public final class PlanKinds {
    private PlanKinds() {}

    /**
     * The standard settings of a kind as JSON, for those who write a plan by hand and leave fields out.
     *
     * @param kind the word in the field {@code kind}, such as {@code adamw}
     * @return a JSON object with the field {@code kind}; empty if there is no such kind, or it has no standard settings
     */
    public static Optional<String> standard(String kind) {
        return PlanJson.standard(kind);
    }
}
