package dev.graft.model;

import dev.graft.model.graph.HeadGraph;
import dev.graft.model.graph.HeadStep;
import java.util.List;

/**
 * The kind of a classifier's head: what turns the features of the layers before it into logits. {@link ModelCard#head} carries it, so a
 * saved model or checkpoint knows its head.
 *
 * <p>All kinds begin with random values as PyTorch's layers do, from one generator in the order of the layers. Dropout draws new numbers in
 * each training step, in both of a plan's modes, and is off in evaluation.
 */
public sealed interface HeadSpec {
    /** The default: one linear layer. */
    HeadSpec LINEAR = new Linear();

    /** A word for messages and files. */
    String kind();

    /** One line of text for people, with the settings. */
    String text();

    /** Whether a training step draws random numbers. */
    default boolean drawsNumbers() {
        return false;
    }

    /**
     * Its operations.
     *
     * @param path the name of its layer
     * @param features the length of its input
     * @param classes the length of its output
     */
    @SuppressWarnings("exports") // for Graft's own packages
    HeadGraph graph(String path, int features, int classes);

    /** One linear layer: {@code torch.nn.Linear(features, classes)}. */
    record Linear() implements HeadSpec {
        @Override
        public String kind() {
            return "linear";
        }

        @Override
        public String text() {
            return "linear";
        }

        @Override
        @SuppressWarnings("exports") // see HeadSpec
        public HeadGraph graph(String path, int features, int classes) {
            return HeadGraph.linear(path, features, classes);
        }
    }

    /**
     * Dropout of features, then one linear layer: {@code torch.nn.Dropout(rate)} before {@code torch.nn.Linear}. The tensors have the names
     * of a linear head.
     *
     * @param rate probability of a feature to be dropped, above 0 and below 1
     */
    record Dropout(double rate) implements HeadSpec {
        /** Checks the range. */
        public Dropout {
            if (!(rate > 0 && rate < 1))
                throw new IllegalArgumentException("head: dropout must be above 0 and below 1, was " + rate
                        + "; without dropout, use a linear head");
        }

        @Override
        public String kind() {
            return "dropout";
        }

        @Override
        public String text() {
            return "linear after dropout of " + rate;
        }

        @Override
        public boolean drawsNumbers() {
            return true;
        }

        @Override
        @SuppressWarnings("exports") // see HeadSpec
        public HeadGraph graph(String path, int features, int classes) {
            return new HeadGraph(
                    path, List.of(new HeadStep.Dropout(rate), new HeadStep.Linear(path, features, classes)));
        }
    }

    /**
     * One hidden layer: {@code torch.nn.Sequential(Linear(features, width), ReLU(), Dropout(dropout), Linear(width, classes))}, with the
     * names of its tensors.
     *
     * @param width of the hidden layer, 1 to 65,536
     * @param dropout probability of a hidden number to be dropped, at least 0 and below 1
     */
    record Hidden(int width, double dropout) implements HeadSpec {
        private static final int MOST = 1 << 16;

        /** Checks the ranges. */
        public Hidden {
            if (width < 1 || width > MOST)
                throw new IllegalArgumentException(
                        "head: the width of the hidden layer must be 1 to " + MOST + ", was " + width);
            if (!(dropout >= 0 && dropout < 1))
                throw new IllegalArgumentException("head: dropout must be at least 0 and below 1, was " + dropout);
        }

        @Override
        public String kind() {
            return "hidden";
        }

        @Override
        public String text() {
            return "one hidden layer of " + width + (dropout > 0 ? ", dropout of " + dropout : "");
        }

        @Override
        public boolean drawsNumbers() {
            return dropout > 0;
        }

        @Override
        @SuppressWarnings("exports") // see HeadSpec
        public HeadGraph graph(String path, int features, int classes) {
            HeadStep first = new HeadStep.Linear(path + ".0", features, width);
            HeadStep last = new HeadStep.Linear(path + ".3", width, classes);
            return new HeadGraph(
                    path,
                    dropout > 0
                            ? List.of(first, new HeadStep.Relu(), new HeadStep.Dropout(dropout), last)
                            : List.of(first, new HeadStep.Relu(), last));
        }
    }

    /**
     * A cosine classifier without bias: {@code scale * cos(features, weight of the class)}, that is {@code scale * normalize(x) *
     * normalize(weight)^T} with PyTorch's {@code normalize}. The formula is that of Gidaris and Komodakis, "Dynamic Few-Shot Visual Learning
     * without Forgetting", 2018, equation 5, who learn the scale and begin with 10. The tensors are {@code weight} [classes, features] and
     * {@code scale} [1].
     *
     * @param scale to begin with, above 0 and finite
     * @param learned whether the scale is a parameter that learns; otherwise it stays
     */
    record Cosine(double scale, boolean learned) implements HeadSpec {
        /** A learned scale that begins with 10. */
        public static final Cosine STANDARD = new Cosine(10, true);

        /** Checks the range. */
        public Cosine {
            if (!(scale > 0 && (float) scale > 0 && Float.isFinite((float) scale)))
                throw new IllegalArgumentException(
                        "head: the scale of a cosine classifier must be above 0 and finite in float32, was " + scale);
        }

        @Override
        public String kind() {
            return "cosine";
        }

        @Override
        public String text() {
            return "cosine with " + (learned ? "a learned scale from " : "the scale ") + scale;
        }

        @Override
        @SuppressWarnings("exports") // see HeadSpec
        public HeadGraph graph(String path, int features, int classes) {
            return new HeadGraph(path, List.of(new HeadStep.Cosine(path, features, classes, scale, learned)));
        }
    }
}
