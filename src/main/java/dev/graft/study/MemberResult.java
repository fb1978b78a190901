package dev.graft.study;

import dev.graft.metrics.Scores;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How one run of a study ended.
 *
 * @param scores of the pictures that judged it: indices into {@link StudyResult#pictures}, labels and logits; no
 *     samples after a failure
 * @param metrics all metrics of the scores by name; NaN where one has no value
 * @param seconds duration, with reading the network
 * @param failure why training could not go on, such as a loss that was not finite; empty after a whole run
 */
public record MemberResult(
        Member member, Scores scores, Map<String, Double> metrics, double seconds, Optional<String> failure) {
    /** Copies the map. */
    public MemberResult {
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }
}
