package dev.graft.image.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The consecutive data chunks of a PNG. If a checksum is wrong or the file ends inside a chunk, the rows are
 * decompressed here. libpng only gets them if all rows are there, in a stream without errors; otherwise it would print
 * to standard error. Owns native memory: close it.
 */
final class PngData implements AutoCloseable {
    private static final int LAST_FILTER = 4;
    /** A block of an uncompressed stream has more bytes than this, after a header of five bytes. */
    private static final int STORED_BLOCK = 1 << 10;

    private static final int BLOCK_HEAD = 5;
    private static final int ROOM = 1 << 10;
    /** Adam7: for each pass, the first column and row, and the steps between columns and rows. */
    private static final int[][] PASSES = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private final Bytes file;
    private final List<ByteBuffer> parts = new ArrayList<>();
    private final long end;
    private final boolean doubtful;
    private long length;
    private NativeBytes mended;

    /** @param first the position of the first data chunk */
    PngData(Bytes file, long first) throws Refusal {
        this.file = file;
        long packed = 0;
        long at = first;
        boolean wrong = false;
        while (file.matches(at + 4, "IDAT")) {
            long claimed = file.be32(at);
            long there = Math.min(claimed, file.length() - at - 8);
            ByteBuffer part = file.part(at + 8, there, "PNG").data();
            parts.add(part);
            wrong |= at + 12 + claimed > file.length() || file.be32(at + 8 + claimed) != sum(part);
            packed += there;
            at += 12 + claimed;
        }
        length = packed;
        end = at;
        doubtful = wrong;
    }

    private static long sum(ByteBuffer data) {
        CRC32 sum = new CRC32();
        sum.update(new byte[] {'I', 'D', 'A', 'T'});
        sum.update(data.duplicate());
        return sum.getValue();
    }

    /** The compressed size, in bytes. */
    long length() {
        return length;
    }

    /** The position of the chunk after them. */
    long end() {
        return end;
    }

    /** Appends all of them to {@code out}. */
    void copyTo(ByteBuffer out) {
        for (ByteBuffer part : parts) out.put(part.duplicate());
    }

    /** Decompresses data that may be damaged, refuses it if a row is missing, and compresses it again. */
    void mend(int width, int height, int bitsPerPixel, boolean interlaced) throws Refusal {
        if (!doubtful) return;
        int[][] passes = interlaced ? PASSES : new int[][] {{0, 0, 1, 1}};
        long all = 0;
        for (int[] p : passes)
            all += rowLength(columns(p, width), bitsPerPixel) * (long) ((height - p[1] + p[3] - 1) / p[3]);
        long room = all + all / STORED_BLOCK * BLOCK_HEAD + ROOM;
        if (room > Integer.MAX_VALUE) throw Refusal.damaged("PNG", "a wrong checksum of IDAT");
        mended = NativeBytes.of(room);
        try (Rows rows = new Rows(mended.bytes())) {
            for (int[] p : passes)
                rows.copy(rowLength(columns(p, width), bitsPerPixel), (height - p[1] + p[3] - 1) / p[3]);
            length = rows.end();
        } catch (DataFormatException e) {
            throw Refusal.damaged("PNG", "its pixels cannot be unpacked: " + e.getMessage(), e);
        }
        parts.clear();
        parts.add(mended.bytes().slice(0, (int) length));
    }

    private static int columns(int[] pass, int width) {
        return (width - pass[0] + pass[2] - 1) / pass[2];
    }

    /** The size of a row in bytes, including the filter byte; 0 if there are no pixels. */
    private static int rowLength(int columns, int bitsPerPixel) {
        return columns == 0 ? 0 : (int) (((long) columns * bitsPerPixel + 7) / 8) + 1;
    }

    @Override
    public void close() {
        if (mended != null) mended.close();
    }

    /** Reads rows from one stream and writes them to another. */
    private final class Rows implements AutoCloseable {
        private final Inflater inflater = new Inflater();
        private final Deflater deflater = new Deflater(Deflater.NO_COMPRESSION);
        private final ByteBuffer out;
        private int part;
        private long rows;

        Rows(ByteBuffer out) {
            this.out = out.duplicate();
        }

        void copy(int length, int count) throws Refusal, DataFormatException {
            byte[] row = new byte[length];
            for (int y = 0; y < count && length > 0; y++) {
                for (int done = 0; done < length; ) {
                    int n = inflater.inflate(row, done, length - done);
                    done += n;
                    if (n == 0) feed();
                }
                if ((row[0] & 255) > LAST_FILTER)
                    throw Refusal.damaged("PNG", "row " + rows + " has an unknown filter");
                deflater.setInput(row);
                while (!deflater.needsInput()) deflate();
                rows++;
            }
        }

        private void feed() throws Refusal {
            if (!inflater.needsInput() || part == parts.size())
                throw Refusal.truncated("PNG", "its data end after " + rows + " rows, in " + file.length() + " bytes");
            inflater.setInput(parts.get(part++).duplicate());
        }

        long end() {
            deflater.finish();
            while (!deflater.finished()) deflate();
            return out.position();
        }

        private void deflate() {
            if (deflater.deflate(out) == 0 && !out.hasRemaining()) throw new IllegalStateException("no room for rows");
        }

        @Override
        public void close() {
            inflater.end();
            deflater.end();
        }
    }
}
