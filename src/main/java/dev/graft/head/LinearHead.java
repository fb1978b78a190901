package dev.graft.head;

/**
 * The parameters of a linear layer.
 *
 * @param weight row-major [classes][features]
 * @param bias [classes]; empty for a head without bias
 */
public record LinearHead(float[] weight, float[] bias) {}
