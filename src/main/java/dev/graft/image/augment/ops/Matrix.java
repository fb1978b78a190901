package dev.graft.image.augment.ops;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Where a pixel of the result comes from: x' = a x + b y + c, y' = d x + e y + f, in pixels from the picture's corner.
 *
 * @param a to {@code f}: finite
 * @param b see {@code a}
 * @param c see {@code a}
 * @param d see {@code a}
 * @param e see {@code a}
 * @param f see {@code a}
 */
record Matrix(double a, double b, double c, double d, double e, double f) {
    private static final double RADIANS = Math.PI / 180;

    /** Pillow's matrix of a rotation about the middle, counter-clockwise; its entries are rounded to 15 decimals. */
    static Matrix rotation(double degrees, int width, int height) {
        double angle = -degrees * RADIANS;
        double cos = rounded(StrictMath.cos(angle));
        double sin = rounded(StrictMath.sin(angle));
        double minusSin = rounded(-StrictMath.sin(angle));
        double x = width / 2.0;
        double y = height / 2.0;
        return new Matrix(cos, sin, cos * -x + sin * -y + 0.0 + x, minusSin, cos, minusSin * -x + cos * -y + 0.0 + y);
    }

    private static double rounded(double value) {
        return new BigDecimal(value).setScale(15, RoundingMode.HALF_EVEN).doubleValue();
    }

    /** torchvision's inverse matrix of {@code affine}: a rotation clockwise, a scale, shears and a translation about a point. */
    static Matrix inverse(Pose pose, double x, double y) {
        double turn = pose.degrees() * RADIANS;
        double shearX = pose.shearX() * RADIANS;
        double shearY = pose.shearY() * RADIANS;
        double a = StrictMath.cos(turn - shearY) / StrictMath.cos(shearY);
        double b = -(a * StrictMath.tan(shearX) + StrictMath.sin(turn));
        double c = StrictMath.sin(turn - shearY) / StrictMath.cos(shearY);
        double d = StrictMath.cos(turn) - c * StrictMath.tan(shearX);
        double scale = pose.scale();
        double xx = d / scale;
        double xy = -b / scale;
        double yx = -c / scale;
        double yy = a / scale;
        double movedX = x + pose.right();
        double movedY = y + pose.down();
        return new Matrix(xx, xy, x - xx * movedX - xy * movedY, yx, yy, y - yx * movedX - yy * movedY);
    }

    /**
     * The parameters of torchvision's {@code affine}.
     *
     * @param degrees clockwise
     * @param right pixels
     * @param down pixels
     * @param scale above 0
     * @param shearX degrees
     * @param shearY degrees
     */
    record Pose(double degrees, int right, int down, double scale, double shearX, double shearY) {}

    /** Whether Pillow computes the places in fixed point: all within the range of 16 bits before the point. */
    boolean fitsFixed(int width, int height) {
        return near(0, 0) && near(width, height) && near(0, height) && near(width, 0);
    }

    private boolean near(int x, int y) {
        return Math.abs(x * a + y * b + c) < 32768 && Math.abs(x * d + y * e + f) < 32768;
    }
}
