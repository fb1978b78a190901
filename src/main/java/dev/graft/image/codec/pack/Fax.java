package dev.graft.image.codec.pack;

import java.nio.ByteBuffer;

/** ITU-T T.4 and T.6: rows of white and black runs, coded alone or relative to the previous row. White is 0, black is 1. */
public final class Fax implements Unpacker {
    /** How the rows are coded. */
    public enum Kind {
        /** TIFF compression 2: rows of runs; each row starts at a byte. */
        ROWS(8),
        /** TIFF compression 32771: the same, but each row starts at an even byte. */
        WORDS(16),
        /** One-dimensional T.4: an end-of-line code before each row. */
        GROUP3(1),
        /** Two-dimensional T.4: after the end-of-line code, a bit says how the row is coded. */
        GROUP3_BY_ROW_BEFORE(1),
        /** T.6: every row is coded relative to the previous one. */
        GROUP4(1);

        private final int alignment;

        Kind(int alignment) {
            this.alignment = alignment;
        }
    }

    private static final int END_OF_LINE_BITS = 12;

    private final Kind kind;
    private final int width;

    /** @param width the pixels of a row; each row of the output starts at a new byte */
    public Fax(Kind kind, int width) {
        this.kind = kind;
        this.width = width;
    }

    @Override
    public void unpack(ByteBuffer packed, ByteBuffer out) throws UnpackException {
        FaxBits bits = new FaxBits(packed);
        FaxRow row = new FaxRow(width);
        byte[] pixels = new byte[(width + 7) / 8];
        while (out.hasRemaining()) {
            if (bits.ended()) throw UnpackException.ended(out);
            next(bits, row);
            row.draw(pixels);
            out.put(pixels);
        }
    }

    private void next(FaxBits bits, FaxRow row) throws UnpackException {
        switch (kind) {
            case ROWS, WORDS -> {
                bits.align(kind.alignment);
                row.alone(bits);
            }
            case GROUP3 -> {
                endOfLine(bits);
                row.alone(bits);
            }
            case GROUP3_BY_ROW_BEFORE -> {
                endOfLine(bits);
                boolean alone = bits.peek(1) == 1;
                bits.skip(1);
                if (alone) row.alone(bits);
                else row.byRowBefore(bits);
            }
            case GROUP4 -> row.byRowBefore(bits);
        }
    }

    /**
     * Reads an end-of-line code. Zeros may come before it. Some writers omit it, which is only readable in
     * one-dimensional rows.
     */
    private void endOfLine(FaxBits bits) throws UnpackException {
        boolean mayLack = kind == Kind.GROUP3 && bits.peek(END_OF_LINE_BITS - 1) != 0;
        if (mayLack) return;
        while (bits.peek(END_OF_LINE_BITS) == 0 && !bits.ended()) bits.skip(1);
        if (bits.peek(END_OF_LINE_BITS) != 1) throw new UnpackException("no end-of-line code before a row");
        bits.skip(END_OF_LINE_BITS);
    }
}
