package dev.graft.train;

import dev.graft.model.Classifier;
import dev.graft.plan.Mode;
import dev.graft.plan.Phase;
import dev.graft.torch.ExitGuard;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The batch norms' running statistics that belong to averaged weights: the means of the batches' statistics over all training pictures, as
 * {@code torch.optim.swa_utils.update_bn}. Owns native memory. Used by the training thread.
 */
final class NormStatistics implements AutoCloseable {
    /** The share that a batch has in the running statistics of Graft's own networks: PyTorch's default. */
    private static final double MOMENTUM = 0.1;

    private final RunContext context;
    private final Map<String, Tensor> buffers = new LinkedHashMap<>(); // the classifier's, with the counters of batches
    private final Map<String, Tensor> others = new LinkedHashMap<>(); // those of the weights that are not shown

    /**
     * @param first layer of those that run in every epoch, such as {@code layer4}; empty for all
     * @throws IllegalArgumentException when the network is not one of Graft's own: its norms are not known
     */
    NormStatistics(RunContext context, Phase phase, String first) {
        this.context = context;
        if (!areFor(phase)) return;
        Classifier classifier = context.classifier();
        if (classifier.card().network().graph().isEmpty())
            throw new IllegalArgumentException(
                    "training: averaged weights need new statistics of batch norms in mode TRAINING, which Graft can make for"
                            + " its own networks only; use mode EVALUATION, or averaging 0");
        classifier.buffers().forEach((name, buffer) -> {
            if (name.compareTo(first) >= 0) buffers.put(name, buffer);
        });
    }

    /** Whether a phase needs them. */
    static boolean areFor(Phase phase) {
        return phase.updates().averaging() > 0 && phase.mode() == Mode.TRAINING;
    }

    private static boolean isRunning(String name) {
        return name.endsWith(".running_mean") || name.endsWith(".running_var");
    }

    private Map<String, Tensor> running() {
        Map<String, Tensor> running = new LinkedHashMap<>(buffers);
        running.keySet().removeIf(name -> !isRunning(name));
        return running;
    }

    /**
     * Computes those of the current weights, and keeps those before. Does nothing in evaluation mode. Of augmented pictures
     * it takes the first epoch's views, so that the result does not depend on the epoch.
     *
     * @throws Stopped when the JVM exits before the last batch
     */
    void recompute(Source source) throws IOException, Stopped {
        if (buffers.isEmpty()) return;
        close();
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            buffers.forEach((name, b) -> others.put(name, NativeScope.own(b.clone())));
            buffers.values().forEach(Tensor::zero_);
            Map<String, Tensor> sums = new LinkedHashMap<>();
            running().forEach((name, b) -> sums.put(name, torch.zeros_like(b)));
            int batches = add(sums, source);
            running().forEach((name, b) -> b.copy_(sums.get(name).div_(new Scalar(MOMENTUM * Math.max(1, batches)))));
            context.team().takeFirst(buffers.values());
        }
    }

    private int add(Map<String, Tensor> sums, Source source) throws IOException, Stopped {
        source.mode(Mode.TRAINING);
        int batches = 0;
        int[] order = IntStream.range(0, context.data().train().size()).toArray();
        try (Source.Batches all = source.train(0, order, 0)) {
            while (true) {
                try (NativeScope step = NativeScope.open()) {
                    Source.InputBatch batch = all.next();
                    if (batch == null) return batches;
                    if (batch.isEmpty()) continue;
                    running().values().forEach(Tensor::zero_);
                    source.logits(batch.input()); // leaves MOMENTUM times the batch's statistics
                    running().forEach((name, b) -> sums.get(name).add_(b));
                    batches++;
                }
                if (context.team().isAlone() && ExitGuard.exiting()) throw new Stopped();
            }
        }
    }

    /** Exchanges these with the ones that were kept. Twice leaves everything as it was. */
    void exchange() {
        Exchange.of(others, buffers);
    }

    @Override
    public void close() {
        others.values().forEach(Tensor::close);
        others.clear();
    }
}
