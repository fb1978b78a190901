package dev.graft.torch;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A growing buffer outside the heap, for an archive on its way into or out of LibTorch. The caller that made it owns it
 * and frees it with {@link #close}. Not thread-safe.
 */
public final class NativeBuffer implements WritableByteChannel {
    private BytePointer bytes;
    private long size;

    /** Makes an empty buffer with room for {@code capacity} bytes. */
    public NativeBuffer(long capacity) {
        Natives.load();
        bytes = NativeScope.own(new BytePointer(Math.max(64, capacity)));
    }

    @Override
    public int write(ByteBuffer source) {
        int n = source.remaining();
        reserve(n);
        bytes.getPointer(size).capacity(n).asByteBuffer().put(source);
        size += n;
        return n;
    }

    /** Appends {@code n} bytes from {@code source}. */
    public void write(Pointer source, long n) {
        reserve(n);
        Pointer.memcpy(new BytePointer(bytes).position(size), source, n);
        size += n;
    }

    private void reserve(long n) {
        requireOpen();
        if (size + n > bytes.capacity()) {
            BytePointer larger = NativeScope.own(new BytePointer(Math.max(size + n, bytes.capacity() * 2)));
            Pointer.memcpy(larger, bytes, size);
            bytes.close();
            bytes = larger;
        }
    }

    /** The bytes; valid until the next write or {@link #close}. */
    public BytePointer pointer() {
        requireOpen();
        return bytes;
    }

    /** How many bytes were written. */
    public long size() {
        return size;
    }

    @Override
    public boolean isOpen() {
        return bytes != null;
    }

    @Override
    public void close() {
        if (bytes != null) {
            bytes.close();
            bytes = null;
        }
    }

    private void requireOpen() {
        if (bytes == null) {
            throw new IllegalStateException("buffer: used after close; make a new one");
        }
    }
}
