package dev.graft.train;

import dev.graft.checkpoint.RunState;
import java.io.IOException;

/** The training part of one epoch. Used by the training thread, which closes it. */
interface Epoch extends AutoCloseable {
    /** Whether there may be another step. */
    boolean hasNext();

    /**
     * Makes the next step.
     *
     * @throws Stopped when asked to stop before the epoch's last step; a checkpoint is written
     */
    void step() throws IOException, Stopped;

    /**
     * Ends the training part.
     *
     * @return how far it came
     */
    RunState end() throws IOException;

    /** The orders' state before this epoch's was drawn. */
    byte[] drawnFrom();

    /** From its beginning to {@code nanos}. */
    double seconds(long nanos);

    /** How long it waited for pictures. */
    double waitedSeconds();

    @Override
    void close();
}
