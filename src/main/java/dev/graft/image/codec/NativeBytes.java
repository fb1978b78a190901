package dev.graft.image.codec;

import dev.graft.javacpp.JavaCpp;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;

/**
 * Memory for a file or a picture, outside the Java heap and its limit -Xmx. The owner closes it. Do not access the bytes
 * afterwards.
 *
 * @param memory the memory that is freed
 * @param bytes all of it, from position 0, big-endian
 */
public record NativeBytes(BytePointer memory, ByteBuffer bytes) implements AutoCloseable {
    /** Allocates {@code n} bytes with undefined values. */
    static NativeBytes of(long n) {
        if (n < 0 || n > Integer.MAX_VALUE) throw new IllegalArgumentException("n must be 0 to 2^31 - 1, was " + n);
        JavaCpp.begin();
        BytePointer memory = new BytePointer(Math.max(1, n));
        return new NativeBytes(memory, memory.asByteBuffer().slice(0, (int) n));
    }

    public static NativeBytes copyOf(byte[] bytes) {
        NativeBytes copy = of(bytes.length);
        copy.bytes.put(0, bytes);
        return copy;
    }

    /** The same memory, limited to the first {@code n} bytes. Use the result instead of this object. */
    NativeBytes first(int n) {
        return new NativeBytes(memory, bytes.slice(0, n));
    }

    @Override
    public void close() {
        memory.close();
    }
}
