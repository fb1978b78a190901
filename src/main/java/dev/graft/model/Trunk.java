package dev.graft.model;

import org.bytedeco.pytorch.Tensor;

/** The layers before a head or a stage, frozen, in evaluation mode: a function from pictures to features. Owns native memory: close it. */
public interface Trunk extends AutoCloseable {
    /**
     * The features of a batch.
     *
     * @param images float32 [n, 3, height, width], normalised, on the trunk's device
     * @return float32 [n, {@link #size}], belonging to the open scope
     */
    Tensor features(Tensor images);

    /** Features of one picture. */
    int size();

    @Override
    void close();
}
