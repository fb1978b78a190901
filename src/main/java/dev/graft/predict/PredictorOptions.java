package dev.graft.predict;

import dev.graft.model.Precision;
import dev.graft.torch.ComputeDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a {@link Predictor} runs its network. {@link #fast} and {@link #exact} are the two ways to begin.
 *
 * @param device where it runs; empty for the first GPU if there is one, else the processor
 * @param fused whether the trunk is fused, see {@link dev.graft.model.fuse.FusedTrunk}; a network of somebody else's runs as it was
 *     saved, whatever this says
 * @param precision what a fused trunk computes with; empty for {@link Precision#bestFor} the device. A network that runs as it
 *     was saved computes in FP32
 * @param calibration for {@link Precision#INT8} some dozens of pictures like those to be named, which show what the network
 *     gives; for the others none
 */
public record PredictorOptions(
        Optional<ComputeDevice> device, boolean fused, Optional<Precision> precision, List<Path> calibration) {
    /** Checks that the options fit one another. */
    public PredictorOptions {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(precision, "precision");
        calibration = files("calibration", calibration);
        if (!fused && precision.isPresent() && precision.get() != Precision.FP32) {
            throw new IllegalArgumentException(
                    "predictor: a network that runs as it was saved computes in FP32, asked for" + " was "
                            + precision.get() + "; begin with PredictorOptions.fast()");
        }
        boolean int8 = precision.isPresent() && precision.get() == Precision.INT8;
        if (int8 == calibration.isEmpty()) {
            String what = precision.map(Precision::toString).orElse("a precision that the device decides");
            throw new IllegalArgumentException("predictor: " + what + (int8 ? " needs" : " takes no")
                    + " pictures to calibrate with, given were " + calibration.size()
                    + (int8 ? "; give some dozens of your own: withInt8(pictures)" : "; give none"));
        }
        if (device.isPresent() && precision.isPresent()) precision.get().requireFits(device.get());
    }

    /**
     * As fast as the machine runs it without a loss that matters: on the first GPU if there is one, the trunk fused, in {@link
     * Precision#bestFor} the device, which is BF16 where the processor has instructions for it, else FP32. A network that is not
     * one of Graft's own runs as in {@link #exact}.
     *
     * <p>In FP32 the probabilities are those of {@link #exact} but for rounding (1e-5), and a picture takes two thirds of its
     * time (ResNet18 on AVX2). In BF16 they are within a few hundredths, and it takes about a third.
     */
    public static PredictorOptions fast() {
        return new PredictorOptions(Optional.empty(), true, Optional.empty(), List.of());
    }

    /**
     * The network as it was saved, in FP32, on the first GPU if there is one: the numbers of Python's {@code torch.jit.load}.
     */
    public static PredictorOptions exact() {
        return new PredictorOptions(Optional.empty(), false, Optional.of(Precision.FP32), List.of());
    }

    /**
     * The same on this device.
     *
     * @throws IllegalArgumentException when the precision is not one for it
     */
    public PredictorOptions withDevice(ComputeDevice other) {
        Objects.requireNonNull(other, "device");
        return new PredictorOptions(Optional.of(other), fused, precision, calibration);
    }

    /**
     * The same in this precision; for {@link Precision#INT8} see {@link #withInt8}.
     *
     * @throws IllegalArgumentException when it is not one for the device, or the network runs as it was saved and it is not
     *     FP32
     */
    public PredictorOptions withPrecision(Precision other) {
        Objects.requireNonNull(other, "precision");
        return new PredictorOptions(device, fused, Optional.of(other), List.of());
    }

    /**
     * The same in {@link Precision#INT8}, for the processor.
     *
     * @param pictures some dozens like those to be named; they are read when the predictor opens
     * @throws IllegalArgumentException when there are none, the device is a GPU or the network runs as it was saved
     */
    public PredictorOptions withInt8(List<Path> pictures) {
        return new PredictorOptions(device, fused, Optional.of(Precision.INT8), pictures);
    }

    /** A copy of the list, without a null in it. */
    static List<Path> files(String name, List<Path> files) {
        Objects.requireNonNull(files, name);
        for (int i = 0; i < files.size(); i++) {
            int number = i + 1;
            Objects.requireNonNull(
                    files.get(i), () -> name + ": number " + number + " of " + files.size() + " is null");
        }
        return List.copyOf(files);
    }
}
