package dev.graft.train;

import dev.graft.distributed.RankGroup;
import dev.graft.torch.NativeScope;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * The ranks that share a run, as its parts see them. Alone, all questions have the answer of a run in one process, and nothing is made or
 * exchanged. Used by the training thread.
 */
final class Team {
    /** One process. */
    static final Team ALONE = new Team(null, false);

    private final RankGroup group; // null for one process
    private final boolean ownStatistics;

    private Team(RankGroup group, boolean ownStatistics) {
        this.group = group;
        this.ownStatistics = ownStatistics;
    }

    /** @param ownStatistics whether batch norms in training mode may use the statistics of each rank's pictures */
    static Team of(RankGroup group, boolean ownStatistics) {
        return new Team(group, ownStatistics);
    }

    boolean isAlone() {
        return group == null;
    }

    /** Whether this process writes the files. */
    boolean isFirst() {
        return isAlone() || group.isFirst();
    }

    int size() {
        return isAlone() ? 1 : group.size();
    }

    /** Ranks on this machine, which share its memory. */
    int localSize() {
        return isAlone() ? 1 : group.world().localSize();
    }

    boolean usesOwnStatistics() {
        return ownStatistics;
    }

    /** Only if this is not alone. */
    RankGroup group() {
        return group;
    }

    Optional<RankGroup> ranks() {
        return Optional.ofNullable(group);
    }

    /** The purpose of random numbers that should differ between ranks. */
    String purpose(String what) {
        return isFirst() ? what : what + " of rank " + group.rank();
    }

    /** Where this rank's part of {@code n} begins. The parts are next to each other, and differ in size by at most 1. */
    private int begin(int n, int rank) {
        return rank * (n / size()) + Math.min(rank, n % size());
    }

    /** This rank's part of a list. */
    int[] part(int[] all) {
        if (isAlone()) return all;
        return Arrays.copyOfRange(all, begin(all.length, group.rank()), begin(all.length, group.rank() + 1));
    }

    /** How many of a batch of {@code n} this rank gets. */
    int share(int n) {
        return isAlone() ? n : begin(n, group.rank() + 1) - begin(n, group.rank());
    }

    /** Whether any rank gets exactly one of {@code n}. */
    boolean leavesOneOf(int n) {
        return n / size() == 1 || n > 0 && n < size();
    }

    /** This rank's part of each batch of an order, one after the other. */
    int[] slices(int[] order, int batchSize) {
        requireDivides(batchSize);
        IntStream.Builder own = IntStream.builder();
        for (int at = 0; at < order.length; at += batchSize) {
            int[] batch = Arrays.copyOfRange(order, at, Math.min(order.length, at + batchSize));
            for (int sample : part(batch)) own.add(sample);
        }
        return own.build().toArray();
    }

    /** @throws IllegalArgumentException when a rank would get no picture of a full batch */
    void requireDivides(int batchSize) {
        if (batchSize < size())
            throw new IllegalArgumentException(
                    "training: a batch of " + batchSize + " pictures cannot be divided among " + size()
                            + " ranks; take larger batches, more pictures, or fewer ranks");
    }

    /** Whether a condition is true on any rank: a decision that all must take alike. */
    boolean any(boolean mine) {
        return isAlone() ? mine : group.any(mine);
    }

    /** Rank 0's number: clocks differ. */
    double first(double mine) {
        return isAlone() ? mine : group.first(mine);
    }

    /** Gives all ranks rank 0's numbers. */
    void takeFirst(Collection<Tensor> tensors) {
        if (isAlone()) return;
        try (NativeScope scope = NativeScope.open()) {
            tensors.forEach(group::takeFirst);
        }
    }

    /** Waits for the other ranks, as long as they live. */
    void meet() {
        if (!isAlone()) group.exchange("");
    }

    /** Sets where this rank is, for messages. */
    void at(int epoch, int step) {
        if (!isAlone()) group.at("epoch " + (epoch + 1) + ", step " + (step + 1));
    }

    /** The same in words. */
    void at(String what) {
        if (!isAlone()) group.at(what);
    }

    /** The pictures that any rank has skipped: file to reason. */
    Map<String, String> skipped(Map<String, String> mine) {
        if (isAlone()) return mine;
        StringBuilder text = new StringBuilder();
        mine.forEach((file, why) ->
                text.append(file).append('\t').append(why.replace('\n', ' ')).append('\n'));
        Map<String, String> all = new TreeMap<>();
        for (String part : group.exchange(text.toString())) {
            part.lines().map(line -> line.split("\t", 2)).forEach(skipped -> all.put(skipped[0], skipped[1]));
        }
        return all;
    }
}
