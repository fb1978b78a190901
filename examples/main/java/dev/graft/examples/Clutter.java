package dev.graft.examples;

import static dev.graft.examples.Brush.oval;

import java.awt.Color;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.random.RandomGenerator;

/** Things that lie about: balls, plants, boxes and bowls. */
final class Clutter {
    private final Brush brush;
    private final RandomGenerator random;
    private final double width;
    private final double height;
    private final double horizon;

    Clutter(Place place) {
        brush = place.brush();
        random = place.random();
        width = place.width();
        height = place.height();
        horizon = place.horizon();
    }

    /** Up to {@code most} of them. */
    void draw(int most) {
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            double x = width * random.nextDouble(0, 1);
            double y = horizon + (height - horizon) * random.nextDouble(0.1, 1);
            double size = height * random.nextDouble(0.05, 0.11);
            switch (random.nextInt(4)) {
                case 0 -> ball(x, y, size);
                case 1 -> plant(x, y, size);
                case 2 -> box(x, y, size);
                default -> bowl(x, y, size);
            }
        }
    }

    private void ball(double x, double y, double size) {
        brush.shaded(oval(x, y, size, size), Coat.one(Scene.TOYS, random));
        brush.curve(
                new double[] {
                    x - size * 0.8, y, x - size * 0.3, y - size * 0.5, x + size * 0.3, y - size * 0.5, x + size * 0.8, y
                },
                size * 0.12,
                Color.WHITE);
    }

    private void plant(double x, double y, double size) {
        Color leaf = Coat.jitter(Coat.one(Scene.GREENS, random), 20, random);
        for (int i = -3; i <= 3; i++)
            brush.curve(
                    new double[] {
                        x,
                        y,
                        x + i * size * 0.2,
                        y - size,
                        x + i * size * 0.4,
                        y - size * 2,
                        x + i * size * 0.7,
                        y - size * 1.9
                    },
                    size * 0.22,
                    leaf);
        brush.shaded(new Rectangle2D.Double(x - size * 0.6, y, size * 1.2, size), new Color(0xA8603C));
    }

    private void box(double x, double y, double size) {
        Color color = Coat.one(Scene.TOYS, random);
        brush.shaded(new Rectangle2D.Double(x - size, y - size, size * 2, size * 1.5), color);
        Path2D.Double lid = Brush.blob(
                x - size,
                y - size,
                x - size,
                y - size,
                x - size * 0.5,
                y - size * 1.5,
                x,
                y - size * 1.5,
                x + size * 1.4,
                y - size * 1.5,
                x + size,
                y - size,
                x - size,
                y - size);
        brush.flat(lid, Coat.mix(color, Color.WHITE, 0.3));
    }

    private void bowl(double x, double y, double size) {
        Color color = Coat.one(Scene.TOYS, random);
        brush.shaded(
                Brush.blob(
                        x - size,
                        y,
                        x - size * 0.8,
                        y + size,
                        x,
                        y + size,
                        x + size * 0.8,
                        y + size,
                        x + size,
                        y,
                        x,
                        y - 1,
                        x - size,
                        y),
                color);
        brush.flat(oval(x, y, size, size * 0.28), Coat.mix(color, Color.BLACK, 0.35));
    }
}
