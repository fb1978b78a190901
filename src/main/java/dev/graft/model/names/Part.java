package dev.graft.model.names;

import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The source of a tensor of the network: one tensor of a file, or several tensors and a rule. */
public sealed interface Part {
    /** The shape of the result. */
    List<Long> shape();

    /** The tensors that are read for it, in the order of the rule; empty for a constant. */
    List<StoredTensor> sources();

    /** The rule that computes it from its sources, in PyTorch's words; empty for a tensor that is used unchanged. */
    String rule();

    /** Whether the shapes of the sources match. If they do not, the rule must not be applied. */
    default boolean fits() {
        return true;
    }

    /** The element type of the numbers in the file. */
    default ScalarKind kind() {
        return sources().isEmpty() ? ScalarKind.F32 : sources().get(0).kind();
    }

    /** A tensor that is used unchanged. */
    record Plain(StoredTensor tensor) implements Part {
        @Override
        public List<Long> shape() {
            return tensor.shape();
        }

        @Override
        public String rule() {
            return "";
        }

        @Override
        public List<StoredTensor> sources() {
            return List.of(tensor);
        }
    }

    /** Pruned by {@code torch.nn.utils.prune}: the weight times its mask of zeros and ones. */
    record Masked(StoredTensor original, StoredTensor mask) implements Part {
        @Override
        public List<Long> shape() {
            return original.shape();
        }

        @Override
        public boolean fits() {
            return mask.shape().equals(original.shape());
        }

        @Override
        public String rule() {
            return "weight_orig times weight_mask (pruning)";
        }

        @Override
        public List<StoredTensor> sources() {
            return List.of(original, mask);
        }
    }

    /** Weight norm (Salimans and Kingma, 2016): the direction divided by its norm, times the magnitude. */
    record WeightNorm(StoredTensor magnitude, StoredTensor direction) implements Part {
        /** The result of {@link #dimension} if no dimension fits. */
        public static final int NONE = -2;

        /**
         * The dimension that has one magnitude for each index; -1 if there is one magnitude for the whole weight. If all
         * sizes of the magnitude are 1, the size of the direction in this dimension is also 1.
         */
        public int dimension() {
            List<Long> sides = direction.shape();
            if (direction.elements() == 0 || sides.isEmpty()) return NONE;
            if (magnitude.shape().isEmpty()) return -1;
            for (int d = 0; d < sides.size(); d++) {
                List<Long> expected = new ArrayList<>(Collections.nCopies(sides.size(), 1L));
                expected.set(d, sides.get(d));
                if (magnitude.shape().equals(expected)) return d;
            }
            return NONE;
        }

        @Override
        public boolean fits() {
            return dimension() != NONE;
        }

        @Override
        public List<Long> shape() {
            return direction.shape();
        }

        @Override
        public String rule() {
            return "weight norm folded";
        }

        @Override
        public List<StoredTensor> sources() {
            return List.of(magnitude, direction);
        }
    }

    /**
     * Spectral norm (Miyato et al., 2018): the weight divided by its largest singular value.
     *
     * @param left the singular vector with one number for each output channel
     * @param right the singular vector with one number for each weight of a channel
     */
    record SpectralNorm(StoredTensor original, StoredTensor left, StoredTensor right) implements Part {
        @Override
        public List<Long> shape() {
            return original.shape();
        }

        @Override
        public boolean fits() {
            if (original.shape().size() < 2 || original.elements() == 0) return false;
            long height = original.shape().get(0);
            return left.shape().equals(List.of(height)) && right.shape().equals(List.of(original.elements() / height));
        }

        @Override
        public String rule() {
            return "spectral norm folded";
        }

        @Override
        public List<StoredTensor> sources() {
            return List.of(original, left, right);
        }
    }

    /** A tensor filled with one value, for a tensor that the file does not need. */
    record Constant(List<Long> shape, float value) implements Part {
        @Override
        public String rule() {
            return "";
        }

        @Override
        public List<StoredTensor> sources() {
            return List.of();
        }
    }
}
