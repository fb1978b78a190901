package dev.graft.image.augment.ops;

import java.util.Objects;
import java.util.function.DoubleSupplier;

/**
 * Moves the four corners of a picture inwards; torchvision's {@code RandomPerspective(distortion, probability,
 * interpolation, fill)}. A picture of one row or one column stays as it is (torchvision has no solution for it).
 *
 * @param distortion how far a corner may move, as a fraction of half the side, 0 to 1
 * @param probability that it happens, 0 to 1
 * @param resampling of the pixels
 */
public record Perspective(double distortion, double probability, Resampling resampling) implements Operation {
    private static final int UNKNOWNS = 8;

    /** Checks the ranges. */
    public Perspective {
        if (!(distortion >= 0 && distortion <= 1))
            throw new IllegalArgumentException(
                    "augmentation: the distortion of perspective must be between 0 and 1, was " + distortion);
        Chance.check(probability);
        Objects.requireNonNull(resampling, "resampling");
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        if (!Chance.hits(probability, uniform)) return Edit.NONE;
        int w = (int) (distortion * (width / 2)) + 1;
        int h = (int) (distortion * (height / 2)) + 1;
        int[] first = {0, width - w, width - w, 0};
        int[] top = {0, 0, height - h, height - h};
        double[][] ends = new double[4][2];
        for (int i = 0; i < 4; i++) {
            ends[i][0] = first[i] + (int) (uniform.getAsDouble() * w);
            ends[i][1] = top[i] + (int) (uniform.getAsDouble() * h);
        }
        double[][] starts = {{0, 0}, {width - 1, 0}, {width - 1, height - 1}, {0, height - 1}};
        double[] coefficients = coefficients(starts, ends);
        return coefficients == null ? Edit.NONE : Warps.perspective(coefficients, resampling);
    }

    /** What maps four end points, x and y, to the start points; float32 as in torchvision. Null if nothing does. */
    static double[] coefficients(double[][] starts, double[][] ends) {
        double[][] rows = new double[UNKNOWNS][];
        for (int i = 0; i < starts.length; i++) {
            double x = ends[i][0];
            double y = ends[i][1];
            double u = starts[i][0];
            double v = starts[i][1];
            rows[2 * i] = new double[] {x, y, 1, 0, 0, 0, -u * x, -u * y, u};
            rows[2 * i + 1] = new double[] {0, 0, 0, x, y, 1, -v * x, -v * y, v};
        }
        for (int c = 0; c < UNKNOWNS; c++) if (!eliminated(rows, c)) return null;
        double[] solution = new double[UNKNOWNS];
        for (int i = 0; i < UNKNOWNS; i++) solution[i] = (float) (rows[i][UNKNOWNS] / rows[i][i]);
        return solution;
    }

    /** Gauss and Jordan's elimination of one column, with the largest pivot. */
    private static boolean eliminated(double[][] rows, int c) {
        int pivot = c;
        for (int r = c + 1; r < UNKNOWNS; r++) if (Math.abs(rows[r][c]) > Math.abs(rows[pivot][c])) pivot = r;
        double[] row = rows[pivot];
        rows[pivot] = rows[c];
        rows[c] = row;
        if (Math.abs(row[c]) < 1e-9) return false;
        for (int r = 0; r < UNKNOWNS; r++) {
            double factor = rows[r][c] / row[c];
            if (r != c && factor != 0) for (int i = c; i <= UNKNOWNS; i++) rows[r][i] -= factor * row[i];
        }
        return true;
    }
}
