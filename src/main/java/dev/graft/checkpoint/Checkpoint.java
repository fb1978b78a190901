package dev.graft.checkpoint;

import dev.graft.files.AtomicFile;
import dev.graft.model.Classifier;
import dev.graft.model.StateWriter;
import dev.graft.torch.NativeBuffer;
import dev.graft.torch.NativeScope;
import dev.graft.weights.PickleNode;
import dev.graft.weights.PickleWriter;
import dev.graft.weights.StoredTensor;
import dev.graft.weights.TorchZipWriter;
import dev.graft.weights.WeightsException;
import dev.graft.weights.WeightsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * One file, {@code checkpoint.pt}, in the format of {@code torch.save}: weights ({@code model}), optimizer and generator
 * states, the model's card, the plan and the progress. Python's {@code torch.load} reads it; it serves as weights too.
 * It is replaced as a whole: after a kill or a full disk the one before is still there.
 *
 * <p>Holds the file open: close it. One thread.
 */
public final class Checkpoint implements AutoCloseable {
    /** The file's name inside the folder. */
    public static final String FILE = "checkpoint.pt";

    /**
     * How far a run is.
     *
     * @param epoch epochs done
     * @param step steps done of the next epoch
     * @param lossSum sum of those steps' losses
     * @param samples training pictures of the run's data
     */
    public record Progress(int epoch, int step, double lossSum, int samples) {}

    private final WeightsFile file;

    private Checkpoint(WeightsFile file) {
        this.file = file;
    }

    /**
     * Replaces the checkpoint of a folder, which is made when it is not there.
     *
     * @param optimizer the optimizer's state
     * @param generator the random source's state at the start of the next epoch
     * @param plan the plan's JSON
     */
    public static void write(
            Path folder,
            Classifier classifier,
            NativeBuffer optimizer,
            byte[] generator,
            String plan,
            Progress progress)
            throws IOException {
        AtomicFile.write(folder.resolve(FILE), out -> writeTo(out, classifier, optimizer, generator, plan, progress));
    }

    private static void writeTo(
            WritableByteChannel out,
            Classifier classifier,
            NativeBuffer optimizer,
            byte[] generator,
            String plan,
            Progress progress)
            throws IOException {
        try (NativeScope scope = NativeScope.open();
                TorchZipWriter zip = new TorchZipWriter(out, "graft")) {
            Map<String, Tensor> state = classifier.state();
            Map<String, Object> model = new LinkedHashMap<>();
            state.forEach((name, t) -> model.put(name, StateWriter.node(Integer.toString(model.size()), t)));
            Map<String, Object> root = new LinkedHashMap<>();
            root.put("model", PickleNode.orderedDict(model));
            Tensor optimizerBytes = torch.from_blob(optimizer.pointer(), new long[] {optimizer.size()}, bytes());
            Tensor generatorBytes = Tensor.create(generator, false, generator.length);
            root.put("optimizer", StateWriter.node("optimizer", optimizerBytes));
            root.put("generator", StateWriter.node("generator", generatorBytes));
            root.put("graft", classifier.card().toJson());
            root.put("plan", plan);
            root.put("epoch", progress.epoch());
            root.put("step", progress.step());
            root.put("loss_sum", progress.lossSum());
            root.put("samples", progress.samples());
            zip.entry("data.pkl", PickleWriter.write(root));
            int storage = 0;
            for (Tensor t : state.values()) {
                StateWriter.entry(zip, Integer.toString(storage++), t);
            }
            StateWriter.entry(zip, "optimizer", optimizerBytes);
            StateWriter.entry(zip, "generator", generatorBytes);
        }
    }

    private static TensorOptions bytes() {
        return new TensorOptions(torch.ScalarType.Byte);
    }

    /**
     * Opens the checkpoint of a folder.
     *
     * @param place the folder, or the file itself
     * @throws IOException when there is none, or it is damaged or something else
     */
    public static Checkpoint open(Path place) throws IOException {
        Path path = Files.isDirectory(place) ? place.resolve(FILE) : place;
        if (!Files.exists(path)) {
            throw new IOException(
                    "checkpoint: there is no " + path + "; give the checkpoint folder of an earlier run's --out");
        }
        WeightsFile file = WeightsFile.open(path);
        try {
            for (String key :
                    new String[] {"optimizer", "generator", "graft", "plan", "epoch", "step", "loss_sum", "samples"}) {
                if (!file.has(key)) {
                    throw new WeightsException(
                            path,
                            "has no '" + key + "': it holds weights, but no run that could go on",
                            "use it as weights, or resume from a checkpoint folder");
                }
            }
            return new Checkpoint(file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Where it lies. */
    public Path file() {
        return file.file();
    }

    /** The plan's JSON. */
    public String plan() throws IOException {
        return value("plan", String.class);
    }

    /** How far the run was. */
    public Progress progress() throws IOException {
        return new Progress(count("epoch"), count("step"), value("loss_sum", Double.class), count("samples"));
    }

    private int count(String key) throws IOException {
        long value = value(key, Long.class);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw notOurs(key);
        }
        return (int) value;
    }

    /** The random source's state. */
    public byte[] generator() throws IOException {
        try (NativeBuffer buffer = bytes("generator")) {
            byte[] state = new byte[Math.toIntExact(buffer.size())];
            buffer.pointer().get(state);
            return state;
        }
    }

    /** The optimizer's state; the caller closes it. */
    public NativeBuffer optimizer() throws IOException {
        return bytes("optimizer");
    }

    private NativeBuffer bytes(String key) throws IOException {
        StoredTensor stored = value(key, StoredTensor.class);
        try (BytePointer bytes = new BytePointer(stored.storageBytes())) {
            ByteBuffer view = bytes.asByteBuffer();
            file.readStorage(stored, view);
            NativeBuffer buffer = new NativeBuffer(stored.storageBytes());
            buffer.write(bytes, stored.storageBytes());
            return buffer;
        }
    }

    private <T> T value(String key, Class<T> type) throws IOException {
        Object value = file.value(key);
        if (!type.isInstance(value)) {
            throw notOurs(key);
        }
        return type.cast(value);
    }

    private WeightsException notOurs(String key) {
        return new WeightsException(
                file.file(), "'" + key + "' is not what Graft writes there", "resume from another checkpoint");
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
