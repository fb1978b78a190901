package dev.graft.head;

/**
 * A linear layer.
 *
 * @param weight row-major [classes][features]
 * @param bias [classes]
 */
public record LinearHead(float[] weight, float[] bias) {}
