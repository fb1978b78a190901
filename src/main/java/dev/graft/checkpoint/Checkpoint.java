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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;

/**
 * One file, {@code checkpoint.pt}, in the format of {@code torch.save}: weights ({@code model}), the states of
 * optimizer and generator, the model's card, the plan and the state of the run. Python's {@code torch.load} reads it,
 * and Graft accepts it as weights too. A new checkpoint replaces the file in one step: after a kill or a full disk the
 * old one is still there.
 *
 * <p>Keeps the file open: close it. Not thread-safe.
 */
public final class Checkpoint implements AutoCloseable {
    /** The file name of the last checkpoint in its folder. */
    public static final String FILE = "checkpoint.pt";

    /** The file name of the checkpoint of the best epoch, if a run keeps it. */
    public static final String BEST = "best.pt";

    /** The best epoch that the last checkpoint knows, while {@link #BEST} has a later one. */
    public static final String EARLIER_BEST = "best-before.pt";

    /** The version of the layout. Files of version 1 have no version. */
    static final int FORMAT = 2;

    private static final Pattern OF_EPOCH = Pattern.compile("epoch-([0-9]{6,9})\\.pt");

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

    /** Writes a checkpoint or replaces one, and makes its folder if necessary. */
    public static void write(Path file, Contents contents) throws IOException {
        AtomicFile.write(file, out -> CheckpointWriter.write(out, contents));
    }

    /** The file of the checkpoint of an epoch (from 1), if a run keeps the last ones. */
    public static Path ofEpoch(Path folder, int epoch) {
        return folder.resolve(String.format(Locale.ROOT, "epoch-%06d.pt", epoch));
    }

    /** The epochs whose checkpoints are in a folder. */
    public static int[] epochsIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> OF_EPOCH.matcher(f.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToInt(m -> Integer.parseInt(m.group(1)))
                    .toArray();
        }
    }

    /** The checkpoint's file for a folder or a file. */
    public static Path fileIn(Path place) {
        return Files.isDirectory(place) ? place.resolve(FILE) : place;
    }

    /**
     * Opens a checkpoint.
     *
     * @param place its folder, or the file itself
     * @throws IOException when there is none, it is damaged or not a checkpoint, or another version of Graft wrote it
     */
    public static Checkpoint open(Path place) throws IOException {
        Path path = fileIn(place);
        if (!Files.exists(path))
            throw new IOException(
                    "checkpoint: there is no file " + path + "; give the folder checkpoint of an earlier run's --out");
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
        if (!file.has("format") && file.has("optimizer") && file.has("generator") && file.has("plan"))
            throw new WeightsException(
                    file.file(),
                    "is a checkpoint of an older version of Graft: no run can resume from it",
                    "use it as weights for a new run");
        if (file.has("format") && !Long.valueOf(FORMAT).equals(file.value("format"))) {
            throw new WeightsException(
                    file.file(),
                    "is a checkpoint of format " + file.value("format") + ", this version of Graft reads " + FORMAT,
                    "resume with the version that wrote it, or use it as weights for a new run");
        }
        for (String key : KEYS) {
            if (!file.has(key)) {
                throw new WeightsException(
                        file.file(),
                        "has no '" + key + "': it holds weights, but not the state of a run",
                        "use it as weights, or resume from a checkpoint folder");
            }
        }
    }

    /** The checkpoint's file. */
    public Path file() {
        return file.file();
    }

    /** Network, classes and preprocessing. */
    public ModelCard card() throws IOException {
        return parsed("graft", ModelCard::fromJson);
    }

    /** The plan of the run. */
    public TrainingPlan plan() {
        return plan;
    }

    /** The state of the run. */
    public RunState run() {
        return run;
    }

    /** The fingerprints of the run's pictures. */
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
     * Compares a classifier with the one of this checkpoint: classes, network, preprocessing, and the values of all
     * tensors.
     *
     * @return the first difference; empty if there is none
     */
    public Optional<String> difference(Classifier classifier) throws IOException {
        ModelCard card = card();
        ModelCard other = classifier.card();
        if (!card.classesText().equals(other.classesText()))
            return Optional.of("its classes are " + card.classesText() + ", the classifier's " + other.classesText());
        if (!card.head().equals(other.head()))
            return Optional.of("its head is " + card.head() + ", the classifier's " + other.head());
        if (!card.network().equals(other.network())) {
            return Optional.of("its network is " + card.network().title() + ", the classifier's "
                    + other.network().title()
                    + (card.network().title().equals(other.network().title()) ? " with code from another file" : ""));
        }
        if (!card.preprocessing().equals(other.preprocessing())) {
            return Optional.of("its preprocessing is " + card.preprocessing().toJson() + ", the classifier's "
                    + other.preprocessing().toJson());
        }
        try (NativeScope scope = NativeScope.open()) {
            for (Map.Entry<String, Tensor> own : classifier.state().entrySet()) {
                if (!holds(own.getKey(), own.getValue())) {
                    return Optional.of("the values of " + own.getKey() + " differ");
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

    /** The random source's state before the order of the current or the next epoch was drawn. */
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

    /** All weights by name. The caller closes the tensors. */
    public Map<String, Tensor> model() throws IOException {
        return tensors("model", value("model", Map.class), new HashSet<>());
    }

    /** Averaged weights by name; empty if the run keeps none. The caller closes the tensors. */
    public Map<String, Tensor> averaged() throws IOException {
        return tensors("averaged", value("averaged", Map.class), new HashSet<>());
    }

    private Map<String, Tensor> tensors(String key, Map<?, ?> stored, Set<String> storages) throws IOException {
        Map<String, StateReader.Wanted> wanted = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : stored.entrySet()) {
            if (!(entry.getKey() instanceof String name)
                    || !(entry.getValue() instanceof StoredTensor tensor)
                    || !storages.add(tensor.storage())) { // each must have its own storage
                throw notOurs(key);
            }
            wanted.put(name, new StateReader.Wanted(tensor, tensor.kind(), true));
        }
        return StateReader.readAll(file, wanted);
    }

    /** The parsed text of a key. */
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
        if (!type.isInstance(value)) throw notOurs(key);
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
