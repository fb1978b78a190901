package dev.graft.predict;

import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.image.PictureReader;
import dev.graft.model.Classifier;
import dev.graft.model.DetachedHead;
import dev.graft.model.ModelCard;
import dev.graft.model.Precision;
import dev.graft.model.Probabilities;
import dev.graft.model.SavedTrunk;
import dev.graft.model.fuse.Calibration;
import dev.graft.model.fuse.Calibrator;
import dev.graft.model.fuse.FusedTrunk;
import dev.graft.model.fuse.Fusion;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.ExitGuard;
import dev.graft.torch.NativeScope;
import dev.graft.torch.SharedCores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;

/**
 * A saved network on its device, ready to classify pictures. Owns native memory: close it. Used only by the thread that
 * loaded it, except {@link #card}, {@link #rows}, {@link #mostRows} and {@link #attachments}.
 */
final class ReadyNetwork implements AutoCloseable {
    /** Loads the network. */
    interface Source {
        Classifier load() throws IOException;
    }

    private static final int BATCH = 32;

    private final ModelCard card;
    private final List<String> notes;
    private final BooleanSupplier preprocessingDiffers;
    private final PictureReader reader;
    private final Staging staging;
    private final AnswerOptions answers;
    private final TestViews views;
    private Computation network;
    private final Attachments attachments = new Attachments(this);
    private Classifier whole; // null if only the fused layers are kept
    private PictureRows together; // of a batch of single pictures

    private ReadyNetwork(Classifier classifier, ComputeDevice device, AnswerOptions answers) {
        this.answers = answers;
        this.views = answers.views();
        classifier.trainingMode(false);
        classifier.moveTo(device, Layout.CHANNELS_LAST);
        card = classifier.card();
        notes = classifier.notes();
        preprocessingDiffers = classifier::preprocessingDiffers;
        reader = new PictureReader(card.preprocessing());
        staging = new Staging(device, Layout.CHANNELS_LAST, card.preprocessing());
        network = new Computation.AsSaved(classifier);
        whole = classifier;
    }

    /**
     * Loads a network and prepares it.
     *
     * @throws IOException when its file or a calibration picture cannot be read
     * @throws IllegalArgumentException when the network or this machine's device does not support the options
     * @throws IllegalStateException when the JVM begins to exit during the call
     */
    static ReadyNetwork load(Source source, PredictorOptions options) throws IOException {
        if (options.usualBatch() == 1) SharedCores.expect(); // the callers decode on the same cores
        ComputeDevice device = options.device().orElseGet(ComputeDevice::best);
        Precision precision = options.precision().orElseGet(() -> Precision.bestFor(device));
        precision.requireFits(device);
        Classifier classifier = source.load();
        ReadyNetwork ready;
        try {
            ready = new ReadyNetwork(classifier, device, options.answers());
        } catch (RuntimeException | Error e) {
            classifier.close();
            throw e;
        }
        try {
            ready.requireRoomForViews();
            ready.requireNoClassUnknown();
            if (options.fused() && ready.canBeFused(classifier, options))
                ready.fuse(classifier, precision, device, options);
            else if (options.answers().features())
                ready.network = new Computation.AsSavedWithFeatures(classifier, SavedTrunk.of(classifier));
            return ready;
        } catch (IOException | RuntimeException | Error e) {
            ready.close();
            throw e;
        }
    }

    /**
     * This network, if callers can take its answers for those of another.
     *
     * @throws IllegalArgumentException otherwise; this network is closed then
     */
    ReadyNetwork requireAnswersLike(ReadyNetwork other) {
        if (card.classes().equals(other.card.classes()) && card.isMultiLabel() == other.card.isMultiLabel())
            return this;
        close();
        throw new IllegalArgumentException("predictor: the new model has the classes " + card.classesText()
                + ", the one that it replaces has " + other.card.classesText()
                + "; give a model of the same classes in the same order, or open another predictor");
    }

    /** What belongs to this network, and is freed with it. */
    Attachments attachments() {
        return attachments;
    }

    private void requireRoomForViews() {
        if ((long) views.read() * staging.pictureBytes() > Integer.MAX_VALUE)
            throw new IllegalArgumentException(
                    "predictor: " + views.read() + " views of a picture are too many: they have "
                            + staging.pictureBytes() + " bytes each, allowed are 2 GB together; take fewer parts");
    }

    private void requireNoClassUnknown() {
        if (answers.unknownBelow() == 0) return;
        if (card.isMultiLabel())
            throw new IllegalArgumentException("predictor: unknownBelow was " + answers.unknownBelow()
                    + ", but the pictures of this model have any number of labels, also none; leave it out");
        if (card.classes().contains(Prediction.UNKNOWN))
            throw new IllegalArgumentException("predictor: unknownBelow was " + answers.unknownBelow()
                    + ", but the model has a class '" + Prediction.UNKNOWN + "'; leave it out");
    }

    private boolean canBeFused(Classifier classifier, PredictorOptions options) {
        boolean fits = FusedTrunk.fits(classifier);
        Precision asked = options.precision().orElse(Precision.FP32);
        if (!fits && asked != Precision.FP32) {
            throw new IllegalArgumentException("predictor: " + card.network().title()
                    + " is code in a file, which runs in FP32 only; asked for was " + asked
                    + "; leave the precision out");
        }
        return fits;
    }

    private void fuse(Classifier classifier, Precision precision, ComputeDevice device, PredictorOptions options)
            throws IOException {
        FusedTrunk trunk = precision == Precision.INT8
                ? FusedTrunk.int8(classifier, calibration(classifier, options.calibration()))
                : Fusion.of(classifier, Classifier.HEAD, precision, device).fuse(options.usualBatch());
        try {
            network = new Computation.Fused(trunk, DetachedHead.of(classifier));
        } catch (RuntimeException | Error e) {
            trunk.close();
            throw e;
        }
        if (options.wholeNetwork()) return;
        whole = null;
        classifier.close();
    }

    private Calibration calibration(Classifier classifier, List<Path> pictures) throws IOException {
        try (Calibrator calibrator = new Calibrator(classifier);
                PictureRows row = new PictureRows(reader, staging, TestViews.NONE, 1);
                InferenceMode inference = new InferenceMode(true)) {
            for (Path picture : pictures) {
                if (ExitGuard.exiting()) {
                    throw new IllegalStateException("predictor: the JVM is exiting, so the calibration was stopped");
                }
                row.read(PictureInput.of(picture), 0);
                try (NativeScope step = NativeScope.open()) {
                    calibrator.see(staging.toDevice(row.batch(1)).images());
                }
            }
            return calibrator.calibration();
        }
    }

    /** Network, classes and preprocessing. Any thread may call. */
    ModelCard card() {
        return card;
    }

    /** See {@link Predictor#notes}. Any thread may call. */
    List<String> notes() {
        List<String> all = new ArrayList<>(notes);
        if (preprocessingDiffers.getAsBoolean())
            all.add(
                    "the preprocessing gives other pixels here than where the model was saved (another version of Graft or"
                            + " of its libraries), so predictions may differ; evaluate the model again on pictures of known class");
        return List.copyOf(all);
    }

    /** Memory for the pixels of this many pictures. The caller closes it. Any thread may call. */
    PictureRows rows(int pictures) {
        return new PictureRows(reader, staging, views, pictures);
    }

    /** Whether these rows are this network's. Any thread may call. */
    boolean owns(PictureRows rows) {
        return rows.isFor(staging);
    }

    /**
     * How many pictures a batch of {@code images} for the network has, at least 1, and no more than fit into a Java buffer.
     * Any thread may call.
     */
    int mostRows(int images) {
        int fit = Integer.MAX_VALUE / staging.pictureBytes();
        return Math.max(1, Math.min(images, fit) / views.read());
    }

    /** The number of pictures in a batch of many. Any thread may call. */
    int batchSize() {
        return mostRows(BATCH);
    }

    /** Classifies single pictures, which were read into the first rows of each, at once. Called by the network's thread. */
    List<Prediction> predict(List<PictureRows> each, int most) {
        if (each.size() == 1) return predict(each.get(0), 1);
        if (together == null) together = rows(most);
        for (int i = 0; i < each.size(); i++) together.copy(each.get(i), i);
        return predict(together, each.size());
    }

    /** Classifies the pictures in the first rows. */
    List<Prediction> predict(PictureRows rows, int pictures) {
        try (NativeScope scope = NativeScope.open();
                InferenceMode inference = new InferenceMode(true)) {
            Tensor images = staging.toDevice(rows.batch(pictures)).images();
            Computation.Output seen = network.compute(images);
            Tensor logits = new MeanOfViews(card, views)
                    .logits(network, seen.logits(), images, pictures)
                    .cpu(); // waits for the device
            float[][] probabilities = rows(Probabilities.of(card, logits), pictures, 1);
            float[][] outputs = rows(logits, pictures, 1);
            float[][] features = answers.features() ? rows(seen.features().cpu(), pictures, views.read()) : null;
            List<Prediction> all = new ArrayList<>(pictures);
            for (int i = 0; i < pictures; i++) {
                Prediction one =
                        Prediction.of(card, probabilities[i], outputs[i]).withUnknownBelow(answers.unknownBelow());
                all.add(features == null ? one : one.withFeatures(features[i]));
            }
            return all;
        }
    }

    /** Every {@code step}-th row. */
    private static float[][] rows(Tensor values, int pictures, int step) {
        Tensor here = values.contiguous();
        FloatPointer memory = new FloatPointer(here.data_ptr());
        float[][] rows = new float[pictures][(int) here.size(1)];
        for (int i = 0; i < pictures; i++)
            memory.position((long) i * step * rows[i].length).get(rows[i]);
        return rows;
    }

    /**
     * Runs a task with the network as it was saved.
     *
     * @throws IllegalStateException when it was closed because its layers are fused
     */
    <T> T run(NetworkTask<T> task) throws IOException {
        if (whole == null)
            throw new IllegalStateException("predictor: holds the fused layers of its network only; open it with"
                    + " PredictorOptions.exact(), or with withWholeNetwork()");
        return task.run(whole);
    }

    @Override
    public void close() {
        attachments.close();
        if (together != null) together.close();
        network.close();
        if (whole != null) whole.close(); // a second time if it is the network itself, which does nothing
        staging.close();
    }
}
