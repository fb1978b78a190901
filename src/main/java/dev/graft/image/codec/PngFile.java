package dev.graft.image.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * PNG: the chunks are read here, and OpenCV gets a file with only the chunks that define the picture: size, palette and
 * data. So animations, colour profiles and huge texts never reach it. 16-bit grey is clipped at 255, as in Pillow.
 */
final class PngFile implements PictureFile {
    static final String SIGNATURE = "\u0089PNG\r\n\u001a\n";
    /** The maximum number of bytes that Deflate can produce from one byte, with some reserve. */
    private static final long MOST_PER_BYTE = 1040;

    private static final String CHUNK = "[A-Za-z0-9_]{4}";
    private static final Map<String, Integer> LEAST =
            Map.of("gAMA", 4, "cHRM", 32, "sRGB", 1, "pHYs", 9, "acTL", 8, "fcTL", 26);

    private final Bytes file;
    private final long width;
    private final long height;
    private final int depth;
    private final int colour;
    private final boolean interlaced;
    private long palette = -1;
    private long data = -1;
    private int orientation = 1;

    PngFile(Bytes file) throws Refusal {
        this.file = file;
        if (!file.matches(12, "IHDR")) throw damaged("it does not start with its size");
        width = file.be32(16);
        height = file.be32(20);
        depth = file.u8(24);
        colour = file.u8(25);
        if (channels() == 0) throw damaged("colour type " + colour);
        if (depth < 1 || depth > 16 || Integer.bitCount(depth) != 1) throw damaged("a depth of " + depth + " bits");
        interlaced = file.u8(28) == 1;
        if (file.u8(26) != 0 || file.u8(27) != 0) throw damaged("an unknown compression or filter");
        for (long at = 8; data < 0; at = next(at)) chunk(at);
    }

    private void chunk(long at) throws Refusal {
        if (!file.text(at + 4, 4).matches(CHUNK)) throw damaged("no chunk at byte " + at);
        if (file.matches(at + 4, "IDAT")) data = at;
        else if (file.matches(at + 4, "IEND")) throw damaged("it ends before its pixels");
        else {
            checkSum(at);
            checkLength(at);
            if (file.matches(at + 4, "PLTE")) palette = at;
            if (file.matches(at + 4, "eXIf")) orientation = ExifBlock.orientation(file, at + 8, file.be32(at));
        }
    }

    /** Checks a checksum. If the file is not completely in memory, nothing is checked. */
    private void checkSum(long at) throws Refusal {
        long length = file.be32(at);
        file.need(at, length + 12);
        if (file.isWhole() && sum(file.data(), (int) at + 4, (int) length + 4) != file.be32(at + 8 + length))
            throw damaged("wrong checksum of " + file.text(at + 4, 4));
    }

    private static long sum(ByteBuffer bytes, int at, int length) {
        CRC32 sum = new CRC32();
        sum.update(bytes.slice(at, length));
        return sum.getValue();
    }

    private long next(long at) throws Refusal {
        return at + 12 + file.be32(at);
    }

    private int channels() {
        return switch (colour) {
            case 0, 3 -> 1;
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 0;
        };
    }

    private static Refusal damaged(String detail) {
        return Refusal.damaged("PNG", detail);
    }

    @Override
    public long width() {
        return width;
    }

    @Override
    public long height() {
        return height;
    }

    @Override
    public int orientation() {
        return orientation;
    }

    @Override
    public String colours() {
        String kind =
                switch (colour) {
                    case 0 -> depth == 1 ? "black and white" : "grey";
                    case 2 -> "RGB";
                    case 3 -> "palette";
                    case 4 -> "grey with alpha";
                    default -> "RGB with alpha";
                };
        return depth == 16 ? kind + ", 16 bits" : kind;
    }

    @Override
    public Raster pixels() throws Refusal {
        boolean deepGrey = colour == 0 && depth == 16;
        return unpacked(plain -> OpenCv.decode(plain, (int) width, (int) height, deepGrey));
    }

    @Override
    public Optional<Raster> grey(GreyMap map) throws Refusal {
        if (depth != 16 || colour != 0 && colour != 4) return Optional.empty();
        return Optional.of(unpacked(plain -> {
            try (GreyValues values = OpenCv.grey(plain, (int) width, (int) height)) {
                return map.map(values);
            }
        }));
    }

    /** Decodes a PNG that has only the chunks that define the picture. */
    private interface Decoder {
        Raster of(Bytes plain) throws Refusal;
    }

    private Raster unpacked(Decoder decoder) throws Refusal {
        try (PngData packed = new PngData(file, data)) {
            long needed = height * ((width * channels() * depth + 7) / 8 + 1);
            if (needed / MOST_PER_BYTE > packed.length())
                throw Refusal.truncated("PNG", width + " x " + height + " pixels in " + packed.length() + " bytes");
            packed.mend((int) width, (int) height, channels() * depth, interlaced);
            checkEnd(packed.end());
            return unpacked(packed, decoder);
        }
    }

    private Raster unpacked(PngData packed, Decoder decoder) throws Refusal {
        int colours = palette < 0 ? 0 : (int) file.be32(palette);
        try (NativeBytes plain = NativeBytes.of(8 + 3 * 12 + 13 + (palette < 0 ? 0 : 12 + colours) + packed.length())) {
            write(plain.bytes(), colours, packed);
            return decoder.of(new Bytes(plain.bytes(), "PNG"));
        }
    }

    private void write(ByteBuffer plain, int colours, PngData packed) throws Refusal {
        ByteBuffer all = file.data();
        plain.put(all.slice(0, 8));
        int start = start(plain, "IHDR", 13);
        end(plain.put(all.slice(16, 13)), start);
        if (palette >= 0) {
            start = start(plain, "PLTE", colours);
            end(plain.put(all.slice((int) palette + 8, colours)), start);
        }
        start = start(plain, "IDAT", (int) packed.length());
        packed.copyTo(plain);
        end(plain, start);
        end(plain, start(plain, "IEND", 0));
    }

    /** Checks the chunks up to the end of the picture. If the file ends between two chunks, it is accepted. */
    private void checkEnd(long from) throws Refusal {
        for (long at = from; at + 8 <= file.length(); at = next(at)) {
            String type = file.text(at + 4, 4);
            if (type.equals("IEND") || type.equals("fcTL") || !type.matches(CHUNK)) return;
            file.need(at + 8, file.be32(at));
            checkLength(at);
        }
    }

    /** Refuses a chunk that is too short for its content, as Pillow does. */
    private void checkLength(long at) throws Refusal {
        String type = file.text(at + 4, 4);
        int least = type.equals("tRNS") ? (colour == 0 ? 2 : colour == 2 ? 6 : 0) : LEAST.getOrDefault(type, 0);
        if (file.be32(at) < least)
            throw damaged("its chunk " + type + " has " + file.be32(at) + " bytes, at least " + least + " are needed");
    }

    private static int start(ByteBuffer out, String type, int length) {
        out.putInt(length).put(type.getBytes(StandardCharsets.ISO_8859_1));
        return out.position() - 4;
    }

    private static void end(ByteBuffer out, int start) {
        out.putInt((int) sum(out, start, out.position() - start));
    }
}
