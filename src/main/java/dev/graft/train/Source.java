package dev.graft.train;

import dev.graft.model.Precision;
import java.io.IOException;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** What a run's batches are made of, and what makes logits of them. Used by the training thread, which closes it. */
interface Source extends AutoCloseable {
    /**
     * A batch.
     *
     * @param input what {@link #logits} takes, belonging to the open scope
     * @param labels int64 [samples], on the device, belonging to the open scope
     * @param samples the index of each row in the list of samples
     */
    record Batch(Tensor input, Tensor labels, int[] samples) {}

    /** The samples once, in some order. */
    interface Pass extends AutoCloseable {
        /** The next batch, null after the last. The one before is no longer valid. */
        Batch next() throws IOException;

        /** How many batches of the order are behind, those included that were left out as unreadable. */
        int taken();

        /** Nanoseconds waited for pictures so far, the first batch left out. */
        long waitedNanos();

        @Override
        void close();
    }

    /**
     * Begins a pass over the training samples, in the plan's view of this epoch; the pass before must be closed.
     *
     * @param epoch from 0
     * @param order indices of samples
     * @param firstBatch how many batches of that order to leave out
     */
    Pass train(int epoch, int[] order, int firstBatch);

    /** The same over the validation samples, always as they are. */
    Pass validation(int[] order);

    /** The mode of what {@link #logits} runs; what was computed beforehand stays in evaluation mode. */
    void trainingMode(boolean on);

    /** Of a batch's input, belonging to the open scope. */
    Tensor logits(Tensor input);

    /** What {@link #logits} are to be computed with. */
    Precision precision();

    /** The pictures left out so far: file to reason. */
    Map<String, String> skipped();

    @Override
    void close();
}
