package dev.graft.examples.shopfloor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Whether a batch of pictures comes from where the training pictures come from: a permutation test of the maximum mean discrepancy
 * (Gretton et al., A Kernel Two-Sample Test, 2012) with a Gaussian kernel whose width is the median distance.
 *
 * <p>It compares within each answered class, so that a batch with other shares of the classes (most parts are good) is no drift. The
 * test is exact: of batches like the training pictures, at most the share alpha is called drift, however few the pictures are.
 */
final class DriftTest {
    private static final int PERMUTATIONS = 999;
    private static final long SEED = 1;

    private final double[][] kernel;
    private final List<int[]> strata;
    private final int[] trained;

    /**
     * Prepares a test.
     *
     * @param training the training pictures' features, [pictures][features]
     * @param trainingClasses what heads that did not see the picture answered, for each
     * @param batch the new pictures' features
     * @param batchClasses what the model answered, for each
     */
    private DriftTest(float[][] training, int[] trainingClasses, float[][] batch, int[] batchClasses) {
        int n = training.length;
        float[][] all = Arrays.copyOf(training, n + batch.length);
        System.arraycopy(batch, 0, all, n, batch.length);
        kernel = kernel(all);
        Map<Integer, List<Integer>> members = new HashMap<>();
        for (int i = 0; i < all.length; i++) {
            int stratum = i < n ? trainingClasses[i] : batchClasses[i - n];
            members.computeIfAbsent(stratum, c -> new ArrayList<>()).add(i);
        }
        strata = new ArrayList<>();
        for (List<Integer> stratum : members.values()) {
            if (stratum.get(0) < n && stratum.get(stratum.size() - 1) >= n) // else there is nothing to compare with
            strata.add(stratum.stream().mapToInt(Integer::intValue).toArray());
        }
        trained = strata.stream()
                .mapToInt(s -> (int) Arrays.stream(s).filter(i -> i < n).count())
                .toArray();
    }

    /**
     * The probability of a discrepancy as large as that of this batch or larger if nothing has changed: 0.001 to 1. Arguments as the
     * constructor's. Not a number when no class occurs in both.
     */
    static double probability(float[][] training, int[] trainingClasses, float[][] batch, int[] batchClasses) {
        DriftTest test = new DriftTest(training, trainingClasses, batch, batchClasses);
        return test.strata.isEmpty() ? Double.NaN : test.permuted();
    }

    private double permuted() {
        double seen = discrepancy();
        SplittableRandom random = new SplittableRandom(SEED);
        int asLarge = 1;
        for (int p = 0; p < PERMUTATIONS; p++) {
            strata.forEach(stratum -> shuffle(stratum, random));
            if (discrepancy() >= seen - 1e-12) asLarge++;
        }
        return asLarge / (PERMUTATIONS + 1.0);
    }

    private static void shuffle(int[] stratum, SplittableRandom random) {
        for (int i = stratum.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = stratum[i];
            stratum[i] = stratum[other];
            stratum[other] = kept;
        }
    }

    /** The sum over the classes of the squared discrepancy, weighted by how surely it is known. */
    private double discrepancy() {
        double sum = 0;
        for (int s = 0; s < strata.size(); s++) {
            int[] stratum = strata.get(s);
            int n = trained[s];
            int m = stratum.length - n;
            double[] sums = new double[3]; // within the training pictures, across, within the batch
            for (int i = 0; i < stratum.length; i++)
                for (int j = 0; j < stratum.length; j++)
                    sums[(i < n ? 0 : 1) + (j < n ? 0 : 1)] += kernel[stratum[i]][stratum[j]];
            double squared = sums[0] / n / n - sums[1] / n / m + sums[2] / m / m;
            sum += squared * n * m / (n + m);
        }
        return sum;
    }

    private static double[][] kernel(float[][] rows) {
        double[][] squared = new double[rows.length][rows.length];
        double[] all = new double[rows.length * (rows.length - 1) / 2];
        for (int i = 0, k = 0; i < rows.length; i++) {
            for (int j = 0; j < i; j++) {
                squared[i][j] = squared[j][i] = all[k++] = PictureFeatures.squaredDistance(rows[i], rows[j]);
            }
        }
        Arrays.sort(all);
        double width = Math.max(all[all.length / 2], 1e-12);
        for (double[] row : squared) for (int j = 0; j < row.length; j++) row[j] = Math.exp(-row[j] / width);
        return squared;
    }
}
