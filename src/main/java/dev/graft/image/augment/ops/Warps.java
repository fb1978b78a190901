package dev.graft.image.augment.ops;

/** Pixels that come from other places: Pillow's {@code Image.transform}, and its {@code rotate}. */
final class Warps {
    private Warps() {}

    /** Counter-clockwise about the middle; pixels that leave the picture are lost. */
    static Edit rotate(double degrees, Resampling how) {
        double angle = floorMod(degrees);
        return canvas -> {
            boolean square = canvas.width() == canvas.height();
            if (angle == 0) return;
            if (angle == 180) Moves.turnOver(canvas);
            else if (angle == 90 && square) Moves.quarterTurn(canvas);
            else if (angle == 270 && square) {
                Moves.quarterTurn(canvas);
                Moves.turnOver(canvas);
            } else transform(canvas, Matrix.rotation(angle, canvas.width(), canvas.height()), how);
        };
    }

    /** Python's {@code degrees % 360}. */
    private static double floorMod(double degrees) {
        double rest = degrees % 360;
        return rest < 0 ? rest + 360 : rest;
    }

    /** About the middle of the picture. */
    static Edit affine(Matrix.Pose pose, Resampling how) {
        return canvas -> transform(canvas, Matrix.inverse(pose, canvas.width() * 0.5, canvas.height() * 0.5), how);
    }

    /** About its top left corner. */
    static Edit shear(double degreesX, double degreesY, Resampling how) {
        Matrix matrix = Matrix.inverse(new Matrix.Pose(0, 0, 0, 1, degreesX, degreesY), 0, 0);
        return canvas -> transform(canvas, matrix, how);
    }

    static void transform(Canvas canvas, Matrix m, Resampling how) {
        byte[] to = canvas.filled(how.fill());
        if (how.interpolation() == Interpolation.BILINEAR) bilinear(canvas, to, m);
        else if (m.b() == 0 && m.d() == 0) scaled(canvas, to, m);
        else if (m.fitsFixed(canvas.width(), canvas.height())) fixed(canvas, to, m);
        else stepped(canvas, to, m);
        canvas.swap();
    }

    private static void bilinear(Canvas canvas, byte[] to, Matrix m) {
        Bilinear pixels = new Bilinear(canvas);
        for (int y = 0, i = 0; y < canvas.height(); y++)
            for (int x = 0; x < canvas.width(); x++, i += 3) {
                double atX = x + 0.5;
                double atY = y + 0.5;
                pixels.put(m.a() * atX + m.b() * atY + m.c(), m.d() * atX + m.e() * atY + m.f(), to, i);
            }
    }

    /** Rows and columns stay such: the places are sums of steps in float64. */
    private static void scaled(Canvas canvas, byte[] to, Matrix m) {
        int width = canvas.width();
        int[] columns = new int[width];
        double atX = m.c() + m.a() * 0.5;
        for (int x = 0; x < width; x++, atX += m.a()) columns[x] = pixel(atX, width);
        double atY = m.f() + m.e() * 0.5;
        for (int y = 0; y < canvas.height(); y++, atY += m.e()) {
            int row = pixel(atY, canvas.height());
            if (row < 0) continue;
            for (int x = 0; x < width; x++)
                if (columns[x] >= 0) copy(canvas.rgb(), 3 * (row * width + columns[x]), to, 3 * (y * width + x));
        }
    }

    /** The places have 16 bits after the point. */
    private static void fixed(Canvas canvas, byte[] to, Matrix m) {
        int width = canvas.width();
        int height = canvas.height();
        byte[] from = canvas.rgb();
        int stepX = bits(m.a());
        int stepY = bits(m.d());
        int firstX = bits(m.c() + m.a() * 0.5 + m.b() * 0.5);
        int firstY = bits(m.f() + m.d() * 0.5 + m.e() * 0.5);
        for (int y = 0, i = 0; y < height; y++) {
            int atX = firstX + y * bits(m.b());
            int atY = firstY + y * bits(m.e());
            for (int x = 0; x < width; x++, i += 3, atX += stepX, atY += stepY) {
                int column = atX >> 16;
                int row = atY >> 16;
                if (column >= 0 && column < width && row >= 0 && row < height)
                    copy(from, 3 * (row * width + column), to, i);
            }
        }
    }

    private static int bits(double value) {
        return (int) Math.floor(value * 65536.0 + 0.5);
    }

    /** For places too far away for fixed point. */
    private static void stepped(Canvas canvas, byte[] to, Matrix m) {
        double rowX = m.c() + m.b() * 0.5 + m.a() * 0.5;
        double rowY = m.f() + m.e() * 0.5 + m.d() * 0.5;
        for (int y = 0, i = 0; y < canvas.height(); y++, rowX += m.b(), rowY += m.e()) {
            double atX = rowX;
            double atY = rowY;
            for (int x = 0; x < canvas.width(); x++, i += 3, atX += m.a(), atY += m.d())
                nearest(canvas, atX, atY, to, i);
        }
    }

    /**
     * Bends a picture; the eight coefficients are torchvision's: x' = (a x + b y + c) / (g x + h y + 1), y' = (d x + e y +
     * f) / (g x + h y + 1).
     */
    static Edit perspective(double[] k, Resampling how) {
        return canvas -> {
            byte[] to = canvas.filled(how.fill());
            Bilinear pixels = how.interpolation() == Interpolation.BILINEAR ? new Bilinear(canvas) : null;
            for (int y = 0, i = 0; y < canvas.height(); y++)
                for (int x = 0; x < canvas.width(); x++, i += 3) {
                    double atX = x + 0.5;
                    double atY = y + 0.5;
                    double depth = k[6] * atX + k[7] * atY + 1;
                    double fromX = (k[0] * atX + k[1] * atY + k[2]) / depth;
                    double fromY = (k[3] * atX + k[4] * atY + k[5]) / depth;
                    if (pixels == null) nearest(canvas, fromX, fromY, to, i);
                    else pixels.put(fromX, fromY, to, i);
                }
            canvas.swap();
        };
    }

    private static void nearest(Canvas canvas, double x, double y, byte[] to, int at) {
        int column = pixel(x, canvas.width());
        int row = pixel(y, canvas.height());
        if (column >= 0 && row >= 0) copy(canvas.rgb(), 3 * (row * canvas.width() + column), to, at);
    }

    /** The pixel at a place; -1 outside. */
    private static int pixel(double at, int size) {
        return at >= 0 && at < size ? (int) at : -1;
    }

    private static void copy(byte[] from, int a, byte[] to, int b) {
        to[b] = from[a];
        to[b + 1] = from[a + 1];
        to[b + 2] = from[a + 2];
    }
}
