package dev.graft.model.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A head as a sequence of operations from features to logits. Its TorchScript, its computation on features, its list of tensors and its
 * layers for other formats are all made from this description.
 *
 * @param path the name of the layer that holds it, such as {@code fc}
 */
public record HeadGraph(String path, List<HeadStep> steps) {
    /** Keeps the steps as they are now. */
    public HeadGraph {
        steps = List.copyOf(steps);
    }

    /** One linear layer. */
    public static HeadGraph linear(String path, int features, int classes) {
        return new HeadGraph(path, List.of(new HeadStep.Linear(path, features, classes)));
    }

    /** Whether it is one linear layer and nothing else. */
    public boolean isLinearLayer() {
        return steps.size() == 1 && steps.get(0) instanceof HeadStep.Linear;
    }

    /** Whether it is, in evaluation mode, one linear layer with the name {@link #path}. */
    public boolean isLinear() {
        List<HeadStep> evaluated =
                steps.stream().filter(s -> !(s instanceof HeadStep.Dropout)).toList();
        return new HeadGraph(path, evaluated).isLinearLayer();
    }

    /** The last linear layer, which has a bias for each class; empty in a cosine classifier. */
    public Optional<HeadStep.Linear> lastLinear() {
        return steps.get(steps.size() - 1) instanceof HeadStep.Linear last ? Optional.of(last) : Optional.empty();
    }

    /** Its tensors in the order of {@code state_dict()}. */
    public List<StateEntry> state() {
        List<StateEntry> state = new ArrayList<>();
        for (HeadStep step : steps) {
            if (step instanceof HeadStep.Linear l) {
                Head layer = new Head(l.name());
                state.add(new StateEntry(layer.weight(), shape(l.outputs(), l.inputs()), false));
                state.add(new StateEntry(layer.bias(), shape(l.outputs()), false));
            } else if (step instanceof HeadStep.Cosine c) {
                state.add(new StateEntry(new Head(c.name()).weight(), shape(c.outputs(), c.inputs()), false));
                state.add(new StateEntry(scale(c), shape(1), !c.learned()));
            }
        }
        return state;
    }

    /** The name of a cosine classifier's scale. */
    public static String scale(HeadStep.Cosine step) {
        return step.name() + ".scale";
    }

    private static List<Long> shape(int... sizes) {
        return Arrays.stream(sizes).mapToObj(Long::valueOf).toList();
    }
}
