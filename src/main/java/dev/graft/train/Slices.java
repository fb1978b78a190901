package dev.graft.train;

import java.io.IOException;

/** A rank's parts of all batches of an order: as many as there are batches, though the last may have nothing for this rank. */
final class Slices implements Source.Batches {
    private final Source.Batches own;
    private final int length;
    private final int batchSize;
    private int taken;

    /**
     * @param own the parts that have samples
     * @param length of the whole order
     * @param batchSize of whole batches
     */
    Slices(Source.Batches own, int length, int batchSize, int firstBatch) {
        this.own = own;
        this.length = length;
        this.batchSize = batchSize;
        this.taken = firstBatch;
    }

    @Override
    public Source.InputBatch next() throws IOException {
        if ((long) taken * batchSize >= length) return null;
        taken++;
        Source.InputBatch part = own.next();
        return part == null ? Source.InputBatch.empty() : part;
    }

    @Override
    public int taken() {
        return taken;
    }

    @Override
    public long waitedNanos() {
        return own.waitedNanos();
    }

    @Override
    public void close() {
        own.close();
    }
}
