package dev.graft.weights;

import com.sun.management.ThreadMXBean;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * What Graft makes of a file: {@code read CRC}, the CRC of name, dtype, shape and bytes of every tensor, or
 * {@code refused: } and why.
 *
 * @param allocated bytes that the opening took on the heap
 * @param nanos what opening and reading took
 */
record Verdict(String text, long allocated, long nanos) {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    boolean read() {
        return text.startsWith("read ");
    }

    /** Anything but a {@link WeightsException} that names the file gets through. */
    static Verdict of(Path file, Function<ScalarKind, String> dtype) throws IOException {
        long start = System.nanoTime();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        long allocated = -1;
        String text;
        try (WeightsFile open = WeightsFile.open(file)) {
            allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            open.extra("graft.json");
            text = "read " + digest(open, dtype);
        } catch (WeightsException e) {
            if (allocated < 0) allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            String message = e.getMessage();
            if (!message.startsWith("weights: " + file + ": ")) throw new AssertionError("names no file: " + message);
            text = "refused: " + message.substring(("weights: " + file + ": ").length());
        }
        return new Verdict(text, allocated, System.nanoTime() - start);
    }

    static String digest(WeightsFile file, Function<ScalarKind, String> dtype) throws IOException {
        CRC32 crc = new CRC32();
        Map<String, StoredTensor> sorted = new TreeMap<>(Verdict::byCodePoints);
        sorted.putAll(file.tensors());
        for (StoredTensor t : sorted.values()) {
            String shape = t.shape().stream().map(String::valueOf).collect(Collectors.joining(","));
            String head = t.name() + "\t" + dtype.apply(t.kind()) + "\t" + shape + "\t";
            crc.update(head.getBytes(StandardCharsets.UTF_8));
            crc.update(WeightsFiles.rowOrder(file, t));
        }
        return String.format("%08x", crc.getValue());
    }

    /** Python's order of strings. */
    private static int byCodePoints(String one, String other) {
        return java.util.Arrays.compare(
                one.codePoints().toArray(), other.codePoints().toArray());
    }
}
