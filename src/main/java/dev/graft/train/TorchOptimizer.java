package dev.graft.train;

import dev.graft.checkpoint.OptimizerState;
import dev.graft.model.Classifier;
import dev.graft.plan.OptimizerSpec;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.torch.NativeScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.OptimizerOptions;
import org.bytedeco.pytorch.OptimizerParamGroup;
import org.bytedeco.pytorch.OptimizerParamGroupVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** LibTorch's optimizer for the groups of a phase. Owns native memory. Used by the training thread. */
final class TorchOptimizer implements AutoCloseable {
    private final Phase phase;
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final List<Double> rates = new ArrayList<>(); // planned, of each of LibTorch's groups
    private final Optimizer optimizer;
    private boolean closed;

    TorchOptimizer(Classifier classifier, Phase phase) {
        this.phase = phase;
        try (NativeScope scope = NativeScope.open()) {
            Optimizer made = null;
            for (ParameterGroup g : phase.groups()) {
                for (Part part : parts(classifier.parametersOf(g.layer()), phase.optimizerOf(g))) {
                    addOnce(part.parameters, g);
                    TensorVector tensors =
                            new TensorVector(part.parameters.values().toArray(Tensor[]::new));
                    OptimizerMaker<?, ?> maker = OptimizerMaker.of(part.spec);
                    OptimizerOptions options = maker.settings(part.spec, g.learningRate());
                    if (made == null) made = NativeScope.own(maker.start(tensors, options));
                    else made.add_param_group(new OptimizerParamGroup(tensors, options));
                    rates.add(g.learningRate());
                }
            }
            optimizer = made;
        }
    }

    /** Parameters with the same settings: one group of LibTorch's. */
    private record Part(Map<String, Tensor> parameters, OptimizerSpec spec) {}

    /** A group of the plan: as it is, or split into what weight decay applies to and what it leaves alone. */
    private List<Part> parts(Map<String, Tensor> own, OptimizerSpec spec) {
        if (phase.updates().decayAll()) return List.of(new Part(own, spec));
        Map<String, Tensor> decayed = new LinkedHashMap<>();
        Map<String, Tensor> others = new LinkedHashMap<>();
        own.forEach((name, t) -> (t.dim() > 1 ? decayed : others).put(name, t));
        return Stream.of(new Part(decayed, spec), new Part(others, spec.withWeightDecay(0)))
                .filter(p -> !p.parameters.isEmpty())
                .toList();
    }

    private void addOnce(Map<String, Tensor> own, ParameterGroup g) {
        own.forEach((name, tensor) -> {
            if (parameters.put(name, tensor) != null) {
                throw new IllegalArgumentException(
                        "plan: " + name + " is in two groups, one of them '" + g.layer() + "'; give each layer once");
            }
        });
    }

    /** The parameters that learn, by name. */
    Map<String, Tensor> parameters() {
        return Collections.unmodifiableMap(parameters);
    }

    /**
     * Sets every group's learning rate to the planned one times {@code factor}.
     *
     * @throws TrainingException when it is too large for the optimizer's numbers
     */
    void scaleLearningRates(double factor) {
        requireOpen();
        for (double rate : rates)
            if (!(rate * factor <= Float.MAX_VALUE))
                throw new TrainingException("training: the schedule makes the learning rate " + rate * factor
                        + ", allowed is up to 3.4e38; take a schedule that does not grow so");
        try (NativeScope scope = NativeScope.open()) {
            OptimizerParamGroupVector all = optimizer.param_groups();
            for (int i = 0; i < rates.size(); i++) all.get(i).options().set_lr(rates.get(i) * factor);
        }
    }

    void zeroGrad() {
        requireOpen();
        optimizer.zero_grad();
    }

    void step() {
        requireOpen();
        optimizer.step();
    }

    /** The state of each parameter that has made a step. The open scope owns the tensors. */
    OptimizerState state() {
        requireOpen();
        Map<String, Map<String, Tensor>> named = new LinkedHashMap<>();
        List<Map<String, Tensor>> all = archive().state();
        int at = 0;
        for (String name : parameters.keySet()) {
            if (!all.get(at).isEmpty()) named.put(name, all.get(at));
            at++;
        }
        return new OptimizerState(phase.optimizer().kind(), named);
    }

    /**
     * Continues with a saved {@link #state}; its tensors are copied to the parameters' device.
     *
     * @throws IllegalArgumentException when it belongs to another optimizer or other parameters
     */
    void restore(OptimizerState from) {
        requireOpen();
        if (!from.kind().equals(phase.optimizer().kind())) {
            throw new IllegalArgumentException("optimizer: the state belongs to " + from.kind() + ", but the plan has "
                    + phase.optimizer().kind() + "; resume with the plan of the stopped run");
        }
        try (NativeScope scope = NativeScope.open()) {
            from.state().forEach(this::requireFits);
            List<Map<String, Tensor>> all = new ArrayList<>();
            parameters.forEach((name, p) -> {
                Map<String, Tensor> held = new LinkedHashMap<>();
                from.state()
                        .getOrDefault(name, Map.of())
                        .forEach((what, t) -> held.put(what, t.dim() == 0 ? t : t.to(p.device(), p.scalar_type())));
                all.add(held);
            });
            archive().restore(all);
        }
    }

    private void requireFits(String name, Map<String, Tensor> held) {
        Tensor p = parameters.get(name);
        held.forEach((what, t) -> {
            if (p == null || t.dim() > 0 && !Arrays.equals(p.shape(), t.shape())) {
                throw new IllegalArgumentException("optimizer: the state " + what + " of " + name + " does not match a"
                        + " parameter that learns; resume with the plan of the stopped run");
            }
        });
    }

    private OptimizerArchive archive() {
        return new OptimizerArchive(optimizer, parameters.values());
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("optimizer: used after close; make a new one");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            optimizer.close();
        }
    }
}
