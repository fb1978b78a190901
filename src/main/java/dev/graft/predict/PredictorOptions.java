package dev.graft.predict;

import dev.graft.model.Precision;
import dev.graft.torch.ComputeDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a {@link Predictor} runs its network. Start with {@link #fast} or {@link #exact}.
 *
 * @param device the device; empty for the first GPU if there is one, else the processor
 * @param fused whether the layers before the head are fused, see {@link dev.graft.model.fuse.FusedTrunk}; ignored for a
 *     network that is not one of Graft's own, which runs as it was saved
 * @param precision of the fused layers; empty for {@link Precision#bestFor} the device. A network that is not fused
 *     computes in FP32
 * @param calibration for {@link Precision#INT8} a few dozen pictures like those to classify, to measure ranges of
 *     activations; empty for other precisions
 * @param wholeNetwork whether the network as it was saved stays in memory beside the fused layers, for {@link
 *     Predictor#withNetwork}; without effect if the layers are not fused
 * @param batching how single pictures that are asked for at the same time are computed
 * @param answers what a prediction tells
 */
public record PredictorOptions(
        Optional<ComputeDevice> device,
        boolean fused,
        Optional<Precision> precision,
        List<Path> calibration,
        boolean wholeNetwork,
        Batching batching,
        AnswerOptions answers) {
    /** Checks that the options fit together. */
    public PredictorOptions {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(answers, "answers");
        calibration = files("calibration", calibration);
        Objects.requireNonNull(batching, "batching");
        if (!fused && precision.isPresent() && precision.get() != Precision.FP32) {
            throw new IllegalArgumentException(
                    "predictor: a network that is not fused computes in FP32 only, asked for was " + precision.get()
                            + "; start with PredictorOptions.fast()");
        }
        boolean int8 = precision.isPresent() && precision.get() == Precision.INT8;
        if (int8 == calibration.isEmpty()) {
            String what = precision.map(Precision::toString).orElse("the device's best precision");
            throw new IllegalArgumentException("predictor: " + what + (int8 ? " needs" : " needs no")
                    + " calibration pictures, got " + calibration.size()
                    + (int8 ? "; give a few dozen of your own: withInt8(pictures)" : "; give none"));
        }
        if (device.isPresent() && precision.isPresent()) precision.get().requireFits(device.get());
    }

    /** Options for pictures as they are. */
    public PredictorOptions(
            Optional<ComputeDevice> device,
            boolean fused,
            Optional<Precision> precision,
            List<Path> calibration,
            boolean wholeNetwork,
            int usualBatch) {
        this(
                device,
                fused,
                precision,
                calibration,
                wholeNetwork,
                Batching.STANDARD.withUsual(usualBatch),
                AnswerOptions.STANDARD);
    }

    /** How many pictures are usually computed at once, see {@link #withBatch}. */
    public int usualBatch() {
        return batching.usual();
    }

    /**
     * The fastest setting without a loss of accuracy that matters: on the first GPU if there is one, with fused layers,
     * in {@link Precision#bestFor} the device (BF16 if the processor is faster with it, else FP32). A network
     * that is not one of Graft's own runs as in {@link #exact}.
     *
     * <p>In FP32, the probabilities equal those of {@link #exact} except for rounding (1e-5), in two thirds of the time
     * (ResNet18 on AVX2). In BF16, they differ by a few hundredths at most, in about a third of the time.
     */
    public static PredictorOptions fast() {
        return new PredictorOptions(Optional.empty(), true, Optional.empty(), List.of(), false, 1);
    }

    /**
     * The network as it was saved, in FP32, on the first GPU if there is one: the same numbers as with Python's {@code
     * torch.jit.load}.
     */
    public static PredictorOptions exact() {
        return new PredictorOptions(Optional.empty(), false, Optional.of(Precision.FP32), List.of(), false, 1);
    }

    /**
     * The same options on this device.
     *
     * @throws IllegalArgumentException when the device does not support the precision
     */
    public PredictorOptions withDevice(ComputeDevice other) {
        Objects.requireNonNull(other, "device");
        return new PredictorOptions(Optional.of(other), fused, precision, calibration, wholeNetwork, batching, answers);
    }

    /**
     * The same options in this precision; for {@link Precision#INT8} use {@link #withInt8}.
     *
     * @throws IllegalArgumentException when the device does not support it, or the layers are not fused and it is not
     *     FP32
     */
    public PredictorOptions withPrecision(Precision other) {
        Objects.requireNonNull(other, "precision");
        return new PredictorOptions(device, fused, Optional.of(other), List.of(), wholeNetwork, batching, answers);
    }

    /**
     * The same options in {@link Precision#INT8}, for the processor.
     *
     * @param pictures a few dozen pictures like those to classify; they are read when the predictor opens
     * @throws IllegalArgumentException when there are none, the device is a GPU, or the layers are not fused
     */
    public PredictorOptions withInt8(List<Path> pictures) {
        return new PredictorOptions(
                device, fused, Optional.of(Precision.INT8), pictures, wholeNetwork, batching, answers);
    }

    /**
     * The same options; the network as it was saved stays in memory, for {@link Predictor#withNetwork} and explanations. It
     * needs the size of the model's file.
     */
    public PredictorOptions withWholeNetwork() {
        return new PredictorOptions(device, fused, precision, calibration, true, batching, answers);
    }

    /**
     * The same options for one thread that classifies many pictures at once, such as with {@link Predictor#stream}: the
     * weights are packed for batches of this size, and the threads that compute do not leave the cores to callers. On two
     * cores with AVX2 a stream is a third faster so (FP32, ResNet18). Single pictures and many callers are faster with 1, the
     * default.
     */
    public PredictorOptions withBatch(int pictures) {
        return withBatching(batching.withUsual(pictures));
    }

    /** The same options with another way to compute single pictures that are asked for at the same time. */
    public PredictorOptions withBatching(Batching other) {
        return new PredictorOptions(device, fused, precision, calibration, wholeNetwork, other, answers);
    }

    /**
     * The same options with several views of each picture, whose probabilities are averaged. A prediction takes as many
     * times as long as there are {@link TestViews#count views}, and the file is read again for each part.
     */
    public PredictorOptions withViews(TestViews other) {
        return withAnswers(answers.withViews(other));
    }

    /**
     * The same options with the features of each picture beside its answer: what the head gets, in FP32, as many numbers as
     * {@link dev.graft.model.Network#features} says, such as 512. For a search of similar pictures, and to notice pictures unlike
     * those of the training. A network that is not one of Graft's own needs a second copy of its weights for them.
     */
    public PredictorOptions withFeatures() {
        return withAnswers(answers.withFeatures());
    }

    /**
     * The same options; a picture whose most probable class is less probable than this is {@link Prediction#UNKNOWN}. Opening refuses
     * a multi-label model, and a model with a class of that name. {@link dev.graft.metrics.ConfidenceThreshold} chooses the
     * probability with validation pictures.
     *
     * @param probability 0 to 1; 0 for none
     */
    public PredictorOptions withUnknownBelow(double probability) {
        return withAnswers(answers.withUnknownBelow(probability));
    }

    private PredictorOptions withAnswers(AnswerOptions other) {
        return new PredictorOptions(device, fused, precision, calibration, wholeNetwork, batching, other);
    }

    /** A copy of the list, checked for null. */
    static List<Path> files(String name, List<Path> files) {
        Objects.requireNonNull(files, name);
        for (int i = 0; i < files.size(); i++) {
            int number = i + 1;
            Objects.requireNonNull(
                    files.get(i),
                    () -> name + ": element " + number + " of " + files.size() + " is null; give only files");
        }
        return List.copyOf(files);
    }
}
