package dev.graft.model;

import dev.graft.model.graph.StateEntry;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.zip.TorchZipWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import javax.imageio.ImageIO;

/** The weights and pictures of the golden values: an integer hash, as in tools/golden_model.py, to the last bit. */
public final class HashState {
    /** Height and width of the pictures. */
    public static final int SIZE = 64;

    /** What was written already in this JVM, by the classes: a copy takes a tenth of the time. */
    private static final Map<Integer, Path> WRITTEN = new HashMap<>();

    private HashState() {}

    static int[] noise(long stream, int n) {
        int[] out = new int[n];
        for (int i = 0; i < n; i++) {
            long x = (i + stream * 0x9E3779B1L) & 0xFFFFFFFFL;
            x ^= x >> 16;
            x = (x * 0x85EBCA6BL) & 0xFFFFFFFFL;
            x ^= x >> 13;
            x = (x * 0xC2B2AE35L) & 0xFFFFFFFFL;
            out[i] = (int) ((x ^ (x >> 16)) >> 8);
        }
        return out;
    }

    static float[] values(StateEntry entry, int stream) {
        int n = 1;
        for (long size : entry.shape()) {
            n *= (int) size;
        }
        int[] noise = noise(stream, n);
        float[] out = new float[n];
        int fanIn = entry.shape().size() > 1 ? n / entry.shape().get(0).intValue() : 0;
        float scale = (float) Math.scalb(1.0, -((32 - Integer.numberOfLeadingZeros(fanIn) - 3) / 2));
        boolean variance = entry.name().endsWith("running_var");
        boolean ofNorm = entry.name().endsWith("weight");
        float norm = entry.name().matches(".*[.]bn[23][.].*") ? 0.5f : 1f;
        for (int i = 0; i < n; i++) {
            float u = noise[i] * 0x1p-23f - 1f;
            if (variance) {
                out[i] = 1f + Math.abs(u) * 0.5f;
            } else if (fanIn > 0) {
                out[i] = u * scale;
            } else if (ofNorm) {
                out[i] = (1f + u * 0.25f) * norm;
            } else {
                out[i] = u * 0.25f;
            }
        }
        return out;
    }

    /** Writes a ResNet18's weights as a state dict that Python's torch.load reads too. */
    public static synchronized Path write(Path file, int classes) throws IOException {
        Path first = WRITTEN.get(classes);
        if (first != null) return Files.copy(first, file, StandardCopyOption.REPLACE_EXISTING);
        write(file, Architecture.RESNET18, classes);
        Path kept = Files.createTempFile("hash", ".pth"); // the file itself is the test's
        kept.toFile().deleteOnExit();
        WRITTEN.put(classes, Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING));
        return file;
    }

    /** Writes the weights of any architecture, tensor by tensor. */
    public static Path write(Path file, Architecture architecture, int classes) throws IOException {
        return write(file, architecture, classes, entry -> true);
    }

    static Path write(Path file, Architecture architecture, int classes, Predicate<StateEntry> wanted)
            throws IOException {
        List<StateEntry> state = architecture.graph().orElseThrow().state(classes);
        Map<String, Object> model = new LinkedHashMap<>();
        for (StateEntry e : state) {
            if (wanted.test(e)) {
                model.put(e.name(), node(Integer.toString(model.size()), e));
            }
        }
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                TorchZipWriter zip = new TorchZipWriter(out, "archive")) {
            zip.entry("data.pkl", PickleWriter.write(PickleNode.orderedDict(model)));
            int storage = 0;
            for (int i = 0; i < state.size(); i++) {
                if (wanted.test(state.get(i))) {
                    zip.entry("data/" + storage++, bytes(state.get(i), i + 1));
                }
            }
        }
        return file;
    }

    private static PickleNode node(String storage, StateEntry e) {
        List<Long> strides = new ArrayList<>(e.shape());
        long stride = 1;
        for (int d = strides.size() - 1; d >= 0; d--) {
            strides.set(d, stride);
            stride *= e.shape().get(d);
        }
        return PickleNode.tensor(
                storage, stride, e.counter() ? ScalarKind.I64 : ScalarKind.F32, e.shape(), strides, 0, false);
    }

    private static ByteBuffer bytes(StateEntry e, int stream) {
        if (e.counter()) {
            return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 7);
        }
        float[] values = values(e, stream);
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    /** Writes picture {@code index} as a PNG. */
    public static Path picture(Path file, int index) throws IOException {
        int[] fine = noise(1000 + index, SIZE * SIZE * 3);
        int[] coarse = noise(5000 + index, 8 * 8 * 3);
        BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                int rgb = 0;
                for (int c = 0; c < 3; c++) {
                    int v = (fine[(y * SIZE + x) * 3 + c] >> 18)
                            + (coarse[((y / 8) * 8 + x / 8) * 3 + c] >> 17)
                            + index * 37 % 64;
                    rgb = rgb << 8 | v;
                }
                image.setRGB(x, y, rgb);
            }
        }
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    /** Float32 golden values. */
    public static float[] golden(String name) throws IOException {
        try (InputStream in = HashState.class.getResourceAsStream("/golden/model/" + name)) {
            ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            float[] values = new float[bytes.remaining() / 4];
            bytes.asFloatBuffer().get(values);
            return values;
        }
    }
}
