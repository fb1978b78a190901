package dev.graft.mix;

import org.bytedeco.pytorch.Tensor;

/**
 * CutMix: a box from the predecessor.
 *
 * @param left first column of the box
 * @param top first row of the box
 * @param right the column behind its last
 * @param bottom the row behind its last
 * @param share the part of the picture's area outside the box, 0 to 1
 */
record Cut(int left, int top, int right, int bottom, double share) implements Mix {
    /**
     * A box around a point, with a part of the picture's area, as far as it lies in the picture.
     *
     * @param share the part of the area that a box within the picture would leave, 0 to 1
     */
    static Cut around(int x, int y, double share, int width, int height) {
        double half = 0.5 * Math.sqrt(1 - share);
        int halfWidth = (int) (half * width);
        int halfHeight = (int) (half * height);
        int left = Math.max(x - halfWidth, 0);
        int top = Math.max(y - halfHeight, 0);
        int right = Math.min(x + halfWidth, width);
        int bottom = Math.min(y + halfHeight, height);
        double area = (double) (right - left) * (bottom - top);
        return new Cut(left, top, right, bottom, 1 - area / ((double) width * height));
    }

    @Override
    public Tensor images(Tensor images, Tensor before) {
        Tensor mixed = images.clone();
        box(mixed).copy_(box(before));
        return mixed;
    }

    private Tensor box(Tensor of) {
        return of.narrow(2, top, bottom - top).narrow(3, left, right - left);
    }
}
