package dev.graft.batch;

import org.bytedeco.pytorch.Tensor;

/**
 * The way of host buffers to a device, beside the device's work and without waiting for it. Used by one thread; owns native
 * memory.
 */
interface CopyLane extends AutoCloseable {
    /**
     * Begins to copy. What the device is told to do from now on finds the copy whole.
     *
     * @param source page-locked; its bytes must stay as they are until {@link #isThrough} or {@link #await} says so
     * @return on the device, belonging to the open scope
     */
    Tensor begin(Tensor source);

    /** Whether the last copy from this memory is through; also when there was none. */
    boolean isThrough(Tensor source);

    /** Waits until the last copy from this memory is through. */
    void await(Tensor source);

    @Override
    void close();
}
