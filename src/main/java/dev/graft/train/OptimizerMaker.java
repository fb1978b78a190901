package dev.graft.train;

import dev.graft.plan.Adam;
import dev.graft.plan.AdamW;
import dev.graft.plan.OptimizerSpec;
import dev.graft.plan.RmsProp;
import dev.graft.plan.Sgd;
import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.OptimizerOptions;
import org.bytedeco.pytorch.RMSprop;
import org.bytedeco.pytorch.RMSpropOptions;
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

    private static final List<OptimizerMaker<?, ?>> ALL = List.of(
            new OptimizerMaker<>(Sgd.class, SGDOptions.class, OptimizerMaker::sgd, SGD::new),
            new OptimizerMaker<>(Adam.class, AdamOptions.class, OptimizerMaker::adam, org.bytedeco.pytorch.Adam::new),
            new OptimizerMaker<>(
                    AdamW.class, AdamWOptions.class, OptimizerMaker::adamw, org.bytedeco.pytorch.AdamW::new),
            new OptimizerMaker<>(RmsProp.class, RMSpropOptions.class, OptimizerMaker::rmsprop, RMSprop::new));

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
        o.dampening().put(sgd.dampening());
        o.nesterov().put(sgd.nesterov());
        o.weight_decay().put(sgd.weightDecay());
        return o;
    }

    private static AdamOptions adam(Adam adam, double learningRate) {
        AdamOptions o = new AdamOptions(learningRate);
        putBetas(o.betas(), adam.beta1(), adam.beta2());
        o.eps().put(adam.eps());
        o.weight_decay().put(adam.weightDecay());
        o.amsgrad().put(adam.amsgrad());
        return o;
    }

    private static AdamWOptions adamw(AdamW adam, double learningRate) {
        AdamWOptions o = new AdamWOptions(learningRate);
        putBetas(o.betas(), adam.beta1(), adam.beta2());
        o.eps().put(adam.eps());
        o.weight_decay().put(adam.weightDecay());
        o.amsgrad().put(adam.amsgrad());
        return o;
    }

    /** The bindings show C++'s tuple as its memory, whose order depends on the compiler; the default betas, 0.9 and 0.999, tell it. */
    private static void putBetas(DoublePointer fresh, double beta1, double beta2) {
        boolean inOrder = fresh.get(0) < fresh.get(1);
        fresh.put(inOrder ? beta1 : beta2, inOrder ? beta2 : beta1);
    }

    private static RMSpropOptions rmsprop(RmsProp rms, double learningRate) {
        RMSpropOptions o = new RMSpropOptions(learningRate);
        o.alpha().put(rms.alpha());
        o.eps().put(rms.eps());
        o.momentum().put(rms.momentum());
        o.centered().put(rms.centered());
        o.weight_decay().put(rms.weightDecay());
        return o;
    }
}
