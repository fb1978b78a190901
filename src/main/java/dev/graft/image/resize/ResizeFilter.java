package dev.graft.image.resize;

/**
 * Five averaging filters of Pillow's {@code Image.resize}. A filter gives the weight of a source pixel by its distance.
 */
public enum ResizeFilter {
    /** Equal weights for all source pixels under the output pixel: {@code Image.BOX}. */
    BOX(0.5) {
        @Override
        double weight(double x) {
            return x > -0.5 && x <= 0.5 ? 1 : 0;
        }
    },
    /** A triangle: {@code Image.BILINEAR}, torchvision's default. */
    BILINEAR(1) {
        @Override
        double weight(double x) {
            return Math.max(0, 1 - Math.abs(x));
        }
    },
    /** A sinc with a Hamming window: {@code Image.HAMMING}, sharper than the triangle. */
    HAMMING(1) {
        @Override
        double weight(double x) {
            double far = Math.abs(x);
            if (far == 0) return 1;
            if (far >= 1) return 0;
            double angle = far * Math.PI;
            return Math.sin(angle) / angle * (0.54f + 0.46f * Math.cos(angle)); // Pillow's constants are floats
        }
    },
    /** Cubic pieces with a = -0.5: {@code Image.BICUBIC}. */
    BICUBIC(2) {
        @Override
        double weight(double x) {
            double a = -0.5;
            double far = Math.abs(x);
            if (far < 1) return ((a + 2) * far - (a + 3)) * far * far + 1;
            if (far < 2) return (((far - 5) * far + 8) * far - 4) * a;
            return 0;
        }
    },
    /** A windowed sinc, three pixels wide on each side: {@code Image.LANCZOS}. */
    LANCZOS(3) {
        @Override
        double weight(double x) {
            return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
        }
    };

    private final double support;

    ResizeFilter(double support) {
        this.support = support;
    }

    /** The radius of the filter, in pixels of the coarser picture. */
    double support() {
        return support;
    }

    /** The weight of a pixel at this distance, before normalisation to a sum of 1. */
    abstract double weight(double x);

    private static double sinc(double x) {
        if (x == 0) return 1;
        double angle = x * Math.PI;
        return Math.sin(angle) / angle;
    }
}
