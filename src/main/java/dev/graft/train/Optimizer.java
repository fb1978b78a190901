package dev.graft.train;

import dev.graft.model.Classifier;
import dev.graft.torch.NativeScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.OptimizerParamGroup;
import org.bytedeco.pytorch.OptimizerParamGroupVector;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** LibTorch's SGD over the groups of a plan. Owns native memory; used by the training thread. */
final class Optimizer implements AutoCloseable {
    private final List<ParameterGroup> groups;
    private final int[] sizes;
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final SGD sgd;
    private LossScale scale; // null until a loss is scaled
    private boolean closed;

    Optimizer(Classifier classifier, List<ParameterGroup> groups) {
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("plan: nothing learns; name at least one layer, such as fc");
        }
        this.groups = groups;
        this.sizes = new int[groups.size()];
        try (NativeScope scope = NativeScope.open()) {
            SGD made = null;
            for (int i = 0; i < sizes.length; i++) {
                ParameterGroup g = groups.get(i);
                Map<String, Tensor> own = classifier.parametersOf(g.layer());
                addOnce(own, g);
                sizes[i] = own.size();
                Tensor[] tensors = own.values().toArray(Tensor[]::new);
                if (made == null) {
                    made = NativeScope.own(new SGD(new TensorVector(tensors), options(g)));
                } else {
                    made.add_param_group(new OptimizerParamGroup(new TensorVector(tensors), options(g)));
                }
            }
            sgd = made;
        }
    }

    private void addOnce(Map<String, Tensor> own, ParameterGroup g) {
        own.forEach((name, tensor) -> {
            if (parameters.put(name, tensor) != null) {
                throw new IllegalArgumentException(
                        "plan: " + name + " lies in two groups, one of them '" + g.layer() + "'; name each layer once");
            }
        });
    }

    private static SGDOptions options(ParameterGroup g) {
        SGDOptions o = new SGDOptions(g.learningRate());
        o.momentum().put(g.momentum());
        o.weight_decay().put(g.weightDecay());
        return o;
    }

    /** Multiplies every group's learning rate as planned with {@code factor}. */
    void scaleLearningRates(double factor) {
        requireOpen();
        try (NativeScope scope = NativeScope.open()) {
            OptimizerParamGroupVector all = sgd.param_groups();
            for (int i = 0; i < groups.size(); i++) {
                all.get(i).options().set_lr(groups.get(i).learningRate() * factor);
            }
        }
    }

    void zeroGrad() {
        requireOpen();
        sgd.zero_grad();
    }

    /**
     * Goes backward from a loss and makes a step.
     *
     * @param scaled by a scale that finds itself, see {@link LossScale}; then a step whose gradients are not finite is left out
     */
    void learn(Tensor loss, boolean scaled) {
        requireOpen();
        if (!scaled) {
            loss.backward();
            sgd.step();
            return;
        }
        if (scale == null) scale = new LossScale();
        scale.scaled(loss).backward();
        if (scale.takeOut(parameters.values())) sgd.step();
    }

    /**
     * The momentum buffer of each parameter that has one, by name, and the state of the loss's scale where there is one; owned by the
     * caller's scope.
     */
    Map<String, Tensor> state() {
        requireOpen();
        Tensor[] buffers = SgdArchive.momentum(sgd, new ArrayList<>(parameters.values()), sizes);
        Map<String, Tensor> named = new LinkedHashMap<>();
        int at = 0;
        for (String name : parameters.keySet()) {
            if (buffers[at] != null) {
                named.put(name, buffers[at]);
            }
            at++;
        }
        if (scale != null) named.put(LossScale.STATE, scale.state());
        return named;
    }

    /**
     * Continues with a {@link #state} from elsewhere; its momentum buffers are copied to the parameters' device.
     *
     * @throws IllegalArgumentException when they belong to other parameters
     */
    void restore(Map<String, Tensor> state) {
        requireOpen();
        Map<String, Tensor> momentum = new LinkedHashMap<>(state);
        Tensor scaling = momentum.remove(LossScale.STATE);
        try (NativeScope scope = NativeScope.open()) {
            if (scaling != null) {
                scale = new LossScale();
                scale.restore(scaling);
            }
            momentum.forEach((name, buffer) -> {
                Tensor p = parameters.get(name);
                if (p == null || !Arrays.equals(p.shape(), buffer.shape())) {
                    throw new IllegalArgumentException("optimizer: the momentum of " + name + " fits no parameter that"
                            + " learns; resume with the plan of the stopped run");
                }
            });
            List<Tensor> all = new ArrayList<>(parameters.values());
            Tensor[] buffers = parameters.keySet().stream()
                    .map(name -> onDevice(momentum.get(name), parameters.get(name)))
                    .toArray(Tensor[]::new);
            SgdArchive.restore(sgd, all, buffers, groups, sizes);
        }
    }

    private static Tensor onDevice(Tensor buffer, Tensor parameter) {
        return buffer == null ? null : buffer.to(parameter.device(), parameter.scalar_type());
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
            sgd.close();
        }
    }
}
