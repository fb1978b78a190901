package dev.graft.model.fuse;

import dev.graft.model.Classifier;
import dev.graft.model.graph.ResidualBlock.Convolution;
import dev.graft.torch.NativeScope;
import java.util.List;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;

/**
 * Measures the output ranges of the convolutions of a classifier's frozen layers while pictures pass through them in
 * FP32. Runs on the processor. Owns native memory: close it. Not thread-safe.
 */
public final class Calibrator implements AutoCloseable {
    private final FusedTrunk trunk;
    private final List<Convolution> convolutions;

    /** Copies the classifier's current weights; throws as {@link Fusion#of} does. */
    public Calibrator(Classifier classifier) {
        trunk = Fusion.watched(classifier).fuse();
        convolutions = Fusion.graph(classifier.card().network()).convolutions();
    }

    /**
     * A text that tells calibrations apart: equal weights on the same kind of processor give equal texts, and the same
     * pictures then give equal ranges.
     */
    public static String identity(Classifier classifier) {
        return Fusion.watched(classifier).identity();
    }

    /**
     * Passes a batch through the layers and extends the ranges.
     *
     * @param images as in {@link FusedTrunk#features}
     */
    public void see(Tensor images) {
        try (NativeScope scope = NativeScope.open()) {
            trunk.features(images);
        }
    }

    /**
     * The smallest and the largest value of every convolution's output so far.
     *
     * @throws IllegalArgumentException when {@link #see} was not called, or a value was not finite
     */
    public Calibration calibration() {
        float[] ranges = new float[2 * convolutions.size()];
        try (NativeScope scope = NativeScope.open()) {
            for (int i = 0; i < convolutions.size(); i++) {
                JitModule conv = trunk.part(FusedScript.path(convolutions.get(i)));
                ranges[2 * i] = number(conv, "low");
                ranges[2 * i + 1] = number(conv, "high");
            }
        }
        return new Calibration(ranges);
    }

    private static float number(JitModule conv, String name) {
        IValue value = conv.attr(name);
        return new Tensor(value.toTensor()).item_float();
    }

    @Override
    public void close() {
        trunk.close();
    }
}
