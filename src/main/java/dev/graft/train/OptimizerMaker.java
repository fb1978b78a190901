package dev.graft.train;

import dev.graft.plan.OptimizerSpec;
import dev.graft.plan.Sgd;
import java.util.List;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.OptimizerOptions;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.TensorVector;

/**
 * How LibTorch makes the optimizer that a plan names. A new one is a line in the table.
 *
 * @param spec the plan's word for it
 * @param settings of one group of parameters
 * @param start over the first group, with its settings
 */
record OptimizerMaker<S extends OptimizerSpec, O extends OptimizerOptions>(
        Class<S> spec, Class<O> options, Settings<S, O> settings, Start<O> start) {
    interface Settings<S, O> {
        O of(S spec, double learningRate);
    }

    interface Start<O> {
        Optimizer over(TensorVector parameters, O options);
    }

    private static final List<OptimizerMaker<?, ?>> ALL =
            List.of(new OptimizerMaker<>(Sgd.class, SGDOptions.class, OptimizerMaker::sgd, SGD::new));

    static OptimizerMaker<?, ?> of(OptimizerSpec spec) {
        return ALL.stream()
                .filter(m -> m.spec.isInstance(spec))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("plan: LibTorch's optimizer for " + spec
                        + " is not in the table of OptimizerMaker; add its line"));
    }

    /** The settings of a group; they belong to the caller's scope. */
    OptimizerOptions settings(OptimizerSpec s, double learningRate) {
        return settings.of(spec.cast(s), learningRate);
    }

    /** The optimizer over its first group; it belongs to the caller's scope. */
    Optimizer start(TensorVector parameters, OptimizerOptions o) {
        return start.over(parameters, options.cast(o));
    }

    private static SGDOptions sgd(Sgd sgd, double learningRate) {
        SGDOptions o = new SGDOptions(learningRate);
        o.momentum().put(sgd.momentum());
        o.weight_decay().put(sgd.weightDecay());
        return o;
    }
}
