package dev.graft.export.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/** Compares what is written to it with a file, from the file's first byte on. */
final class ComparingChannel implements WritableByteChannel {
    private final FileChannel file;
    private final ByteBuffer there = ByteBuffer.allocateDirect(1 << 16);
    private long at;

    /** Makes a channel; the caller closes the file. */
    ComparingChannel(FileChannel file) {
        this.file = file;
    }

    /**
     * Compares some of the remaining bytes.
     *
     * @throws IOException with the position of the first byte that differs
     */
    @Override
    public int write(ByteBuffer expected) throws IOException {
        there.clear().limit(Math.min(there.capacity(), expected.remaining()));
        int got = Math.max(0, file.read(there, at));
        int different = there.flip().mismatch(expected.slice(expected.position(), got));
        if (got == 0 && expected.hasRemaining() || different >= 0) {
            throw new IOException("its byte " + (at + Math.max(0, different)) + " is not the one that was written");
        }
        expected.position(expected.position() + got);
        at += got;
        return got;
    }

    /** Refuses a file that goes on. */
    void end() throws IOException {
        if (file.size() != at) {
            throw new IOException("it has " + file.size() + " bytes, " + at + " were written");
        }
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() {}
}
