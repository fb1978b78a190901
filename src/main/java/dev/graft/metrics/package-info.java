/**
 * Computes metrics such as accuracy from labels and logits. Knows neither LibTorch nor the training.
 *
 * <pre>{@code
 * int[] samples = {0, 1, 2};
 * int[] actual = {0, 1, 1};
 * float[][] logits = {{2, 0}, {0, 3}, {1, 0}};
 * Scores scores = new Scores(samples, actual, logits);
 * System.out.println("accuracy " + scores.accuracy() + ", macro F1 "
 *         + Metrics.macroF1().of(scores));
 * }</pre>
 */
package dev.graft.metrics;
