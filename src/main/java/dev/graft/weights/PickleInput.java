package dev.graft.weights;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The bytes of a pickle, read forward; whatever reaches beyond the end is refused before anything is allocated. */
final class PickleInput {
    private static final int MAX_INTEGER_BYTES = 256;

    private final Path file;
    private final String entry;
    private final ByteBuffer bytes;
    private int opcodeAt;

    PickleInput(Path file, String entry, byte[] pickle) {
        this.file = file;
        this.entry = entry;
        this.bytes = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The next opcode, 0..255; what is refused from here on is reported at its place. */
    int opcode() throws WeightsException {
        opcodeAt = bytes.position();
        if (!bytes.hasRemaining()) throw refused("it ends without STOP");
        return u8();
    }

    int u8() throws WeightsException {
        return Byte.toUnsignedInt(need(1).get());
    }

    int u16() throws WeightsException {
        return Short.toUnsignedInt(need(2).getShort());
    }

    int i32() throws WeightsException {
        return need(4).getInt();
    }

    long u32() throws WeightsException {
        return Integer.toUnsignedLong(i32());
    }

    long i64() throws WeightsException {
        return need(8).getLong();
    }

    /** Pickle's floats are the one thing in it that is big-endian. */
    double f64() throws WeightsException {
        return Double.longBitsToDouble(Long.reverseBytes(i64()));
    }

    byte[] bytes(long count) throws WeightsException {
        need(count);
        byte[] content = new byte[(int) count];
        bytes.get(content);
        return content;
    }

    String utf8(long count) throws WeightsException {
        need(count);
        ByteBuffer text = bytes.slice(bytes.position(), (int) count);
        bytes.position(bytes.position() + (int) count);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            throw refused("a string is not UTF-8", e);
        }
    }

    /** A name that ends with a line feed. */
    String line() throws WeightsException {
        int end = bytes.position();
        while (end < bytes.limit() && bytes.get(end) != '\n') end++;
        if (end == bytes.limit()) throw refused("a name has no end");
        String line = utf8(end - bytes.position());
        bytes.get();
        return line;
    }

    /** A whole number of {@code count} bytes: a Long, or a BigInteger where it does not fit into one. */
    Number integer(long count) throws WeightsException {
        if (count < 0 || count > MAX_INTEGER_BYTES)
            throw refused("an integer of " + count + " bytes (at most " + MAX_INTEGER_BYTES + ")");
        if (count == 0) return 0L;
        byte[] digits = bytes(count);
        for (int i = 0, j = digits.length - 1; i < j; i++, j--) {
            byte swap = digits[i];
            digits[i] = digits[j];
            digits[j] = swap;
        }
        BigInteger value = new BigInteger(digits);
        if (value.bitLength() > 63) return value;
        return value.longValue();
    }

    /** Checks the length of a frame; frames mean nothing else here. */
    void frame() throws WeightsException {
        need(i64());
    }

    WeightsException refused(String what) {
        return refused(what, null);
    }

    WeightsException refused(String what, Throwable cause) {
        return new WeightsException(file, where() + " " + what, WeightsException.RESAVE, cause);
    }

    private String where() {
        return WeightsException.quote(entry) + " at byte " + opcodeAt + ":";
    }

    private ByteBuffer need(long count) throws WeightsException {
        if (count < 0 || count > bytes.remaining())
            throw refused("it wants " + Long.toUnsignedString(count) + " bytes, " + bytes.remaining() + " are left");
        return bytes;
    }
}
