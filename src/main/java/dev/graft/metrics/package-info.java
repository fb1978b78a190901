/** Computes metrics such as accuracy from labels and logits. Knows neither LibTorch nor the training. */
package dev.graft.metrics;
