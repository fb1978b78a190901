package dev.graft.train;

import dev.graft.model.Precision;
import dev.graft.plan.Mode;
import java.io.IOException;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** What a run's batches are made of, and what makes logits of them. Used by the training thread, which closes it. */
interface Source extends AutoCloseable {
    /**
     * A batch.
     *
     * @param input what {@link #logits} takes, belonging to the open scope
     * @param target int64 [samples], class indices, or float32 [samples, classes], rows of probabilities; on the device, belonging to
     *     the open scope
     * @param samples the index of each row in the list of samples
     */
    record InputBatch(Tensor input, Tensor target, int[] samples) {}

    /** The samples once, in some order, batch by batch. */
    interface Batches extends AutoCloseable {
        /** The next batch, null after the last. The one before is no longer valid. */
        InputBatch next() throws IOException;

        /** How many batches of the order are behind, those included that were left out as unreadable. */
        int taken();

        /** Nanoseconds waited for pictures so far, the first batch left out. */
        long waitedNanos();

        @Override
        void close();
    }

    /**
     * Begins with the training samples, in the plan's view of this epoch; the batches before must be closed.
     *
     * @param epoch from 0, over all phases
     * @param order indices of samples
     * @param firstBatch how many batches of that order to leave out
     */
    Batches train(int epoch, int[] order, int firstBatch);

    /** The same over the validation samples, always as they are. */
    Batches validation(int[] order);

    /** The mode of what {@link #logits} runs; what was computed beforehand stays in evaluation mode. */
    void mode(Mode mode);

    /** Of a batch's input, belonging to the open scope. */
    Tensor logits(Tensor input);

    /** What {@link #logits} are to be computed with. */
    Precision precision();

    /** The pictures left out so far: file to reason. */
    Map<String, String> skipped();

    @Override
    void close();
}
