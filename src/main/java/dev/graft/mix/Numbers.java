package dev.graft.mix;

import java.util.SplittableRandom;

/** Random numbers that are the same in every version of Java and on every processor. */
final class Numbers {
    private final SplittableRandom random;

    Numbers(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Uniform from 0 to below 1, a multiple of 2^-53. */
    double uniform() {
        return (random.nextLong() >>> 11) * 0x1p-53;
    }

    /** Uniform from 0 to {@code n - 1}. */
    int below(int n) {
        return (int) (uniform() * n);
    }

    /** Normal with mean 0 and variance 1, by Marsaglia's polar method. */
    double normal() {
        while (true) {
            double x = 2 * uniform() - 1;
            double y = 2 * uniform() - 1;
            double square = x * x + y * y;
            if (square > 0 && square < 1) return x * StrictMath.sqrt(-2 * StrictMath.log(square) / square);
        }
    }

    /** From Beta(alpha, alpha), 0 to 1: one of two gamma variates by their sum, in logarithms, so that none is 0. */
    double beta(double alpha) {
        double one = logOfGamma(alpha);
        double other = logOfGamma(alpha);
        return 1 / (1 + StrictMath.exp(other - one));
    }

    /**
     * The logarithm of a gamma variate (Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", 2000). Below 1,
     * where the method does not hold, that of alpha + 1 times the 1 / alpha-th power of a uniform number.
     */
    private double logOfGamma(double alpha) {
        if (alpha < 1) return logOfGamma(alpha + 1) + StrictMath.log(1 - uniform()) / alpha;
        double d = alpha - 1.0 / 3;
        double c = 1 / StrictMath.sqrt(9 * d);
        while (true) {
            double x = normal();
            double root = 1 + c * x;
            double v = root * root * root;
            if (root > 0 && StrictMath.log(1 - uniform()) < x * x / 2 + d - d * v + d * StrictMath.log(v))
                return StrictMath.log(d * v);
        }
    }
}
