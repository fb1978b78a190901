package dev.graft.image.resize;

import java.nio.ByteBuffer;

/**
 * Resizes many pictures: {@link PillowResize} with {@link ResizeFilter#BILINEAR} into given memory. It keeps its
 * scratch arrays for each thread's next picture. Thread-safe.
 */
public final class Resizer {
    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new); // a few rows

    /** Makes a resizer; it allocates scratch arrays on first use. */
    public Resizer() {}

    /**
     * Fills {@code result} from index 0 with the frame's part of the resized picture: interleaved, row by row from the
     * top, without gaps.
     *
     * @param box the part of the source to resize
     * @throws IllegalArgumentException when the box is not inside the source, or the result is too small or read-only
     */
    public void resize(Bitmap source, PillowResize.Box box, ResizeFrame frame, ByteBuffer result) {
        PillowResize.run(PillowResize.job(source, box, frame), scratch.get(), result);
    }
}
