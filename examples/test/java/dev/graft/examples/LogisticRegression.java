package dev.graft.examples;

/** Two classes told apart by a weighted sum of standardised inputs, fitted by gradient descent with weight decay. */
final class LogisticRegression {
    private static final int STEPS = 300;
    private static final double STEP_SIZE = 0.1;
    private static final double WEIGHT_DECAY = 0.05;

    private final double[] mean;
    private final double[] deviation;
    private final double[] weights;
    private double bias;

    /** @param examples for each of the two classes, its examples */
    LogisticRegression(double[][][] examples) {
        int inputs = examples[0][0].length;
        mean = new double[inputs];
        deviation = new double[inputs];
        weights = new double[inputs];
        standardise(examples);
        for (int step = 0; step < STEPS; step++) descend(examples);
    }

    /** The share of the examples that it puts into the right class. */
    double accuracy(double[][][] examples) {
        int right = 0;
        int all = 0;
        for (int label = 0; label < 2; label++)
            for (double[] example : examples[label]) {
                all++;
                if (score(example) > 0 == (label == 1)) right++;
            }
        return (double) right / all;
    }

    private void standardise(double[][][] examples) {
        int n = examples[0].length + examples[1].length;
        for (int i = 0; i < mean.length; i++) {
            double sum = 0;
            double squares = 0;
            for (double[][] ofClass : examples)
                for (double[] example : ofClass) {
                    sum += example[i];
                    squares += example[i] * example[i];
                }
            mean[i] = sum / n;
            deviation[i] = Math.sqrt(Math.max(1e-12, squares / n - mean[i] * mean[i]));
        }
    }

    private void descend(double[][][] examples) {
        int n = examples[0].length + examples[1].length;
        double[] gradient = new double[weights.length];
        double biasGradient = 0;
        for (int label = 0; label < 2; label++)
            for (double[] example : examples[label]) {
                double error = 1 / (1 + Math.exp(-score(example))) - label;
                biasGradient += error / n;
                for (int i = 0; i < gradient.length; i++)
                    gradient[i] += error / n * (example[i] - mean[i]) / deviation[i];
            }
        for (int i = 0; i < weights.length; i++) weights[i] -= STEP_SIZE * (gradient[i] + WEIGHT_DECAY * weights[i]);
        bias -= STEP_SIZE * biasGradient;
    }

    private double score(double[] example) {
        double score = bias;
        for (int i = 0; i < weights.length; i++) score += weights[i] * (example[i] - mean[i]) / deviation[i];
        return score;
    }
}
