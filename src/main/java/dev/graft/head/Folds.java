package dev.graft.head;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Which fold judges each picture.
 *
 * @param count of folds
 * @param of each picture its fold, from 0; {@link #NONE} for a picture that is the only one of its class, which none can judge
 */
record Folds(int count, int[] of) {
    static final int NONE = -1;

    /** Deals the pictures of each class, shuffled, to the folds in turn; each class goes on where the one before ended. */
    static Folds deal(HeadData data, int most, long seed) {
        int[] counts = data.counts();
        int count = Math.min(
                most, Math.max(2, Arrays.stream(counts).filter(c -> c > 1).sum()));
        int[] of = new int[data.pictures()];
        SplittableRandom random = new SplittableRandom(seed);
        int[][] pictures = byClass(data, counts);
        int next = 0;
        for (int[] ofClass : pictures) {
            if (ofClass.length == 1) of[ofClass[0]] = NONE;
            if (ofClass.length < 2) continue;
            shuffle(ofClass, random);
            for (int picture : ofClass) of[picture] = next++ % count;
        }
        return new Folds(count, of);
    }

    /** Drawn pictures, ascending: a share of each class, rounded, but at least so many, or all where it has fewer. */
    static int[] share(HeadData data, double share, int least, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        IntStream.Builder drawn = IntStream.builder();
        for (int[] ofClass : byClass(data, data.counts())) {
            shuffle(ofClass, random);
            long wanted = Math.max(least, Math.round(share * ofClass.length));
            Arrays.stream(ofClass).limit(wanted).forEach(drawn);
        }
        return drawn.build().sorted().toArray();
    }

    private static int[][] byClass(HeadData data, int[] counts) {
        int[][] all = new int[counts.length][];
        for (int c = 0; c < all.length; c++) all[c] = new int[counts[c]];
        int[] filled = new int[counts.length];
        for (int i = 0; i < data.pictures(); i++) {
            int c = data.labels()[i];
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

    /** 1 for each picture that a fold judges, 0 for the others. */
    double[] judgedBy(int fold) {
        return Arrays.stream(of).mapToDouble(f -> f == fold ? 1 : 0).toArray();
    }

    /** 1 for each picture that any fold judges, 0 for the others. */
    double[] judged() {
        return Arrays.stream(of).mapToDouble(f -> f == NONE ? 0 : 1).toArray();
    }

    /** Whether any picture is judged. */
    boolean judgeAny() {
        return Arrays.stream(of).anyMatch(f -> f != NONE);
    }
}
