package dev.graft.examples;

import static dev.graft.examples.Brush.blob;
import static dev.graft.examples.Brush.oval;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Rectangle2D;
import java.util.random.RandomGenerator;

/**
 * A whole cat or dog in one of four poses, in units of half its head's width, the head at the origin.
 *
 * <p>Cats are slim with a long thin tail, dogs heavy with thick legs and a short tail.
 */
final class DrawnAnimal {
    /** Where the animal is and the room it takes, ears to paws. */
    enum Pose {
        PORTRAIT(-1.5, -1.6, 1.5, 1.9),
        SITTING(-1.7, -1.6, 2.1, 3.7),
        STANDING(-1.4, -1.6, 5.0, 3.7),
        LYING(-1.6, -1.6, 4.4, 2.3);

        final Rectangle2D box;

        Pose(double left, double top, double right, double bottom) {
            box = new Rectangle2D.Double(left, top, right - left, bottom - top);
        }
    }

    private final Animal animal;
    private final Brush brush;
    private final Coat coat;
    private final RandomGenerator random;
    /** Breadth of the torso and of a leg. */
    private final double girth;

    private final double leg;

    DrawnAnimal(Animal animal, Brush brush, Coat coat, RandomGenerator random) {
        this.animal = animal;
        this.brush = brush;
        this.coat = coat;
        this.random = random;
        boolean cat = animal == Animal.CAT;
        girth = cat ? random.nextDouble(0.66, 0.8) : random.nextDouble(0.88, 1.05);
        leg = cat ? random.nextDouble(0.3, 0.36) : random.nextDouble(0.42, 0.52);
    }

    void draw(Pose pose) {
        switch (pose) {
            case PORTRAIT -> shoulders();
            case SITTING -> sitting();
            case STANDING -> standing();
            case LYING -> lying();
        }
        double tilt = random.nextDouble(-0.16, 0.16);
        DrawnFace.draw(animal, brush.at(0, 0, 1, false, tilt), coat, random);
    }

    private void shoulders() {
        brush.furry(
                blob(
                        -0.6,
                        0.4,
                        -1.0,
                        1.3,
                        -0.6 - girth,
                        3.2,
                        0,
                        3.4,
                        0.6 + girth,
                        3.2,
                        1.0,
                        1.3,
                        0.6,
                        0.4,
                        0,
                        0,
                        -0.6,
                        0.4),
                coat.fur(),
                0.22);
        bib(1.7);
        collar(0.95);
    }

    private void sitting() {
        tail(0.8 * girth + 0.2, 3.1, 1);
        double wide = girth + 0.42;
        Shape body = blob(
                -0.5,
                0.4,
                -0.7 - 0.3 * girth,
                1.6,
                -wide,
                2.9,
                -wide,
                3.6,
                0,
                3.55,
                wide,
                3.6,
                wide,
                2.9,
                0.7 + 0.3 * girth,
                1.6,
                0.5,
                0.4,
                0,
                0,
                -0.5,
                0.4);
        brush.furry(body, coat.fur(), 0.2);
        markings(body);
        bib(1.6);
        for (int side = -1; side <= 1; side += 2) {
            brush.furry(oval(side * wide * 0.86, 3.35, 0.32 + 0.5 * leg, 0.26), coat.fur(), 0.12);
            foreleg(side * (0.2 + 0.55 * leg), 1.9, 3.4);
        }
        collar(0.9);
    }

    private void standing() {
        tail(2.2 + 1.45, 1.25, 1);
        Color far = Coat.mix(coat.fur(), coat.dark(), 0.5);
        hindOrFore(1.25, far);
        hindOrFore(3.25, far);
        Shape body = torso(2.15, 1.55, 1.85, girth);
        brush.furry(body, coat.fur(), 0.22);
        markings(body);
        neck();
        hindOrFore(0.85, coat.fur());
        hindOrFore(3.6, coat.fur());
        collar(0.85);
    }

    private void lying() {
        tail(3.6, 1.75, 0.35);
        Shape body = torso(2.0, 1.35, 1.95, girth);
        brush.furry(body, coat.fur(), 0.22);
        markings(body);
        brush.furry(oval(3.2, 1.45, 0.8, girth * 0.85), coat.fur(), 0.2);
        neck();
        for (int i = 0; i < 2; i++) {
            double y = 1.85 + 0.2 * i;
            brush.limb(new double[] {1.3, y - 0.2, 0.7, y, 0.2, y, -0.5 + 0.3 * i, y}, leg, coat.fur());
            brush.furry(oval(-0.5 + 0.3 * i, y + 0.02, 0.28, 0.62 * leg), coat.pale(), 0.08);
        }
        brush.furry(oval(3.0, 2.1, 0.55, 0.6 * leg), coat.fur(), 0.1);
        collar(0.85);
    }

    private static Shape torso(double x, double y, double half, double girth) {
        return blob(
                x - half,
                y,
                x - half,
                y - 1.25 * girth,
                x - 0.3,
                y - 0.85 * girth,
                x + half,
                y - 1.1 * girth,
                x + half,
                y + 0.1,
                x + half * 0.9,
                y + girth,
                x,
                y + girth * 0.72,
                x - half,
                y + girth * 1.25,
                x - half,
                y);
    }

    private void neck() {
        brush.furry(
                blob(-0.5, 0.4, 0.1, -0.3, 0.6, -0.3, 1.2, 0.3, 1.7, 0.9, 1.3, 2.0, 0.6, 1.9, 0.1, 1.4, -0.5, 0.4),
                coat.fur(),
                0.2);
    }

    private void hindOrFore(double x, Color color) {
        double step = random.nextDouble(-0.25, 0.25);
        brush.limb(new double[] {x, 1.7, x, 2.3, x + step, 2.8, x + step, 3.4}, leg, color);
        brush.furry(oval(x + step - 0.1, 3.45, 0.55 * leg + 0.1, 0.42 * leg), color, 0.08);
    }

    private void foreleg(double x, double top, double bottom) {
        brush.limb(
                new double[] {x, top, x, top + 0.5, x, bottom - 0.5, x, bottom},
                leg,
                Coat.mix(coat.fur(), coat.pale(), 0.25));
        brush.furry(oval(x, bottom + 0.05, 0.62 * leg, 0.45 * leg), coat.pale(), 0.08);
    }

    private void bib(double y) {
        brush.furry(
                blob(-0.3, y - 0.8, -0.6, y, 0, y + 0.9, 0.6, y, 0.3, y - 0.8, 0, y - 0.9, -0.3, y - 0.8),
                coat.pale(),
                0.16);
    }

    private void collar(double y) {
        if (random.nextDouble() < 0.4) {
            brush.curve(
                    new double[] {-0.62, y - 0.12, -0.3, y + 0.22, 0.3, y + 0.22, 0.62, y - 0.12}, 0.15, coat.collar());
            brush.shaded(oval(0, y + 0.24, 0.11, 0.11), new Color(0xE0B84A));
        }
    }

    /** @param rise how far it rises: 1 stands up, 0 lies on the ground */
    private void tail(double x, double y, double rise) {
        double wag = random.nextDouble(-0.25, 0.25);
        if (animal == Animal.CAT)
            brush.limb(
                    new double[] {
                        x, y, x + 1.3, y + 0.1, x + 0.5 + wag, y - 1.9 * rise, x + 1.3 + wag, y - 2.2 * rise - 0.1
                    },
                    0.24,
                    coat.fur());
        else
            brush.furry(
                    blob(
                            x - 0.2,
                            y + 0.25,
                            x + 0.7,
                            y,
                            x + 1.0 + wag,
                            y - 0.9 * rise,
                            x + 0.5,
                            y - 0.5 * rise - 0.3,
                            x - 0.3,
                            y - 0.3,
                            x - 0.3,
                            y,
                            x - 0.2,
                            y + 0.25),
                    coat.fur(),
                    0.22);
    }

    private void markings(Shape body) {
        Brush within = brush.inside(body);
        Rectangle2D box = body.getBounds2D();
        for (int i = 0; i < 7; i++) {
            double x = box.getX() + box.getWidth() * (i + random.nextDouble(0.2, 0.8)) / 7;
            double y = box.getY() + box.getHeight() * random.nextDouble(0.1, 0.7);
            switch (coat.pattern()) {
                case PLAIN -> {}
                case PATCHES -> {
                    if (i % 3 == 0)
                        within.furry(
                                oval(x, y, random.nextDouble(0.3, 0.6), random.nextDouble(0.25, 0.5)),
                                coat.dark(),
                                0.16);
                }
                case STRIPES ->
                    within.curve(
                            new double[] {x, box.getY(), x + 0.1, box.getY() + 0.3, x - 0.1, y + 0.2, x, y + 0.5},
                            0.12,
                            coat.dark());
            }
        }
    }
}
