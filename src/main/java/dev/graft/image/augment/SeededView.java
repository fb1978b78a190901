package dev.graft.image.augment;

import dev.graft.files.Digests;
import dev.graft.image.augment.ops.Operation;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.function.DoubleSupplier;

/**
 * One augmented view of a picture. It depends only on the content of the picture's file and on this record, not on the
 * file's name, other pictures or the order of reading.
 *
 * <p>The random numbers for {@link Augmentation#draw}, and after it for the operations in their order, are SHA-256 in counter mode. Block n (from 0) is the digest of
 * the seed (8 bytes), the SHA-256 of the file (32), the view's number (4) and n (4), all big-endian. Each 8 bytes of it
 * give one number: their upper 53 bits divided by 2^53.
 *
 * @param augmentation what is drawn
 * @param seed the same for all views
 * @param number of this view, from 0
 */
public record SeededView(Augmentation augmentation, long seed, int number) {
    /** Checks the range. */
    public SeededView {
        Objects.requireNonNull(augmentation, "augmentation");
        if (number < 0) throw new IllegalArgumentException("number must be at least 0, was " + number);
    }

    /**
     * The part of a picture that the view shows, without its operations.
     *
     * @param file the bytes of the picture's file
     * @param width of the upright picture in pixels
     * @param height of the upright picture in pixels
     */
    public View of(byte[] file, int width, int height) {
        return augmentation.draw(width, height, numbers(file));
    }

    /**
     * The whole view: its part, and its operations on the resized part.
     *
     * @param file the bytes of the picture's file, in the rest of the buffer, whose position does not change
     * @param width of the upright picture in pixels
     * @param height of the upright picture in pixels
     * @param newWidth of the resized part, in pixels
     * @param newHeight of the resized part, in pixels
     */
    public View of(ByteBuffer file, int width, int height, int newWidth, int newHeight) {
        DoubleSupplier numbers = numbers(file);
        View part = augmentation.draw(width, height, numbers);
        return augmentation.operations().isEmpty()
                ? part
                : part.withEdit(augmentation.edit(newWidth, newHeight, numbers));
    }

    /** The numbers from which the view of a file is drawn, in [0, 1), always the same. For one thread. */
    public DoubleSupplier numbers(byte[] file) {
        return numbers(ByteBuffer.wrap(file));
    }

    private DoubleSupplier numbers(ByteBuffer file) {
        MessageDigest sha = Digests.sha256();
        sha.update(file.duplicate());
        return new Numbers(sha.digest());
    }

    /**
     * A text that identifies this view in stored data: different views have different texts, in every version of Java
     * the same.
     */
    public String identity() {
        Augmentation a = augmentation;
        StringBuilder text = new StringBuilder("view of algorithm 1, seed " + seed + ", number " + number);
        for (double d : new double[] {
            a.area().from(), a.area().to(), a.ratio().from(), a.ratio().to(), a.flip()
        }) text.append(", ").append(Double.toHexString(d));
        if (!a.operations().isEmpty()) text.append(", operations of algorithm 1");
        for (Operation o : a.operations()) text.append(", ").append(o.identity());
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
