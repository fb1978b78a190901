package dev.graft.data.archive;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A block of 512 bytes that describes the entry after it, in the formats of POSIX.1-1988 (ustar), GNU and Unix version
 * 7.
 *
 * @param type as stored; in the oldest format, 0 for a file
 * @param size the number of bytes of the content that follows
 */
record TarHeader(String name, char type, long size) {
    static final int BLOCK = 512;

    static TarHeader of(byte[] block) throws ArchiveException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? ' ' : block[i] & 0xFF;
        if (number(block, 148, 8) != sum)
            throw new ArchiveException("a header's checksum is wrong: it is no tar, or damaged");
        String name = text(block, 0, 100);
        boolean posix = new String(block, 257, 8, StandardCharsets.ISO_8859_1).equals("ustar\00000");
        String prefix = posix ? text(block, 345, 155) : "";
        char type = (char) (block[156] & 0xFF);
        return new TarHeader(prefix.isEmpty() ? name : prefix + "/" + name, type, number(block, 124, 12));
    }

    static boolean isZero(byte[] block) {
        for (byte b : block) if (b != 0) return false;
        return true;
    }

    boolean isFile() {
        return (type == '0' || type == 0) && !name.endsWith("/");
    }

    /** Whether the entry is a folder. The oldest format has no type for a folder, but ends the name with a slash. */
    boolean isFolder() {
        return type == '5' || ((type == '0' || type == 0) && name.endsWith("/"));
    }

    TarHeader named(String other) {
        return new TarHeader(other, type, size);
    }

    TarHeader sized(long other) {
        return new TarHeader(name, type, other);
    }

    /**
     * A number: octal digits, or, after a set highest bit, a binary number, which GNU writes if there would be too many
     * digits.
     */
    private static long number(byte[] block, int at, int length) throws ArchiveException {
        if ((block[at] & 0x80) != 0) return binary(block, at, length);
        String digits = new String(block, at, length, StandardCharsets.ISO_8859_1)
                .replace('\0', ' ')
                .strip();
        if (digits.isEmpty()) return 0;
        if (!digits.matches("[0-7]{1,12}"))
            throw new ArchiveException("a number in a header is wrong: it is no tar, or damaged");
        return Long.parseLong(digits, 8);
    }

    private static long binary(byte[] block, int at, int length) throws ArchiveException {
        if ((block[at] & 0xFF) != 0x80) throw new ArchiveException("a size is negative or absurd");
        for (int i = at + 1; i < at + length - 8; i++)
            if (block[i] != 0) throw new ArchiveException("a size is absurd");
        long value = ByteBuffer.wrap(block, at + length - 8, 8).getLong();
        if (value < 0 || length < 12) throw new ArchiveException("a size is absurd");
        return value;
    }

    private static String text(byte[] block, int at, int length) throws ArchiveException {
        int end = at;
        while (end < at + length && block[end] != 0) end++;
        return utf8(Arrays.copyOfRange(block, at, end));
    }

    static String utf8(byte[] bytes) throws ArchiveException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ArchiveException("the name of an entry is not UTF-8", e);
        }
    }
}
