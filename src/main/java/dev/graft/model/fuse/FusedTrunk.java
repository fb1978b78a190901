package dev.graft.model.fuse;

import dev.graft.image.Preprocessing;
import dev.graft.model.BatchMemory;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.model.Trunk;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.script.AsWritten;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.OutOfMemoryException;
import dev.graft.torch.Tf32;
import dev.graft.torch.TorchException;
import java.util.Arrays;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The frozen layers before the head, or before a stage, of one of Graft's own networks, in evaluation mode and
 * optimised for speed: a pure function from a picture to its features. It copies the weights when it is made; later
 * changes of the classifier have no effect on it.
 *
 * <p>Owns native memory: close it. Several threads may call {@link #features}.
 */
public final class FusedTrunk implements Trunk {
    /**
     * Limit for the bytes of the largest activation; larger batches are split into slices. glibc's allocator takes
     * larger blocks from the system in every call, zeroed page by page, and caches hold less of them. With slices, a
     * ResNet18 at 224 x 224 on two cores of an AMD EPYC is 1.25 times as fast in BF16 and 1.2 times in FP32
     * (ForwardBench, batches of 8 and 4 against 32).
     */
    private static final long LARGEST_BLOCK = 14L << 20;

    private final JitModule module;
    private final Fusion fusion;
    private boolean closed;

    /** Takes over the module. */
    FusedTrunk(JitModule module, Fusion fusion) {
        this.module = module;
        this.fusion = fusion;
    }

    /** Whether the classifier's network can be fused: true for Graft's own networks. */
    public static boolean fits(Classifier classifier) {
        return classifier.card().network().graph().isPresent();
    }

    /** Fuses all layers before the classifier's head, see {@link Fusion#of} and {@link Fusion#fuse}. */
    public static FusedTrunk of(Classifier classifier, Precision precision, ComputeDevice device) {
        return of(classifier, Classifier.HEAD, precision, device);
    }

    /** Fuses all layers before a layer, see {@link Fusion#of} and {@link Fusion#fuse}. */
    public static FusedTrunk of(Classifier classifier, String layer, Precision precision, ComputeDevice device) {
        return Fusion.of(classifier, layer, precision, device).fuse();
    }

    /** Fuses all layers before the head in {@link Precision#INT8}, see {@link Fusion#int8} and {@link Fusion#fuse}. */
    public static FusedTrunk int8(Classifier classifier, Calibration calibration) {
        return Fusion.int8(classifier, calibration).fuse();
    }

    /** Makes the first call, which packs the weights for the slice size of a batch of {@code pictures}. */
    void warmUp(int pictures, Preprocessing preprocessing, ComputeDevice device) {
        try (NativeScope scope = NativeScope.open();
                InferenceMode inference = new InferenceMode(true)) {
            long height = preprocessing.height();
            long width = preprocessing.width();
            long slice = device.isCuda() ? 1 : slice(pictures, height, width);
            Tensor first = features(torch.zeros(new long[] {slice, 3, height, width})
                    .to(device.toTorch(), torch.ScalarType.Float)
                    .contiguous(torch.MemoryFormat.ChannelsLast));
            if (first.numel() != slice * size()) {
                throw new IllegalStateException("model: the fused trunk returned " + first.numel() + " features for "
                        + slice + " pictures, expected " + slice * size());
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * The features of a batch.
     *
     * @param images float32 [n, 3, height, width], normalised, on this trunk's device; channels_last is faster
     * @return float32 [n, {@link #size}], owned by the open scope. Inside {@code InferenceMode} it is an inference
     *     tensor: clone it outside before you train on it
     * @throws OutOfMemoryException with an estimate of the memory that such a batch needs
     */
    @Override
    public Tensor features(Tensor images) {
        if (closed) {
            throw new IllegalStateException("model: the fused trunk was used after close; make a new one");
        }
        try (Tf32 products = precision().products()) {
            long pictures = images.size(0);
            long slice = slice(images);
            if (slice >= pictures) return AsWritten.forward(module, images);
            TensorVector slices = new TensorVector();
            for (long from = 0; from < pictures; from += slice) {
                slices.push_back(AsWritten.forward(module, images.narrow(0, from, Math.min(slice, pictures - from))));
            }
            return torch.cat(slices, 0);
        } catch (RuntimeException e) {
            if (OutOfMemoryException.isMeantBy(e)) {
                throw BatchMemory.ofFrozen(fusion.network(), images.shape(), slice(images), e);
            }
            throw new TorchException(
                    "model: the trunk of " + fusion.network().title() + " in " + precision()
                            + " failed on images of shape " + Arrays.toString(images.shape())
                            + ", expected [n, 3, height, width] in float32",
                    e);
        }
    }

    /** Pictures in a slice; all slices have about the same size. */
    private long slice(Tensor images) {
        long pictures = images.size(0);
        if (images.is_cuda() || images.dim() != 4 || pictures == 0) return pictures;
        return slice(pictures, images.size(2), images.size(3));
    }

    private long slice(long pictures, long height, long width) {
        long largest =
                ResNetGraph.largestActivation(height, width) * precision().bytes();
        long most = Math.max(1, LARGEST_BLOCK / Math.max(1, largest));
        long slices = (pictures + most - 1) / most;
        return (pictures + slices - 1) / slices;
    }

    /** The submodule at this path of attributes, owned by the open scope. */
    JitModule part(String... path) {
        JitModule part = module;
        for (String name : path) part = new JitModule(part.attr(name).toObject());
        return part;
    }

    /**
     * Number of features of one picture. Before a stage, this is the size of the stage's input for pictures of the
     * preprocessing's size.
     */
    @Override
    public int size() {
        return fusion.size();
    }

    /** The precision of the computation. */
    public Precision precision() {
        return fusion.precision();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            module.close();
        }
    }
}
