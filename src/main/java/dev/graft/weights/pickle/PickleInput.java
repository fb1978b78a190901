package dev.graft.weights.pickle;

import dev.graft.weights.read.FileBytes;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The bytes of a pickle, read sequentially. Reading past the end is refused before anything is allocated.
 *
 * <p>The bytes are in memory, or in a file of which only a window is in memory.
 */
public final class PickleInput {
    /** The maximum size of a pickle, in bytes. */
    public static final int MAX_BYTES = 64 << 20;

    /** The maximum length of the name of a class, and of the key of a dict. */
    public static final int MAX_NAME = 4096;

    private static final String TOO_LONG = "it has more than " + MAX_BYTES + " bytes";
    private static final int WINDOW = 64 << 10;
    private static final int MAX_INTEGER_BYTES = 256;

    private final Path file;
    private final FileChannel channel;
    private ByteBuffer window;
    private long windowEnd; // the position after the window
    private long end; // the position after the last byte that may be read
    private boolean cut; // whether the file has more bytes after {@code end}
    private String entry;
    private long opcodeAt;

    /** A pickle that is an entry of a file. */
    PickleInput(Path file, String entry, byte[] pickle) {
        this(file, entry, ByteBuffer.wrap(pickle), null);
        windowEnd = pickle.length;
        end = pickle.length;
    }

    private PickleInput(Path file, String entry, ByteBuffer window, FileChannel channel) {
        this.file = file;
        this.entry = entry;
        this.window = window.order(ByteOrder.LITTLE_ENDIAN);
        this.channel = channel;
    }

    /** The bytes of a file from its start. Call {@link #next} to start a pickle. */
    public static PickleInput of(Path file, FileChannel channel) {
        return new PickleInput(file, "", ByteBuffer.allocate(0), channel);
    }

    /** Starts the next of several consecutive pickles, with this name. */
    public void next(String name) throws IOException {
        entry = name;
        opcodeAt = position();
        cut = channel.size() - position() > MAX_BYTES;
        end = cut ? position() + MAX_BYTES : channel.size();
    }

    /** The position of the next byte. */
    public long position() {
        return windowEnd - window.remaining();
    }

    /** The next opcode, 0..255. Errors from now on report its position. */
    int opcode() throws IOException {
        opcodeAt = position();
        if (position() == end) throw refused(cut ? "it has more than " + MAX_BYTES + " bytes" : "it ends without STOP");
        return u8();
    }

    int u8() throws IOException {
        return Byte.toUnsignedInt(need(1).get());
    }

    int u16() throws IOException {
        return Short.toUnsignedInt(need(2).getShort());
    }

    int i32() throws IOException {
        return need(4).getInt();
    }

    long u32() throws IOException {
        return Integer.toUnsignedLong(i32());
    }

    long i64() throws IOException {
        return need(8).getLong();
    }

    /** A float64. It is the only big-endian value in a pickle. */
    double f64() throws IOException {
        return Double.longBitsToDouble(Long.reverseBytes(i64()));
    }

    byte[] bytes(long count) throws IOException {
        need(count);
        byte[] content = new byte[(int) count];
        window.get(content);
        return content;
    }

    String utf8(long count) throws IOException {
        ByteBuffer text = need(count).slice(window.position(), (int) count);
        window.position(window.position() + (int) count);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            throw refused("a string is not UTF-8", e);
        }
    }

    /** A name terminated by a line feed. */
    String line() throws IOException {
        int length = 0;
        while (length < Math.min(MAX_NAME, end - position())
                && need(length + 1).get(window.position() + length) != '\n') length++;
        if (length == Math.min(MAX_NAME, end - position())) throw refused("a name has no end");
        String line = utf8(length);
        window.get();
        return line;
    }

    /** A whole number of {@code count} bytes: a Long, or a BigInteger if it does not fit. */
    Number integer(long count) throws IOException {
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

    /** Checks the length of a frame, and otherwise ignores frames. */
    void frame() throws IOException {
        need(i64());
    }

    public WeightsException refused(String what) {
        return refused(what, WeightsException.RESAVE);
    }

    public WeightsException refused(String what, Throwable cause) {
        return new WeightsException(file, where() + " " + what, WeightsException.RESAVE, cause);
    }

    public WeightsException refused(String what, String remedy) {
        return new WeightsException(file, where() + " " + what, remedy);
    }

    private String where() {
        return WeightsException.quote(entry) + " at byte " + opcodeAt + ":";
    }

    private ByteBuffer need(long count) throws IOException {
        long left = end - position();
        if (cut && count > left) throw refused(TOO_LONG);
        if (count < 0 || count > left)
            throw refused("it wants " + Long.toUnsignedString(count) + " bytes, " + left + " are left");
        if (count > window.remaining()) slide((int) count);
        return window;
    }

    /** Moves the window forward until it contains the next {@code count} bytes, which the file has. */
    private void slide(int count) throws IOException {
        int bytes = (int) Math.min(end - position(), Math.max(count, WINDOW));
        long start = position();
        ByteBuffer next = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        FileBytes.read(file, entry, channel, start, next);
        window = next.flip();
        windowEnd = start + bytes;
    }
}
