package dev.graft.image.resize;

import java.nio.ByteBuffer;

/**
 * Resizes many pictures, one after another: {@link PillowResize} with {@link ResizeFilter#BILINEAR} into memory that is there. What it
 * needs of the heap it keeps for a thread's next picture. Any thread may call.
 */
public final class Resizer {
    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new); // a few rows

    /** A resizer that keeps nothing yet. */
    public Resizer() {}

    /**
     * Fills {@code result}, from position 0 on, with the frame's window of the resized picture.
     *
     * @param box which part of the source is resized
     * @throws IllegalArgumentException when the box reaches beyond the source, or the result has less room or is read-only
     */
    public void resize(Bitmap source, PillowResize.Box box, ResizeFrame frame, ByteBuffer result) {
        PillowResize.run(PillowResize.job(source, box, frame), scratch.get(), result);
    }
}
