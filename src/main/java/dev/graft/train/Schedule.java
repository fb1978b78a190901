package dev.graft.train;

/** What becomes of the learning rates from epoch to epoch; it spans all epochs of the plan. */
public enum Schedule {
    /** They stay. */
    CONSTANT {
        @Override
        double factor(int epoch, int epochs) {
            return 1;
        }
    },
    /** They fall to zero along half a cosine (Loshchilov and Hutter, "SGDR", 2017, without restarts). */
    COSINE {
        @Override
        double factor(int epoch, int epochs) {
            return (1 + Math.cos(Math.PI * epoch / epochs)) / 2;
        }
    };

    /** Whether another number of epochs gives other learning rates in the epochs that both have. */
    boolean dependsOnLength() {
        return this != CONSTANT;
    }

    /** What the learning rates are multiplied with in an epoch, counted from 0. */
    abstract double factor(int epoch, int epochs);
}
