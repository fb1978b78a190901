package dev.graft.head;

/**
 * A linear layer.
 *
 * @param weight row-major [classes][features]
 * @param bias [classes], empty for a head without
 */
public record LinearHead(float[] weight, float[] bias) {}
