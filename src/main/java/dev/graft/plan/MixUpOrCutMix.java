package dev.graft.plan;

/**
 * One of both for each batch, as likely as the other: torchvision's {@code v2.RandomChoice} of them.
 *
 * @param mixUp alpha of {@link MixUp}, 0.001 to 1000
 * @param cutMix alpha of {@link CutMix}, 0.001 to 1000
 */
public record MixUpOrCutMix(double mixUp, double cutMix) implements Mixing {
    /** torchvision's alphas. */
    public static final MixUpOrCutMix STANDARD = new MixUpOrCutMix(1, 1);

    /** Checks the ranges. */
    public MixUpOrCutMix {
        MixUp.requireAlpha("mixup", mixUp);
        MixUp.requireAlpha("cutmix", cutMix);
    }
}
