package dev.graft.model.names;

import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a tensor of the network is made of: one tensor of a file, or several and a rule. */
public sealed interface Part {
    /** The shape of what comes out. */
    List<Long> shape();

    /** What is read for it, in the order of the rule; empty for a constant. */
    List<StoredTensor> sources();

    /** How it is made of its sources, in PyTorch's words; empty for a tensor as it lies in the file. */
    String rule();

    /** Whether the shapes of the sources belong together: the rule must not be applied where they do not. */
    default boolean fits() {
        return true;
    }

    /** The kind of the numbers in the file. */
    default ScalarKind kind() {
        return sources().isEmpty() ? ScalarKind.F32 : sources().get(0).kind();
    }

    /** A tensor as it lies in the file. */
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
        /** What {@link #dimension} says where no dimension fits. */
        public static final int NONE = -2;

        /**
         * The dimension that has a magnitude for each index; -1 for one magnitude of the whole. Where all sides of the magnitude are 1,
         * the direction has that side too.
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
     * @param left the singular vector with a number for each output channel
     * @param right the singular vector with a number for each weight of a channel
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

    /** The same number everywhere, in place of a tensor that the file has no need of. */
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
