package dev.graft.plan;

/**
 * What happens to gradients that are too large, before the optimizer's step: first the limit for each number, as {@code
 * torch.nn.utils.clip_grad_value_}, then the limit for the norm of all gradients together, as {@code
 * torch.nn.utils.clip_grad_norm_} with the Euclidean norm.
 *
 * @param value the largest absolute value of a number; 0 for no limit
 * @param norm the largest norm; 0 for no limit
 */
public record Clipping(double value, double norm) {
    /** Gradients stay as they are. */
    public static final Clipping NONE = new Clipping(0, 0);

    /** Checks the ranges. */
    public Clipping {
        if (!(value >= 0 && Double.isFinite(value) && norm >= 0 && Double.isFinite(norm)))
            throw new IllegalArgumentException(
                    "clipping: the limits must be 0 (no limit) or greater, were " + value + " and " + norm);
    }

    /** A limit for the norm of all gradients together. */
    public static Clipping norm(double most) {
        return new Clipping(0, most);
    }

    /** A limit for the absolute value of each number. */
    public static Clipping value(double most) {
        return new Clipping(most, 0);
    }
}
