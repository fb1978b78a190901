package dev.graft.plan;

import java.util.List;

/** Which settings of the input do not go with others. Each rule is a method that names both settings, and what to do. */
final class InputRules {
    private InputRules() {}

    /**
     * Applies all rules.
     *
     * @throws IllegalArgumentException with the first pair of settings that do not go together
     */
    static void require(List<Phase> phases, Input input, Compute compute) {
        if (!(input.sampling() instanceof Shuffled)) sampled(phases, input);
        if (!(input.mixing() instanceof Unmixed)) mixed(input, compute);
    }

    private static void sampled(List<Phase> phases, Input input) {
        if (phases.stream().allMatch(Phase::fitsAtOnce))
            throw new IllegalArgumentException("plan: the head is fitted to each picture once, so the sampling must be"
                    + " Sampling.SHUFFLED, was " + PlanJson.text(input.sampling())
                    + "; the fit tries weights of classes itself; for"
                    + " another sampling add a phase with steps");
    }

    private static void mixed(Input input, Compute compute) {
        String mixing = PlanJson.word(input.mixing().getClass());
        if (compute.frozen() == FrozenLayers.ONCE)
            throw new IllegalArgumentException("plan: " + mixing + " mixes the pictures of each batch, but with"
                    + " FrozenLayers.ONCE they pass the frozen layers before there are batches; use"
                    + " FrozenLayers.EVERY_EPOCH, or Mixing.NONE");
        if (input.batchSize() < 2)
            throw new IllegalArgumentException("plan: " + mixing + " mixes the pictures of each batch, so the"
                    + " batch size must be at least 2, was " + input.batchSize() + "; or use Mixing.NONE");
    }
}
