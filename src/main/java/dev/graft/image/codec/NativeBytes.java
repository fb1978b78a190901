package dev.graft.image.codec;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;

/**
 * Memory as large as a file or a picture, outside Java's heap: -Xmx does not limit it. Whoever has it closes it; nobody may
 * look at the bytes afterwards.
 *
 * @param memory what is freed
 * @param bytes all of it, from position 0, big-endian
 */
public record NativeBytes(BytePointer memory, ByteBuffer bytes) implements AutoCloseable {
    /** Memory for {@code n} bytes, whose values are anything. */
    static NativeBytes of(long n) {
        if (n < 0 || n > Integer.MAX_VALUE) throw new IllegalArgumentException("n must be 0 to 2^31 - 1, was " + n);
        BytePointer memory = new BytePointer(Math.max(1, n));
        return new NativeBytes(memory, memory.asByteBuffer().slice(0, (int) n));
    }

    public static NativeBytes copyOf(byte[] bytes) {
        NativeBytes copy = of(bytes.length);
        copy.bytes.put(0, bytes);
        return copy;
    }

    /** The same memory, of which the first {@code n} bytes count; takes the place of this one. */
    NativeBytes first(int n) {
        return new NativeBytes(memory, bytes.slice(0, n));
    }

    @Override
    public void close() {
        memory.close();
    }
}
