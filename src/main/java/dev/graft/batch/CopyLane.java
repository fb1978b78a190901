package dev.graft.batch;

import org.bytedeco.pytorch.Tensor;

/**
 * Copies host buffers to a device while the device computes, without waiting for it. Used by one thread; owns native
 * memory.
 */
interface CopyLane extends AutoCloseable {
    /**
     * Begins a copy. Work that is given to the device from now on waits for the copy.
     *
     * @param source page-locked; its bytes must not change until {@link #isThrough} is true or {@link #await} returns
     * @return the copy on the device, owned by the open scope
     */
    Tensor begin(Tensor source);

    /** Whether the last copy from this memory is finished; true if there was none. */
    boolean isThrough(Tensor source);

    /** Waits until the last copy from this memory is finished. */
    void await(Tensor source);

    @Override
    void close();
}
