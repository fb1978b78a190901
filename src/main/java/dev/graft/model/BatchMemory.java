package dev.graft.model;

import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.ResidualBlock;
import dev.graft.model.graph.ResidualBlock.Convolution;
import dev.graft.torch.OutOfMemoryException;
import java.util.function.Predicate;
import org.bytedeco.pytorch.Tensor;

/**
 * Estimates the memory for the activations of a batch in one of Graft's networks, in float32. Weights, their gradients
 * and the optimizer's state are not included.
 *
 * <p>Without gradients: the largest sum over all convolutions of the convolution's input, the block's input, the
 * convolution's output and the batch norm's output. With gradients: what LibTorch keeps for the backward pass, starting
 * at the first layer that learns. These are two tensors for each convolution, one for a shortcut, and the pooling's
 * output with its indices. Checked against what PyTorch keeps. Temporary memory inside kernels is not included.
 */
public final class BatchMemory {
    private static final int INDEX = Long.BYTES / Float.BYTES;
    private static final String REMEDY = "use a smaller batch or smaller pictures";

    private final Predicate<String> learns;
    private long most;
    private long kept;
    private boolean learning;

    /** A batch, of which {@code atATime} pictures go through the network together. */
    private record Pictures(long count, long atATime, long height, long width) {
        String in(Network network) {
            return "a batch of " + count + (count == 1 ? " picture of " : " pictures of ") + width + " x " + height
                    + " in " + network.title() + (atATime < count ? ", " + atATime + " at a time" : "");
        }

        /** Estimated bytes for the pictures that go through together; 0 if the layers are not known. */
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
     * @param learns tells from a layer's full name, such as {@code layer4.0.conv1}, whether it learns; false for all
     *     layers means without gradients
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

    /** Returns the size of the output, in elements. */
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
     * The exception to throw when a batch failed. If there was too little memory, it is an {@link OutOfMemoryException}
     * that says how much such a batch needs; otherwise it is {@code failure} itself.
     *
     * @param pictures in the batch
     * @param gradients whether the batch was trained on
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
                batch.in(network) + (gradients ? " to train on" : ""), batch.bytes(network, learns), REMEDY, failure);
    }

    /**
     * The exception to throw when a batch was too large for the frozen layers.
     *
     * @param shape of the batch, [n, 3, height, width]
     * @param atATime how many of its pictures went through the layers together
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
