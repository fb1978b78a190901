package dev.graft.train;

import dev.graft.model.Precision;
import dev.graft.plan.Mode;
import java.io.IOException;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Gives a run's batches and computes their logits. Used by the training thread, which closes it. */
interface Source extends AutoCloseable {
    /**
     * A batch.
     *
     * @param input for {@link #logits}, owned by the open scope
     * @param target int64 [samples], class indices, or float32 [samples, classes], rows of probabilities; on the
     *     device, owned by the open scope
     * @param samples for each row, the index of its sample in the list
     */
    record InputBatch(Tensor input, Tensor target, int[] samples) {
        /** This rank's part of a batch of which it can read no picture. */
        static InputBatch empty() {
            return new InputBatch(null, null, new int[0]);
        }

        boolean isEmpty() {
            return samples.length == 0;
        }
    }

    /** One pass over the samples in a given order, batch by batch. */
    interface Batches extends AutoCloseable {
        /** The next batch, or null after the last. The batch before becomes invalid. */
        InputBatch next() throws IOException;

        /** The number of batches taken so far, including those without a readable picture. */
        int taken();

        /** Nanoseconds waited for pictures so far, without the first batch. */
        long waitedNanos();

        @Override
        void close();
    }

    /**
     * Begins a pass over the training samples, in the plan's view for this epoch. Earlier batches must be closed.
     *
     * @param epoch from 0, over all phases
     * @param order indices of samples
     * @param firstBatch how many batches of this order to skip
     */
    Batches train(int epoch, int[] order, int firstBatch);

    /** Begins a pass over the validation samples, without augmentation. */
    Batches validation(int[] order);

    /**
     * The ranks among which each training batch is divided: {@link Batches#next} gives this rank's part, which may be empty. {@link
     * Team#ALONE} where each rank gets whole batches. Validation batches are never divided.
     */
    Team dividesAmong();

    /** Sets the mode of the layers that {@link #logits} runs. Fused frozen layers always stay in evaluation mode. */
    void mode(Mode mode);

    /** The logits for a batch's input, owned by the open scope. */
    Tensor logits(Tensor input);

    /** The precision for {@link #logits}. */
    Precision precision();

    /** The pictures skipped so far: file to reason. */
    Map<String, String> skipped();

    @Override
    void close();
}
