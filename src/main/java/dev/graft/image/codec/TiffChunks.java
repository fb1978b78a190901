package dev.graft.image.codec;

import dev.graft.image.codec.pack.UnpackException;
import dev.graft.image.codec.pack.Unpacker;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The strips or tiles of a TIFF: finds each in the file and decompresses it. Owns native memory: close it. */
final class TiffChunks implements AutoCloseable {
    private static final int STRIP_COUNTS = 279;
    private static final int TILE_COUNTS = 325;

    private final Bytes file;
    private final TiffDirectory tags;
    private final TiffKind kind;
    private final TiffLayout layout;
    private final Unpacker unpacker;
    private final boolean plain;
    private final boolean differences;
    private final NativeBytes room;

    TiffChunks(Bytes file, TiffDirectory tags, TiffPacking packing, TiffKind kind, TiffLayout layout) throws Refusal {
        this.file = file;
        this.tags = tags;
        this.kind = kind;
        this.layout = layout;
        unpacker = packing.unpacker(tags, kind, layout);
        plain = packing.isNone();
        differences = packing.differences(kind);
        checkCount();
        room = plain && !kind.reversed() ? null : NativeBytes.of((long) layout.length(0) * layout.planes());
    }

    private void checkCount() throws Refusal {
        if (tags.count(layout.offsetsTag()) < layout.chunks())
            throw Refusal.damaged(
                    "TIFF",
                    "it has " + tags.count(layout.offsetsTag()) + " of " + layout.chunks() + " strips or tiles");
    }

    /**
     * The rows of a chunk, one after the other, {@link TiffLayout#rowLength()} bytes each. They are valid until the next
     * call.
     */
    ByteBuffer chunk(int plane, int row, int column) throws Refusal {
        int index = layout.index(plane, row, column);
        int length = layout.length(row);
        if (room == null) return file.part(offset(index), length, "TIFF").data();
        ByteBuffer out = room.bytes().slice(plane * layout.length(0), length);
        Bytes packed = file.part(offset(index), plain ? length : packedLength(index), "TIFF");
        if (kind.reversed()) unpackReversed(packed, out, index);
        else unpack(packed.data(), out, index);
        if (differences)
            TiffDifferences.addUp(
                    out,
                    layout.rowLength(),
                    kind.bits(),
                    layout.planes() > 1 ? 1 : kind.samples(),
                    kind.littleEndian());
        return out;
    }

    private long offset(int index) throws Refusal {
        return tags.value(layout.offsetsTag(), index, -1);
    }

    /**
     * The compressed length that the file gives. If the file has none for a single chunk, the chunk ends at the end of
     * the file.
     */
    private long packedLength(int index) throws Refusal {
        long length = tags.value(layout.tiled() ? TILE_COUNTS : STRIP_COUNTS, index, 0);
        if (length == 0 && layout.chunks() == 1) length = Math.max(0, file.length() - offset(index));
        if (length == 0) throw Refusal.damaged("TIFF", layout.name(index) + " is empty");
        return length;
    }

    private void unpackReversed(Bytes packed, ByteBuffer out, int index) throws Refusal {
        ByteBuffer from = packed.data();
        try (NativeBytes reversed = NativeBytes.of(from.limit())) {
            for (int i = 0; i < from.limit(); i++)
                reversed.bytes().put(i, (byte) (Integer.reverse(from.get(i)) >>> 24));
            unpack(reversed.bytes(), out, index);
        }
    }

    private void unpack(ByteBuffer packed, ByteBuffer out, int index) throws Refusal {
        try {
            unpacker.unpack(packed, out);
            out.rewind();
        } catch (UnpackException e) {
            throw Refusal.damaged("TIFF", layout.name(index) + ": " + e.getMessage(), e);
        } catch (Refusal e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("no file is read here", e);
        }
    }

    @Override
    public void close() {
        if (room != null) room.close();
    }
}
