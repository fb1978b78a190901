package dev.graft.model.fuse;

import dev.graft.model.Classifier;
import dev.graft.model.graph.ResidualBlock.Convolution;
import dev.graft.torch.NativeScope;
import java.util.List;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;

/**
 * Watches the convolutions of a classifier's trunk while pictures pass it in FP32. Runs on the processor. Owns native memory:
 * close it; one thread at a time.
 */
public final class Calibrator implements AutoCloseable {
    private final FusedTrunk trunk;
    private final List<Convolution> convolutions;

    /** Takes a copy of the classifier's weights as they are; throws as {@link Fusion#of} does. */
    public Calibrator(Classifier classifier) {
        trunk = Fusion.watched(classifier).fuse();
        convolutions = Fusion.graph(classifier.card().network()).convolutions();
    }

    /** What one would see depends on: weights, and kind of processor. Equal for equal ones. */
    public static String identity(Classifier classifier) {
        return Fusion.watched(classifier).identity();
    }

    /** Looks at a batch as {@link FusedTrunk#features} takes it. */
    public void see(Tensor images) {
        try (NativeScope scope = NativeScope.open()) {
            trunk.features(images);
        }
    }

    /**
     * The smallest and the largest value of every convolution's output so far.
     *
     * @throws IllegalArgumentException when there was no picture, or when a value was not finite
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
