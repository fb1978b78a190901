package dev.graft.image.augment;

import dev.graft.files.Digests;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.function.DoubleSupplier;

/**
 * One view of any picture, drawn by what the picture's file holds and by nothing else: neither its name nor other pictures nor the
 * order in which they are read change it.
 *
 * <p>The numbers that {@link Augmentation#draw} takes are SHA-256 in counter mode: the n-th block of four, from 0, is the digest
 * of the seed (8 bytes), the SHA-256 of the file (32), the view's number (4) and n (4), all big-endian; each 8 bytes of it give the
 * number of their upper 53 bits, by 2^53.
 *
 * @param augmentation what is drawn
 * @param seed of all views
 * @param number of this view, from 0
 */
public record SeededView(Augmentation augmentation, long seed, int number) {
    /** Checks the range. */
    public SeededView {
        Objects.requireNonNull(augmentation, "augmentation");
        if (number < 0) throw new IllegalArgumentException("number must be at least 0, was " + number);
    }

    /**
     * The view of a picture.
     *
     * @param file the bytes of the picture's file
     * @param width of the picture in pixels, turned as it is seen
     * @param height of the picture in pixels, turned as it is seen
     */
    public View of(byte[] file, int width, int height) {
        return of(ByteBuffer.wrap(file), width, height);
    }

    /** The same; the file is what remains in the buffer, whose position stays. */
    public View of(ByteBuffer file, int width, int height) {
        MessageDigest sha = Digests.sha256();
        sha.update(file.duplicate());
        return augmentation.draw(width, height, new Numbers(sha.digest()));
    }

    /** Identifies this view in what is stored of it: two different views never have the same text. It is the same in every version of Java. */
    public String identity() {
        Augmentation a = augmentation;
        StringBuilder text = new StringBuilder("view of algorithm 1, seed " + seed + ", number " + number);
        for (double d : new double[] {
            a.area().from(), a.area().to(), a.ratio().from(), a.ratio().to(), a.flip()
        }) text.append(", ").append(Double.toHexString(d));
        return text.toString();
    }

    private final class Numbers implements DoubleSupplier {
        private final ByteBuffer input = ByteBuffer.allocate(8 + 32 + 4 + 4);
        private final MessageDigest sha = Digests.sha256();
        private ByteBuffer block = ByteBuffer.allocate(0);
        private int blocks;

        Numbers(byte[] digest) {
            input.putLong(seed).put(digest).putInt(number);
        }

        @Override
        public double getAsDouble() {
            if (!block.hasRemaining()) {
                input.putInt(8 + 32 + 4, blocks++);
                block = ByteBuffer.wrap(sha.digest(input.array()));
            }
            return (block.getLong() >>> 11) * 0x1p-53;
        }
    }
}
