package dev.graft.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Safetensors files put together by hand: any text as the header, any bytes behind it. */
final class SafetensorsBytes {
    /** A tensor of two bytes at the beginning. */
    static final String A = "\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}";

    private SafetensorsBytes() {}

    static byte[] of(String header, int dataBytes) {
        return of(header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    static byte[] of(byte[] header, int dataBytes) {
        return of(header.length, header, dataBytes);
    }

    /** With a length that need not be true. */
    static byte[] of(long length, byte[] header, int dataBytes) {
        return ByteBuffer.allocate(8 + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(header)
                .array();
    }

    /** A header of one tensor {@code a}, its three fields given. */
    static String tensor(String dtype, String shape, String offsets) {
        return "{\"a\":{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
    }
}
