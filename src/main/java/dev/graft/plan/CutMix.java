package dev.graft.plan;

/**
 * A box of each picture is taken from the picture before it, at the same place; the targets are mixed by its area. A
 * batch's share is drawn from Beta(alpha, alpha), the box has 1 - share of the picture's area, around a point that is drawn
 * evenly, and is cut off at the edges. torchvision's {@code v2.CutMix} (Yun and others, "CutMix: Regularization Strategy to
 * Train Strong Classifiers with Localizable Features", 2019).
 *
 * @param alpha 0.001 to 1000; 1 makes all shares as likely
 */
public record CutMix(double alpha) implements Mixing {
    /** torchvision's alpha. */
    public static final CutMix STANDARD = new CutMix(1);

    /** Checks the range. */
    public CutMix {
        MixUp.requireAlpha("cutmix", alpha);
    }
}
