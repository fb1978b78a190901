package dev.graft.features;

import org.bytedeco.pytorch.Tensor;

/**
 * The features of a list of samples, as the frozen layers output them. Pictures with equal content share a row. Owns
 * native memory: close it.
 *
 * @param values float32 [rows, features], on the processor, created outside inference mode, so that a head can be
 *     trained on them
 * @param rows the row of each sample; -1 for a sample that could not be read and is left out
 * @param computed the number of rows computed now
 * @param found the number of rows found from an earlier run
 */
public record Features(Tensor values, int[] rows, int computed, int found) implements AutoCloseable {
    @Override
    public void close() {
        values.close();
    }
}
