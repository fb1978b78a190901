package dev.graft.image.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The bytes of a file, or a part of them, read by position. A position outside is reported as a truncated file. */
public final class Bytes {
    private final FileWindow file;
    private final long first;
    private final long length;
    private final String format;

    private Bytes(FileWindow file, long first, long length, String format) {
        this.file = file;
        this.first = first;
        this.length = length;
        this.format = format;
    }

    public Bytes(FileWindow file, String format) {
        this(file, 0, file.length(), format);
    }

    /** All bytes of the buffer, from position 0 to the limit. {@code format} is used in messages. */
    public Bytes(ByteBuffer data, String format) {
        this(new FileWindow(data), format);
    }

    /** The same bytes with another format name for messages. */
    Bytes as(String name) {
        return new Bytes(file, first, length, name);
    }

    /** A part of {@code n} bytes from {@code at} on. Its positions start at 0. */
    Bytes part(long at, long n, String name) throws Refusal {
        need(at, n);
        return new Bytes(file, first + at, n, name);
    }

    long length() {
        return length;
    }

    String format() {
        return format;
    }

    /** Whether all bytes are in memory, not only those of the header. */
    boolean isWhole() {
        return file.isWhole();
    }

    /** The buffer with all bytes. They must be in memory. */
    ByteBuffer data() {
        return file.all().slice((int) first, (int) length);
    }

    int u8(long at) throws Refusal {
        need(at, 1);
        return file.u8(first + at);
    }

    int be16(long at) throws Refusal {
        return u8(at) << 8 | u8(at + 1);
    }

    int le16(long at) throws Refusal {
        return u8(at) | u8(at + 1) << 8;
    }

    int le24(long at) throws Refusal {
        return le16(at) | u8(at + 2) << 16;
    }

    long be32(long at) throws Refusal {
        return (long) be16(at) << 16 | be16(at + 2);
    }

    long le32(long at) throws Refusal {
        return le16(at) | (long) le16(at + 2) << 16;
    }

    /** Refuses the file as truncated unless it has {@code n} bytes from {@code at} on. */
    void need(long at, long n) throws Refusal {
        if (at < 0 || n < 0 || at > length - n)
            throw Refusal.truncated(format, "needs byte " + (at + n) + ", the file has " + length);
    }

    boolean matches(long at, String latin1) {
        if (at < 0 || at > length - latin1.length()) return false;
        for (int i = 0; i < latin1.length(); i++) if (file.u8(first + at + i) != latin1.charAt(i)) return false;
        return true;
    }

    String text(long at, int n) throws Refusal {
        return new String(copy(at, n), StandardCharsets.ISO_8859_1);
    }

    /** A copy of a few bytes on the Java heap, for example a palette or a name. */
    byte[] copy(long at, int n) throws Refusal {
        need(at, n);
        byte[] some = new byte[n];
        file.get(first + at, some, n);
        return some;
    }

    /** Copies the {@code n} bytes from {@code at} on to the start of {@code to}. */
    void get(long at, byte[] to, int n) throws Refusal {
        need(at, n);
        file.get(first + at, to, n);
    }

    /** The first position from {@code from} on with a byte of 255; the length if there is none. */
    long indexOf255(long from) {
        return Math.min(length, file.indexOf255(first + from) - first);
    }
}
