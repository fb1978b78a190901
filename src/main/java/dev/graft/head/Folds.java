package dev.graft.head;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Tells which fold judges each picture.
 *
 * @param count the number of folds
 * @param of for each picture, its fold, from 0; {@link #NONE} for the only picture of its class, which no fold can
 *     judge. The array is not copied
 */
public record Folds(int count, int[] of) {
    /** The fold of a picture that is alone in its class. */
    public static final int NONE = -1;

    static Folds deal(HeadData data, int most, long seed) {
        return deal(data.labels(), data.classes(), most, seed);
    }

    /**
     * Shuffles the pictures of each class and assigns them to the folds in turn. Each class starts at the fold after the
     * last one used.
     *
     * @param labels the class of each picture, from 0 to {@code classes - 1}
     * @param most the number of folds, at least 2; fewer are dealt if fewer pictures can be judged, but at least 2
     * @param seed the same seed, labels and numbers give the same folds on every machine
     */
    public static Folds deal(int[] labels, int classes, int most, long seed) {
        int[] counts = counts(labels, classes);
        int count = Math.min(
                most, Math.max(2, Arrays.stream(counts).filter(c -> c > 1).sum()));
        int[] of = new int[labels.length];
        SplittableRandom random = new SplittableRandom(seed);
        int[][] pictures = byClass(labels, counts);
        int next = 0;
        for (int[] ofClass : pictures) {
            if (ofClass.length == 1) of[ofClass[0]] = NONE;
            if (ofClass.length < 2) continue;
            shuffle(ofClass, random);
            for (int picture : ofClass) of[picture] = next++ % count;
        }
        return new Folds(count, of);
    }

    /**
     * Draws pictures and returns their indices in ascending order: a fraction of each class, rounded, but at least
     * {@code least} pictures, or all if the class has fewer.
     */
    static int[] share(HeadData data, double share, int least, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        IntStream.Builder drawn = IntStream.builder();
        for (int[] ofClass : byClass(data.labels(), data.counts())) {
            shuffle(ofClass, random);
            long wanted = Math.max(least, Math.round(share * ofClass.length));
            Arrays.stream(ofClass).limit(wanted).forEach(drawn);
        }
        return drawn.build().sorted().toArray();
    }

    /** The number of pictures of each class. */
    static int[] counts(int[] labels, int classes) {
        int[] counts = new int[classes];
        for (int label : labels) counts[label]++;
        return counts;
    }

    private static int[][] byClass(int[] labels, int[] counts) {
        int[][] all = new int[counts.length][];
        for (int c = 0; c < all.length; c++) all[c] = new int[counts[c]];
        int[] filled = new int[counts.length];
        for (int i = 0; i < labels.length; i++) {
            int c = labels[i];
            all[c][filled[c]++] = i;
        }
        return all;
    }

    private static void shuffle(int[] values, SplittableRandom random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int kept = values[i];
            values[i] = values[j];
            values[j] = kept;
        }
    }

    /** For each picture: 1 if this fold judges it, else 0. */
    double[] judgedBy(int fold) {
        return Arrays.stream(of).mapToDouble(f -> f == fold ? 1 : 0).toArray();
    }

    /** For each picture: 1 if any fold judges it, else 0. */
    double[] judged() {
        return Arrays.stream(of).mapToDouble(f -> f == NONE ? 0 : 1).toArray();
    }

    /** Whether any picture is judged. */
    boolean judgeAny() {
        return Arrays.stream(of).anyMatch(f -> f != NONE);
    }
}
