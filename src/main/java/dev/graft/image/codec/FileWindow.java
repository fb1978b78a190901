package dev.graft.image.codec;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * The part of a file that is in memory: the whole file, or a window that moves to the position that is read. A read
 * error throws an {@link UncheckedIOException}. Positions are not checked here; {@link Bytes} does that.
 */
public final class FileWindow {
    private static final int BYTES = 8 << 10;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOW_BITS = 0x0101010101010101L;

    private final SeekableByteChannel channel; // null if the whole file is in memory
    private final long length;
    private final ByteBuffer data;
    private long start;

    /** The whole file, from position 0 to the limit of the buffer. */
    public FileWindow(ByteBuffer all) {
        channel = null;
        length = all.limit();
        data = all;
    }

    /** A window on a file. The caller still owns and closes the channel. */
    public FileWindow(SeekableByteChannel channel) throws IOException {
        this.channel = channel;
        length = channel.size();
        data = ByteBuffer.allocate(BYTES).limit(0);
    }

    long length() {
        return length;
    }

    boolean isWhole() {
        return channel == null;
    }

    /** The whole file. */
    ByteBuffer all() {
        if (!isWhole()) throw new IllegalStateException("only a part of the file is in memory");
        return data;
    }

    int u8(long at) {
        return data.get(index(at)) & 255;
    }

    void get(long at, byte[] to, int n) {
        for (int done = 0; done < n; ) {
            int i = index(at + done);
            int some = Math.min(n - done, data.limit() - i);
            data.get(i, to, done, some);
            done += some;
        }
    }

    /** The first position from {@code from} on with a byte of 255; the length of the file if there is none. */
    long indexOf255(long from) {
        for (long at = from; at < length; ) {
            int i = index(at);
            int found = indexOf255(i);
            at += found - i;
            if (found < data.limit()) return at;
        }
        return length;
    }

    /** Compares eight bytes at a time, because all bytes of a JPEG are searched. */
    private int indexOf255(int from) {
        int i = from;
        for (; i + 8 <= data.limit(); i += 8) {
            long zeroWhere255 = ~data.getLong(i);
            if ((zeroWhere255 - LOW_BITS & ~zeroWhere255 & HIGH_BITS) != 0) break;
        }
        while (i < data.limit() && data.get(i) != -1) i++;
        return i;
    }

    private int index(long at) {
        long i = at - start;
        if (i >= 0 && i < data.limit()) return (int) i;
        load(at);
        return 0;
    }

    private void load(long at) {
        if (isWhole()) throw new IndexOutOfBoundsException("byte " + at + " of " + length);
        try {
            data.clear();
            channel.position(at);
            while (data.hasRemaining() && channel.read(data) >= 0) {}
            data.flip();
            start = at;
            if (!data.hasRemaining()) throw new EOFException("it ends at byte " + at + " now, had " + length);
        } catch (IOException e) {
            data.limit(0);
            throw new UncheckedIOException(e);
        }
    }
}
