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
 * The bytes of a pickle, read forward; whatever reaches beyond the end is refused before anything is allocated.
 *
 * <p>They lie in memory, or in a file of which no more than a window is in memory.
 */
public final class PickleInput {
    /** The longest pickle. */
    public static final int MAX_BYTES = 64 << 20;

    /** The longest name of a class, and the longest key of a dict. */
    public static final int MAX_NAME = 4096;

    private static final String TOO_LONG = "it has more than " + MAX_BYTES + " bytes";
    private static final int WINDOW = 64 << 10;
    private static final int MAX_INTEGER_BYTES = 256;

    private final Path file;
    private final FileChannel channel;
    private ByteBuffer window;
    private long windowEnd; // the place of the byte behind the window
    private long end; // the place of the byte behind the last that may be read
    private boolean cut; // whether the file goes on there
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

    /** The bytes of a file from its start; {@link #next} says which pickle begins. */
    public static PickleInput of(Path file, FileChannel channel) {
        return new PickleInput(file, "", ByteBuffer.allocate(0), channel);
    }

    /** Begins the next of several pickles in a row, under this name. */
    public void next(String name) throws IOException {
        entry = name;
        opcodeAt = position();
        cut = channel.size() - position() > MAX_BYTES;
        end = cut ? position() + MAX_BYTES : channel.size();
    }

    /** Where the next byte lies. */
    public long position() {
        return windowEnd - window.remaining();
    }

    /** The next opcode, 0..255; what is refused from here on is reported at its place. */
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

    /** Pickle's floats are the one thing in it that is big-endian. */
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

    /** A name that ends with a line feed. */
    String line() throws IOException {
        int length = 0;
        while (length < Math.min(MAX_NAME, end - position())
                && need(length + 1).get(window.position() + length) != '\n') length++;
        if (length == Math.min(MAX_NAME, end - position())) throw refused("a name has no end");
        String line = utf8(length);
        window.get();
        return line;
    }

    /** A whole number of {@code count} bytes: a Long, or a BigInteger where it does not fit into one. */
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

    /** Checks the length of a frame; frames mean nothing else here. */
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

    /** Moves the window forward, until it holds {@code count} bytes that the file has. */
    private void slide(int count) throws IOException {
        int bytes = (int) Math.min(end - position(), Math.max(count, WINDOW));
        long start = position();
        ByteBuffer next = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        FileBytes.read(file, entry, channel, start, next);
        window = next.flip();
        windowEnd = start + bytes;
    }
}
