package dev.graft.image;

import java.nio.charset.StandardCharsets;

/** A file's bytes, read by position; a position outside the file is a truncated file, never a crash. */
record Bytes(byte[] data, String format) {
    int length() {
        return data.length;
    }

    int u8(long at) throws Refusal {
        need(at, 1);
        return data[(int) at] & 255;
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
        if (at < 0 || n < 0 || at > data.length - n)
            throw Refusal.truncated(format, "needs byte " + (at + n) + ", the file has " + data.length);
    }

    boolean matches(long at, String latin1) {
        return matches(data, at, latin1);
    }

    static boolean matches(byte[] data, long at, String latin1) {
        if (at < 0 || at > data.length - latin1.length()) return false;
        for (int i = 0; i < latin1.length(); i++) if ((data[(int) at + i] & 255) != latin1.charAt(i)) return false;
        return true;
    }

    String text(long at, int n) throws Refusal {
        need(at, n);
        return new String(data, (int) at, n, StandardCharsets.ISO_8859_1);
    }
}
