package dev.graft.features;

import org.bytedeco.pytorch.Tensor;

/**
 * What a trunk makes of a list of samples. Pictures of equal content share a row. Owns native memory: close it.
 *
 * @param values float32 [rows, features], on the processor, made outside inference mode: a head may train on them
 * @param rows the row of each sample, -1 for one that could not be read and is left out
 * @param computed how many rows passed through the trunk now
 * @param found how many rows an earlier run had left
 */
public record Features(Tensor values, int[] rows, int computed, int found) implements AutoCloseable {
    @Override
    public void close() {
        values.close();
    }
}
