package dev.graft.checkpoint;

import dev.graft.files.AtomicFile;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.model.state.StateReader;
import dev.graft.plan.TrainingPlan;
import dev.graft.torch.NativeScope;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;

/**
 * One file, {@code checkpoint.pt}, in the format of {@code torch.save}: weights ({@code model}), optimizer and generator
 * states, the model's card, the plan and how far the run is. Python's {@code torch.load} reads it; it serves as weights too.
 * It is replaced as a whole: after a kill or a full disk the one before is still there.
 *
 * <p>Holds the file open: close it. One thread.
 */
public final class Checkpoint implements AutoCloseable {
    /** The name of the last checkpoint's file inside the folder. */
    public static final String FILE = "checkpoint.pt";

    /** The name of the file with the weights of the best epoch, where a run keeps them. */
    public static final String BEST = "best.pt";

    /** The version of the layout; files of the first one do not say theirs. */
    static final int FORMAT = 2;

    private static final List<String> KEYS =
            List.of("model", "optimizer", "averaged", "generator", "graft", "plan", "run", "data");

    private final WeightsFile file;
    private final TrainingPlan plan;
    private final RunState run;

    private Checkpoint(WeightsFile file) throws IOException {
        this.file = file;
        this.plan = parsed("plan", TrainingPlan::fromJson);
        this.run = parsed("run", RunState::fromJson);
        if (run.phase() >= plan.phases().size() || run.epoch() > plan.epochsBefore(run.phase() + 1))
            throw notOurs("run");
    }

    /** Replaces a checkpoint; its folder is made when it is not there. */
    public static void write(Path file, Contents contents) throws IOException {
        AtomicFile.write(file, out -> CheckpointWriter.write(out, contents));
    }

    /** The file that a place stands for: the folder's, or itself. */
    public static Path fileIn(Path place) {
        return Files.isDirectory(place) ? place.resolve(FILE) : place;
    }

    /**
     * Opens the checkpoint of a folder.
     *
     * @param place the folder, or the file itself
     * @throws IOException when there is none, or it is damaged or something else, or of another version of Graft
     */
    public static Checkpoint open(Path place) throws IOException {
        Path path = fileIn(place);
        if (!Files.exists(path)) {
            throw new IOException(
                    "checkpoint: there is no " + path + "; give the checkpoint folder of an earlier run's --out");
        }
        WeightsFile file = WeightsFile.open(path);
        try {
            requireFormat(file);
            return new Checkpoint(file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static void requireFormat(WeightsFile file) throws IOException {
        if (!file.has("format") && file.has("optimizer") && file.has("generator") && file.has("plan")) {
            throw new WeightsException(
                    file.file(),
                    "is a checkpoint of an older version of Graft: no run can go on from it",
                    "use it as weights, and train anew");
        }
        if (file.has("format") && !Long.valueOf(FORMAT).equals(file.value("format"))) {
            throw new WeightsException(
                    file.file(),
                    "is a checkpoint of format " + file.value("format") + ", this version of Graft reads " + FORMAT,
                    "resume with the version that wrote it, or use it as weights and train anew");
        }
        for (String key : KEYS) {
            if (!file.has(key)) {
                throw new WeightsException(
                        file.file(),
                        "has no '" + key + "': it holds weights, but no run that could go on",
                        "use it as weights, or resume from a checkpoint folder");
            }
        }
    }

    /** Where it lies. */
    public Path file() {
        return file.file();
    }

    /** What the run was told. */
    public TrainingPlan plan() {
        return plan;
    }

    /** How far the run was. */
    public RunState run() {
        return run;
    }

    /** What the run learned from. */
    public Data data() throws IOException {
        Map<?, ?> values = value("data", Map.class);
        if (!(values.get("pictures") instanceof Long pictures)
                || !(values.get("training") instanceof String training)
                || !(values.get("validation") instanceof String validation)
                || pictures < 0
                || pictures > Integer.MAX_VALUE) {
            throw notOurs("data");
        }
        return new Data(pictures.intValue(), training, validation);
    }

    /**
     * Looks whether a classifier is the one of this checkpoint: the same classes, network and preprocessing, and the same numbers in
     * every tensor.
     *
     * @return what differs, empty when nothing does
     */
    public Optional<String> difference(Classifier classifier) throws IOException {
        ModelCard card = parsed("graft", ModelCard::fromJson);
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

    /** The random source's state before the order of the epoch that is on, or of the next, was drawn. */
    public byte[] generator() throws IOException {
        StoredTensor stored = value("generator", StoredTensor.class);
        try (NativeScope scope = NativeScope.open();
                Tensor t = StateReader.read(file, stored, ScalarKind.U8)) {
            byte[] state = new byte[Math.toIntExact(t.numel())];
            new BytePointer(t.data_ptr()).get(state);
            return state;
        }
    }

    /** The optimizer's state; the caller closes it. */
    public OptimizerState optimizer() throws IOException {
        Map<?, ?> stored = value("optimizer", Map.class);
        if (!(stored.get("kind") instanceof String kind) || !(stored.get("state") instanceof Map<?, ?> all))
            throw notOurs("optimizer");
        Map<String, Map<String, Tensor>> state = new LinkedHashMap<>();
        OptimizerState read = new OptimizerState(kind, state);
        try {
            Set<String> storages = new HashSet<>();
            for (Map.Entry<?, ?> one : all.entrySet()) {
                if (!(one.getKey() instanceof String name) || !(one.getValue() instanceof Map<?, ?> held))
                    throw notOurs("optimizer");
                state.put(name, tensors("optimizer", held, storages));
            }
            return read;
        } catch (IOException | RuntimeException e) {
            read.close();
            throw e;
        }
    }

    /** Averaged weights by name, empty where the run keeps none; the caller closes the tensors. */
    public Map<String, Tensor> averaged() throws IOException {
        return tensors("averaged", value("averaged", Map.class), new HashSet<>());
    }

    private Map<String, Tensor> tensors(String key, Map<?, ?> stored, Set<String> storages) throws IOException {
        Map<String, StateReader.Wanted> wanted = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : stored.entrySet()) {
            if (!(entry.getKey() instanceof String name)
                    || !(entry.getValue() instanceof StoredTensor tensor)
                    || !storages.add(tensor.storage())) { // each lies in a storage of its own
                throw notOurs(key);
            }
            wanted.put(name, new StateReader.Wanted(tensor, tensor.kind(), true));
        }
        return StateReader.readAll(file, wanted);
    }

    /** What a key's text says. */
    private <T> T parsed(String key, Function<String, T> parser) throws IOException {
        String text = value(key, String.class);
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new WeightsException(
                    file.file(),
                    "'" + key + "' is not what Graft writes there: " + e.getMessage(),
                    "resume from another checkpoint");
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
