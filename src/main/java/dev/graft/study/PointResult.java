package dev.graft.study;

import dev.graft.metrics.Metric;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * All runs of one point of the grid.
 *
 * @param number of the point, from 1, as in the names of its runs
 * @param members in the order in which they were trained
 * @param metrics the spread of every metric over the runs, by name
 * @param ahead how much better it is than the next point of the ranking; empty for the last, and next to a point with a
 *     failed run
 */
public record PointResult(
        int number,
        GridPoint point,
        List<MemberResult> members,
        Map<String, Spread> metrics,
        Optional<Difference> ahead) {
    /** Copies the list and the map. */
    public PointResult {
        members = List.copyOf(members);
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }

    /** Why training could not go on in one of the runs; empty if all were whole. */
    public Optional<String> failure() {
        return members.stream().flatMap(m -> m.failure().stream()).findFirst();
    }

    /** Whether the point can be compared with others. */
    private boolean counts(Metric by) {
        return failure().isEmpty() && !Double.isNaN(mean(by));
    }

    private double mean(Metric by) {
        return metrics.get(by.name()).mean();
    }

    /** The points from the best to the worst; those that cannot be compared come last; of equals, the first first. */
    static List<PointResult> ranked(List<GridPoint> points, List<MemberResult> results, Metric by) {
        List<PointResult> all = new ArrayList<>(IntStream.range(0, points.size())
                .mapToObj(p -> of(
                        p,
                        points.get(p),
                        results.stream().filter(r -> r.member().point() == p).toList(),
                        by))
                .toList());
        Comparator<PointResult> better =
                Comparator.comparingDouble(p -> by.higherIsBetter() ? -p.mean(by) : p.mean(by));
        all.sort(Comparator.comparing((PointResult p) -> !p.counts(by)).thenComparing(better));
        for (int i = 0; i + 1 < all.size(); i++) {
            PointResult next = all.get(i + 1);
            if (next.counts(by)) all.set(i, all.get(i).ahead(Difference.of(by, all.get(i).members, next.members)));
        }
        return List.copyOf(all);
    }

    private PointResult ahead(Difference next) {
        return new PointResult(number, point, members, metrics, Optional.of(next));
    }

    private static PointResult of(int index, GridPoint point, List<MemberResult> members, Metric by) {
        Set<String> names = new LinkedHashSet<>();
        members.forEach(m -> names.addAll(m.metrics().keySet()));
        Map<String, Spread> metrics = new LinkedHashMap<>();
        for (String name : names)
            metrics.put(
                    name,
                    Spread.of(members.stream()
                            .map(m -> m.metrics().getOrDefault(name, Double.NaN))
                            .toList()));
        metrics.computeIfAbsent(
                by.name(),
                n -> Spread.of(members.stream().map(m -> by.of(m.scores())).toList()));
        return new PointResult(index + 1, point, members, metrics, Optional.empty());
    }
}
