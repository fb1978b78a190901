package dev.graft.examples;

import static dev.graft.examples.Brush.blob;
import static dev.graft.examples.Brush.oval;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.util.random.RandomGenerator;

/**
 * The face of a cat or a dog, about two units wide around the origin.
 *
 * <p>What tells them apart: pointed ears, slit eyes, a small nose and whiskers, or hanging ears, round eyes, a muzzle
 * with a broad nose and often a tongue.
 */
final class DrawnFace {
    private static final Color PINK = new Color(0xD98880);
    private static final Color TONGUE = new Color(0xD9606A);
    private static final Color BLACK = new Color(0x1C1715);
    private static final Color WHITE = new Color(0xFBF7F0);

    private final Brush brush;
    private final Coat coat;
    private final RandomGenerator random;
    /** How far the face looks to one side. */
    private final double turn;

    private DrawnFace(Brush brush, Coat coat, RandomGenerator random) {
        this.brush = brush;
        this.coat = coat;
        this.random = random;
        turn = random.nextDouble(-0.24, 0.24);
    }

    static void draw(Animal animal, Brush brush, Coat coat, RandomGenerator random) {
        DrawnFace face = new DrawnFace(brush, coat, random);
        switch (animal) {
            case CAT -> face.cat();
            case DOG -> face.dog();
        }
    }

    private void cat() {
        double height = random.nextDouble(1.5, 1.8);
        double spread = random.nextDouble(0.72, 0.98);
        Color shade = earShade();
        for (int side = -1; side <= 1; side += 2) catEar(side, spread, height, shade);
        Shape head = oval(0, 0, random.nextDouble(1.0, 1.12), random.nextDouble(0.86, 0.94));
        brush.furry(head, coat.fur(), 0.16);
        markings(head);
        brush.furry(oval(turn - 0.2, 0.42, 0.29, 0.23), coat.pale(), 0.08);
        brush.furry(oval(turn + 0.2, 0.42, 0.29, 0.23), coat.pale(), 0.08);
        for (int side = -1; side <= 1; side += 2) catEye(turn + side * 0.43, -0.1, side);
        double x = turn * 1.1;
        brush.flat(
                blob(x - 0.13, 0.18, x, 0.14, x + 0.13, 0.18, x + 0.08, 0.3, x, 0.33, x - 0.08, 0.3, x - 0.13, 0.18),
                PINK);
        for (int side = -1; side <= 1; side += 2)
            brush.curve(new double[] {x, 0.33, x, 0.52, x + side * 0.16, 0.6, x + side * 0.3, 0.5}, 0.035, BLACK);
        whiskers(x);
    }

    private void catEar(int side, double spread, double height, Color color) {
        double tipX = side * spread;
        brush.furry(
                blob(
                        side * 1.02,
                        -0.2,
                        side * 1.08,
                        -0.9,
                        tipX,
                        -height,
                        side * 0.4,
                        -1.1,
                        side * 0.12,
                        -0.78,
                        side * 0.5,
                        -0.3,
                        side * 1.02,
                        -0.2),
                color,
                0.12);
        brush.shaded(
                blob(
                        side * 0.88,
                        -0.5,
                        side * 0.95,
                        -0.95,
                        tipX,
                        -height + 0.22,
                        side * 0.48,
                        -1.05,
                        side * 0.32,
                        -0.8,
                        side * 0.6,
                        -0.6,
                        side * 0.88,
                        -0.5),
                Coat.mix(PINK, coat.pale(), 0.35));
    }

    private void catEye(double x, double y, int side) {
        double slant = 0.07 * side;
        Shape eye = blob(
                x - 0.27, y + slant, x - 0.04, y - 0.34, x + 0.27, y - slant, x + 0.04, y + 0.32, x - 0.27, y + slant);
        brush.line(eye, 0.07, BLACK);
        brush.flat(eye, coat.eye());
        brush.flat(oval(x, y, random.nextDouble(0.045, 0.08), 0.165), BLACK);
        brush.flat(oval(x + 0.07, y - 0.08, 0.04, 0.04), WHITE);
    }

    private void whiskers(double x) {
        Color color = Coat.mix(WHITE, coat.pale(), 0.2);
        for (int side = -1; side <= 1; side += 2)
            for (int i = 0; i < 3; i++) {
                double end = 0.2 + 0.24 * i + random.nextDouble(-0.06, 0.06);
                double[] hair = {
                    x + side * 0.28,
                    0.4 + 0.05 * i,
                    x + side * 0.7,
                    0.3 + 0.1 * i,
                    x + side * 1.1,
                    end,
                    x + side * 1.5,
                    end + 0.1
                };
                brush.curve(hair, 0.06, Coat.mix(BLACK, coat.dark(), 0.5));
                brush.curve(hair, 0.035, color);
            }
    }

    private void dog() {
        Shape head = oval(0, -0.05, random.nextDouble(0.82, 0.92), random.nextDouble(0.94, 1.04));
        brush.furry(head, coat.fur(), 0.16);
        markings(head);
        double x = turn * 1.35;
        if (random.nextDouble() < 0.85) tongue(x);
        double broad = random.nextDouble(0.56, 0.66);
        brush.furry(oval(x, 0.48, broad, 0.44), coat.pale(), 0.1);
        for (int side = -1; side <= 1; side += 2) {
            brush.curve(new double[] {x, 0.36, x, 0.62, x + side * 0.12, 0.72, x + side * 0.36, 0.62}, 0.045, BLACK);
            dogEye(turn + side * 0.37, -0.22);
        }
        brush.shaded(oval(x, 0.24, 0.29, 0.21), BLACK);
        brush.flat(oval(x - 0.06, 0.16, 0.07, 0.035), Coat.mix(BLACK, WHITE, 0.55));
        double length = random.nextDouble(0.7, 1.25);
        Color ear = earShade();
        for (int side = -1; side <= 1; side += 2) dogEar(side, length, ear);
    }

    private void dogEar(int side, double length, Color color) {
        double tip = side * random.nextDouble(1.12, 1.3);
        brush.furry(
                blob(
                        side * 0.42,
                        -0.93,
                        side * 1.1,
                        -1.2,
                        side * 1.22,
                        -0.35,
                        side * 1.6,
                        length - 0.1,
                        tip,
                        length,
                        side * 0.82,
                        length + 0.05,
                        side * 0.84,
                        0,
                        side * 0.8,
                        -0.5,
                        side * 0.42,
                        -0.93),
                color,
                0.2);
    }

    private void dogEye(double x, double y) {
        brush.flat(oval(x, y, 0.17, 0.17), Coat.mix(BLACK, coat.dark(), 0.3));
        brush.flat(oval(x, y, 0.135, 0.135), coat.eye());
        brush.flat(oval(x, y, 0.085, 0.085), BLACK);
        brush.flat(oval(x + 0.05, y - 0.06, 0.04, 0.04), WHITE);
    }

    private void tongue(double x) {
        double length = random.nextDouble(1.15, 1.45);
        brush.shaded(
                blob(x - 0.2, 0.6, x - 0.3, length, x, length, x + 0.3, length, x + 0.2, 0.6, x, 0.5, x - 0.2, 0.6),
                TONGUE);
        brush.line(new Line2D.Double(x, 0.7, x, length - 0.2), 0.03, Coat.mix(TONGUE, BLACK, 0.3));
    }

    private Color earShade() {
        return Coat.mix(coat.fur(), random.nextBoolean() ? coat.dark() : coat.pale(), random.nextDouble(0.2, 0.7));
    }

    private void markings(Shape head) {
        Brush within = brush.inside(head);
        switch (coat.pattern()) {
            case PLAIN -> {}
            case PATCHES -> within.furry(oval(random.nextBoolean() ? 0.5 : -0.5, -0.3, 0.45, 0.6), coat.dark(), 0.14);
            case STRIPES -> {
                for (int i = -2; i <= 2; i++)
                    within.curve(
                            new double[] {i * 0.2, -1.0, i * 0.2, -0.8, i * 0.16, -0.6, i * 0.14, -0.42},
                            0.08,
                            coat.dark());
            }
        }
    }
}
