package dev.graft.explain;

import dev.graft.image.PictureReader;
import dev.graft.model.Classifier;
import dev.graft.model.LayerProbe;
import dev.graft.model.ModelCard;
import dev.graft.model.Probabilities;
import dev.graft.model.TrustedScript;
import dev.graft.predict.Attached;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Explains the predictions of a saved model: which parts of a picture speak for a class. Thread-safe. As with a {@link Predictor}, each
 * calling thread decodes its own pictures, and one internal thread runs the network. Owns native memory: close it.
 */
public final class Explainer implements AutoCloseable {
    private static final String NAMELESS = "picture in memory";

    private final Predictor predictor;
    private final boolean ownsPredictor;
    private final ExplainOptions options;
    private final Attached<Probed> probed;
    private boolean closed;

    /** A network and what sees it. A predictor may replace its model, which has its own. */
    private record Probed(Classifier network, ModelCard card, PictureReader reader, LayerProbe probe) {
        static Probed of(Classifier network, ExplainOptions options) throws IOException {
            ModelCard card = network.card();
            String layer = options.layer().isPresent() ? options.layer().get() : LayerProbe.lastStage(network);
            return new Probed(network, card, new PictureReader(card.preprocessing()), LayerProbe.of(network, layer));
        }
    }

    /** Reads a picture as a network needs it. */
    private interface Picture {
        void read(PictureReader reader, FloatBuffer floats) throws IOException;
    }

    private Explainer(Predictor predictor, boolean ownsPredictor, ExplainOptions options) throws IOException {
        Objects.requireNonNull(options, "options");
        this.predictor = predictor;
        this.ownsPredictor = ownsPredictor;
        this.options = options;
        this.probed = predictor.attach(
                network -> Probed.of(network, options), p -> p.probe().close());
    }

    /**
     * Opens a model that Graft saved, or a checkpoint, see {@link Predictor#open(Path, PredictorOptions)}. The network runs in FP32, on the
     * first GPU if there is one.
     *
     * @throws IOException when Graft did not write the file, or it is damaged
     * @throws IllegalArgumentException when the network has no such layer
     */
    public static Explainer open(Path model, ExplainOptions options) throws IOException {
        return owner(Predictor.open(model, PredictorOptions.exact()), options);
    }

    /**
     * Opens a model that Graft saved and whose network's code is from another TorchScript file. Its code runs.
     *
     * @param options with a layer
     * @throws IOException as {@link #open(Path, ExplainOptions)} does, and when the layer's code cannot be made to keep its output
     * @throws IllegalArgumentException when the network has no such layer, or no layer is named
     */
    public static Explainer open(TrustedScript model, ExplainOptions options) throws IOException {
        return owner(Predictor.open(model, PredictorOptions.exact()), options);
    }

    private static Explainer owner(Predictor predictor, ExplainOptions options) throws IOException {
        try {
            return new Explainer(predictor, true, options);
        } catch (IOException | RuntimeException | Error e) {
            predictor.close();
            throw e;
        }
    }

    /**
     * Explains with the network and the thread of a predictor, which stays the caller's. Close the explainer first. If the predictor
     * replaces its model, explanations that begin later are of the new one; a model without the layer is refused.
     *
     * @param predictor opened with {@link PredictorOptions#exact} or {@link PredictorOptions#withWholeNetwork}
     * @throws IOException as {@link #open(TrustedScript, ExplainOptions)} does
     * @throws IllegalArgumentException when the network has no such layer
     * @throws IllegalStateException when the predictor has fused layers only, or is closed
     */
    public static Explainer of(Predictor predictor, ExplainOptions options) throws IOException {
        return new Explainer(predictor, false, options);
    }

    /** The names of the classes, in the order of their indices. */
    public List<String> classes() {
        return predictor.classes();
    }

    /**
     * Explains the most probable class.
     *
     * @throws IOException with the file's name when it cannot be read as a picture
     * @throws IllegalArgumentException when the output of a foreign network's layer is not a map of height and width
     * @throws IllegalStateException after {@link #close}, or when the JVM is exiting
     */
    public Explanation explain(Path picture) throws IOException {
        return explain(picture, OptionalInt.empty());
    }

    /**
     * Explains a given class. Throws as {@link #explain(Path)} does.
     *
     * @throws IllegalArgumentException when there is no class of this index
     */
    public Explanation explain(Path picture, int classIndex) throws IOException {
        return explain(picture, OptionalInt.of(requireClass(classIndex)));
    }

    /**
     * Explains the most probable class of a picture in memory. Throws as {@link #explain(Path)} does.
     *
     * @param picture the bytes of a picture file
     * @param name used in errors; may be null or blank
     */
    public Explanation explain(byte[] picture, String name) throws IOException {
        return explain(picture, name, OptionalInt.empty());
    }

    /** Explains a given class of a picture in memory. Throws as {@link #explain(Path, int)} does. */
    public Explanation explain(byte[] picture, String name, int classIndex) throws IOException {
        return explain(picture, name, OptionalInt.of(requireClass(classIndex)));
    }

    private int requireClass(int index) {
        return Objects.checkIndex(index, classes().size());
    }

    private Explanation explain(Path picture, OptionalInt target) throws IOException {
        Objects.requireNonNull(picture, "picture");
        return explain((reader, floats) -> reader.readFloats(picture, floats), target);
    }

    private Explanation explain(byte[] picture, String name, OptionalInt target) throws IOException {
        String shown = name == null || name.isBlank() ? NAMELESS : name;
        Objects.requireNonNull(picture, () -> shown + ": was null, expected the bytes of a picture file");
        return explain((reader, floats) -> reader.readFloats(picture, shown, floats), target);
    }

    private Explanation explain(Picture picture, OptionalInt target) throws IOException {
        requireOpen();
        try (Attached<Probed>.Use use = probed.begin()) {
            Probed now = use.value();
            SeenPicture seen = SeenPicture.empty(now.card().preprocessing());
            picture.read(now.reader(), seen.floats());
            return use.run(network -> explain(now, seen, target));
        }
    }

    private Explanation explain(Probed now, SeenPicture picture, OptionalInt target) {
        LayerProbe probe = now.probe();
        try (NativeScope scope = NativeScope.open()) {
            LayerProbe.Seen seen = probe.see(picture.tensor(now.network().device()));
            Prediction prediction = Prediction.of(
                    now.card(), floats(Probabilities.of(now.card(), seen.logits())), floats(seen.logits()));
            int index = target.orElseGet(() -> now.card().classes().indexOf(prediction.label()));
            Tensor gradient = probe.gradient(seen, index);
            try (NoGradGuard noGrad = new NoGradGuard()) {
                Tensor map = options.method().map(seen.activation().detach(), gradient);
                float[] heat = normalised(floats(map), now.card());
                return new Explanation(prediction, index, heat, (int) map.size(0), (int) map.size(1), picture.pixels());
            }
        }
    }

    private static float[] floats(Tensor t) {
        Tensor host = t.detach().cpu().contiguous();
        float[] values = new float[(int) host.numel()];
        new FloatPointer(host.data_ptr()).get(values);
        return values;
    }

    private static float[] normalised(float[] map, ModelCard card) {
        float most = 0;
        for (float v : map) {
            if (!Float.isFinite(v))
                throw new IllegalStateException("explain: the heat map holds " + v + "; the weights of "
                        + card.network().title() + " or their gradients are not finite");
            most = Math.max(most, v);
        }
        for (int i = 0; i < map.length && most > 0; i++) map[i] /= most;
        return map;
    }

    private synchronized void requireOpen() {
        if (closed) throw new IllegalStateException("explainer: used after close; open a new one");
    }

    /**
     * Frees what the explainer made; a call that has not reached the network yet is refused. A predictor that was given stays open.
     */
    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        probed.close();
        if (ownsPredictor) predictor.close();
    }
}
