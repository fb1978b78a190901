package dev.graft.model;

import dev.graft.batch.Layout;
import dev.graft.model.graph.Head;
import dev.graft.torch.Autocast;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A foreign network whose head gives what it takes: the same archive with an identity for the head's weight, so that the network's output
 * is the head's input. Before it is handed out, it is held against the classifier on a picture: the head of its output must be the
 * classifier's logits, which is so where nothing but a mean follows the head. Refers to the classifier. One thread.
 */
public final class HeadlessScript implements Trunk {
    /** Of the largest logit: sums in another order. */
    private static final double TOLERANCE = 1e-3;

    /** The identity takes the square of that in memory, and in each picture's time. */
    private static final int MOST_FEATURES = 8192;

    private final NetworkModule module;
    private final int features;
    private final Classifier classifier;
    private final Precision precision;

    private HeadlessScript(NetworkModule module, int features, Classifier classifier, Precision precision) {
        this.module = module;
        this.features = features;
        this.classifier = classifier;
        this.precision = precision;
    }

    /**
     * Of a classifier on a foreign network, with its weights as they are now, on its device. The classifier is in evaluation mode
     * afterwards.
     *
     * @param precision FP32, TF32, BF16 or FP16
     * @throws IllegalArgumentException when what follows the head is more than a mean, or the head has more than 8192 features
     */
    public static HeadlessScript of(Classifier classifier, Precision precision) throws IOException {
        int features = classifier.card().network().features();
        if (features > MOST_FEATURES)
            throw new IllegalArgumentException("model: the head of "
                    + classifier.card().network().title() + " takes " + features + " features, at most " + MOST_FEATURES
                    + " can be kept; let pictures pass in every epoch (FrozenLayers.EVERY_EPOCH)");
        NetworkModule module = classifier
                .network()
                .withIdentityHead(new Head(classifier.card().network().head()), features);
        HeadlessScript made = new HeadlessScript(module, features, classifier, precision);
        try {
            module.moveTo(classifier.device(), Layout.CHANNELS_LAST);
            module.trainingMode(false);
            made.requireHeadLast();
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private void requireHeadLast() {
        classifier.trainingMode(false);
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor picture = DryRun.ramp(classifier.card().preprocessing().resize())
                    .to(classifier.device().toTorch(), torch.ScalarType.Float);
            Tensor expected = classifier.forward(picture);
            Tensor given = module.forward(picture);
            double off = Double.NaN;
            if (Arrays.equals(given.shape(), new long[] {1, features}))
                off = largest(classifier.headForward(given).sub(expected)) / Math.max(1e-6, largest(expected));
            if (!(off <= TOLERANCE))
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "model: something follows the head '%s' of %s: the network without it gives %s, and the head of that"
                                + " is not the network's output (off by %.2g of the largest logit); its pictures must pass in"
                                + " every epoch: FrozenLayers.EVERY_EPOCH, as the recipe reference has it",
                        classifier.card().network().head(),
                        classifier.card().network().title(),
                        Arrays.toString(given.shape()),
                        off));
        }
    }

    private static double largest(Tensor t) {
        return t.abs().max().item_double();
    }

    @Override
    public Tensor features(Tensor images) {
        try (Autocast forward = precision.autocast(classifier.device())) {
            return module.forward(images).to(torch.ScalarType.Float);
        } catch (RuntimeException e) {
            throw BatchMemory.explain(e, classifier, images.size(0), false);
        }
    }

    @Override
    public int size() {
        return features;
    }

    @Override
    public void close() {
        module.close();
    }
}
