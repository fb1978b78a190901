package dev.graft.checkpoint;

import dev.graft.files.AtomicFile;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.model.state.StateReader;
import dev.graft.model.state.StateWriter;
import dev.graft.torch.NativeScope;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;

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
     * @param batch batches of its order that are behind, those included of which no picture could be read
     * @param lossSum sum of those steps' losses
     * @param data of the run
     */
    public record Progress(int epoch, int step, int batch, double lossSum, Data data) {}

    /**
     * What a run learns from.
     *
     * @param pictures how many it trains on
     * @param training fingerprint of the training pictures: classes and contents, in order
     * @param validation fingerprint of the validation pictures
     */
    public record Data(int pictures, String training, String validation) {}

    private final WeightsFile file;

    private Checkpoint(WeightsFile file) {
        this.file = file;
    }

    /**
     * Replaces the checkpoint of a folder, which is made when it is not there.
     *
     * @param optimizer the optimizer's momentum buffers by parameter, and what else it has to remember, in float32
     * @param generator the random source's state before the order of the epoch that is on, or of the next, was drawn
     * @param now the random source's state now
     * @param plan the plan's JSON
     */
    public static void write(
            Path folder,
            Classifier classifier,
            Map<String, Tensor> optimizer,
            byte[] generator,
            byte[] now,
            String plan,
            Progress progress)
            throws IOException {
        AtomicFile.write(
                folder.resolve(FILE), out -> writeTo(out, classifier, optimizer, generator, now, plan, progress));
    }

    private static void writeTo(
            WritableByteChannel out,
            Classifier classifier,
            Map<String, Tensor> optimizer,
            byte[] generator,
            byte[] now,
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
            Tensor generatorBytes = Tensor.create(generator, false, generator.length);
            Map<String, Object> buffers = new LinkedHashMap<>();
            optimizer.forEach((name, t) -> buffers.put(name, StateWriter.node("momentum-" + buffers.size(), t)));
            root.put("optimizer", buffers);
            root.put("generator", StateWriter.node("generator", generatorBytes));
            Tensor nowBytes = Tensor.create(now, false, now.length);
            root.put("generator_now", StateWriter.node("generator-now", nowBytes));
            root.put("graft", classifier.card().toJson());
            root.put("plan", plan);
            root.put("epoch", progress.epoch());
            root.put("step", progress.step());
            root.put("loss_sum", progress.lossSum());
            root.put("batch", progress.batch());
            root.put("samples", progress.data().pictures());
            root.put("data", progress.data().training());
            root.put("validation_data", progress.data().validation());
            zip.entry("data.pkl", PickleWriter.write(root));
            int storage = 0;
            for (Tensor t : state.values()) {
                StateWriter.entry(zip, Integer.toString(storage++), t);
            }
            storage = 0;
            for (Tensor t : optimizer.values()) {
                StateWriter.entry(zip, "momentum-" + storage++, t);
            }
            StateWriter.entry(zip, "generator", generatorBytes);
            StateWriter.entry(zip, "generator-now", nowBytes);
        }
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
            for (String key : List.of(
                    "optimizer",
                    "generator",
                    "generator_now",
                    "graft",
                    "plan",
                    "epoch",
                    "step",
                    "batch",
                    "loss_sum",
                    "samples",
                    "data",
                    "validation_data")) {
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
        return new Progress(
                count("epoch"),
                count("step"),
                count("batch"),
                value("loss_sum", Double.class),
                new Data(count("samples"), value("data", String.class), value("validation_data", String.class)));
    }

    /**
     * Looks whether a classifier is the one of this checkpoint: the same classes, network and preprocessing, and the same numbers in
     * every tensor.
     *
     * @return what differs, empty when nothing does
     */
    public Optional<String> difference(Classifier classifier) throws IOException {
        ModelCard card;
        try {
            card = ModelCard.fromJson(value("graft", String.class));
        } catch (IllegalArgumentException e) {
            throw notOurs("graft");
        }
        ModelCard other = classifier.card();
        if (!card.classes().equals(other.classes())) {
            return Optional.of("its classes are " + card.classes() + ", the classifier's " + other.classes());
        }
        if (!card.network().equals(other.network())) {
            return Optional.of("its network is " + card.network().title() + ", the classifier's "
                    + other.network().title()
                    + (card.network().title().equals(other.network().title()) ? " of another file" : ""));
        }
        if (!card.preprocessing().equals(other.preprocessing())) {
            return Optional.of("its preprocessing is " + card.preprocessing().toJson() + ", the classifier's "
                    + other.preprocessing().toJson());
        }
        try (NativeScope scope = NativeScope.open()) {
            for (Map.Entry<String, Tensor> own : classifier.state().entrySet()) {
                if (!holds(own.getKey(), own.getValue())) {
                    return Optional.of("the numbers of " + own.getKey() + " are others");
                }
            }
        }
        return Optional.empty();
    }

    private boolean holds(String name, Tensor tensor) throws IOException {
        StoredTensor stored = file.tensors().get(name);
        try (NativeScope scope = NativeScope.open()) {
            if (stored == null
                    || !stored.shape()
                            .equals(LongStream.of(tensor.shape()).boxed().toList())) {
                return false;
            }
            Map<String, StateReader.Wanted> one = Map.of(name, new StateReader.Wanted(stored, stored.kind(), true));
            try (Tensor there = StateReader.readAll(file, one).get(name)) {
                return there.scalar_type().intern() == tensor.scalar_type().intern() && there.equal(tensor.cpu());
            }
        }
    }

    private int count(String key) throws IOException {
        long value = value(key, Long.class);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw notOurs(key);
        }
        return (int) value;
    }

    /** The random source's state before the order of the epoch that is on, or of the next, was drawn. */
    public byte[] generator() throws IOException {
        return state("generator");
    }

    /** The random source's state when the checkpoint was written. */
    public byte[] generatorNow() throws IOException {
        return state("generator_now");
    }

    private byte[] state(String key) throws IOException {
        StoredTensor stored = value(key, StoredTensor.class);
        try (NativeScope scope = NativeScope.open();
                Tensor t = StateReader.read(file, stored, ScalarKind.U8)) {
            byte[] state = new byte[Math.toIntExact(t.numel())];
            new BytePointer(t.data_ptr()).get(state);
            return state;
        }
    }

    /** What {@link #write} was given of the optimizer; the caller closes the tensors. */
    public Map<String, Tensor> optimizer() throws IOException {
        Map<String, StateReader.Wanted> wanted = new LinkedHashMap<>();
        Set<String> storages = new HashSet<>();
        Map<?, ?> stored = value("optimizer", Map.class);
        for (Map.Entry<?, ?> entry : stored.entrySet()) {
            if (!(entry.getKey() instanceof String name)
                    || !(entry.getValue() instanceof StoredTensor buffer)
                    || !storages.add(buffer.storage())) { // each lies in a storage of its own
                throw notOurs("optimizer");
            }
            wanted.put(name, new StateReader.Wanted(buffer, ScalarKind.F32, false));
        }
        return StateReader.readAll(file, wanted);
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
