package dev.graft.model;

import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.ResidualBlock;
import dev.graft.model.graph.ResidualBlock.Convolution;
import dev.graft.torch.OutOfMemoryException;
import java.util.function.Predicate;
import org.bytedeco.pytorch.Tensor;

/**
 * What a batch takes of memory on its way through one of Graft's networks, estimated in float32, beside the weights, their
 * gradients and the optimizer's values.
 *
 * <p>Without gradients: the most that is held at one convolution, its input and the block's, its output and the batch
 * norm's. With gradients, LibTorch keeps until the backward pass, from the first layer that learns on, every convolution's
 * input and output: two tensors a convolution, one for a shortcut, and the pooling's output with its indices. Checked
 * against what PyTorch keeps; what kernels take for themselves meanwhile is not in it.
 */
public final class BatchMemory {
    private static final int INDEX = Long.BYTES / Float.BYTES;
    private static final String REMEDY = "take fewer pictures at a time (a smaller batch), or smaller pictures";

    private final Predicate<String> learns;
    private long most;
    private long kept;
    private boolean learning;

    /** A batch, of which some pictures pass at a time. */
    private record Pictures(long count, long atATime, long height, long width) {
        String in(Network network) {
            return "a batch of " + count + (count == 1 ? " picture of " : " pictures of ") + width + " x " + height
                    + " in " + network.title() + (atATime < count ? ", " + atATime + " at a time" : "");
        }

        /** About what passes at a time takes; 0 where nobody knows the layers. */
        long bytes(Network network, Predicate<String> learns) {
            return network.graph()
                    .map(graph -> atATime * ofPicture(graph, (int) height, (int) width, learns))
                    .orElse(0L);
        }
    }

    private BatchMemory(Predicate<String> learns) {
        this.learns = learns;
    }

    /**
     * Bytes for one picture.
     *
     * @param learns says of a layer's full name, such as {@code layer4.0.conv1}, whether it learns; of none: without gradients
     */
    static long ofPicture(ResNetGraph network, int height, int width, Predicate<String> learns) {
        return new BatchMemory(learns).walk(network, height, width);
    }

    private long walk(ResNetGraph network, long height, long width) {
        long input = 3 * height * width;
        long h = side(ResNetGraph.STEM, height);
        long w = side(ResNetGraph.STEM, width);
        long x = pass(ResNetGraph.STEM, "", 0, input, h * w, 2);
        if (learning) kept += input;
        h = (h + 1) / 2;
        w = (w + 1) / 2;
        long pooled = ResNetGraph.STEM.out() * h * w;
        if (learning) kept += (1 + INDEX) * pooled;
        most = Math.max(most, x + (1 + INDEX) * pooled);
        x = pooled;
        for (int stage = 1; stage <= network.stages(); stage++) {
            for (int block = 0; block < network.blocks(stage); block++) {
                String prefix = "layer" + stage + "." + block + ".";
                ResidualBlock b = network.block(stage, block);
                long blockInput = x;
                for (Convolution c : b.path()) {
                    h = side(c, h);
                    w = side(c, w);
                    x = pass(c, prefix, blockInput, x, h * w, 2);
                }
                if (b.reshapes()) pass(b.shortcut().orElseThrow(), prefix, x, blockInput, h * w, 1);
            }
        }
        return Float.BYTES * Math.max(most, kept);
    }

    /** Returns how many numbers come out. */
    private long pass(Convolution c, String prefix, long besides, long input, long pixels, int keeps) {
        boolean before = learning;
        learning |= learns.test(prefix + c.name()) || learns.test(prefix + c.norm());
        if (learning && !before && !prefix.isEmpty()) kept += input;
        long made = c.out() * pixels;
        most = Math.max(most, besides + input + 2 * made);
        if (learning) kept += keeps * made;
        return made;
    }

    private static long side(Convolution c, long side) {
        return (side + 2L * c.padding() - c.kernel()) / c.stride() + 1;
    }

    /**
     * What to throw for a failure of a batch: an {@link OutOfMemoryException} that says what such a batch takes when memory
     * was not enough, else the failure itself.
     *
     * @param gradients whether the batch was learnt from
     */
    public static RuntimeException explain(
            RuntimeException failure, Classifier classifier, long pictures, boolean gradients) {
        if (failure instanceof OutOfMemoryException || !OutOfMemoryException.isMeantBy(failure)) return failure;
        int height = classifier.card().preprocessing().height();
        int width = classifier.card().preprocessing().width();
        Predicate<String> learns = layer -> gradients && learns(classifier, layer + ".weight");
        Network network = classifier.card().network();
        Pictures batch = new Pictures(pictures, pictures, height, width);
        return new OutOfMemoryException(
                batch.in(network) + (gradients ? " to learn from" : ""), batch.bytes(network, learns), REMEDY, failure);
    }

    /**
     * What to throw for a batch that was too large for frozen layers, of which some pictures pass at a time.
     *
     * @param shape of the batch, [n, 3, height, width]
     */
    public static OutOfMemoryException ofFrozen(Network network, long[] shape, long atATime, RuntimeException failure) {
        Pictures batch = new Pictures(shape[0], atATime, shape[2], shape[3]);
        return new OutOfMemoryException(batch.in(network), batch.bytes(network, layer -> false), REMEDY, failure);
    }

    private static boolean learns(Classifier classifier, String name) {
        Tensor parameter = classifier.parameters().get(name);
        return parameter != null && parameter.requires_grad();
    }
}
