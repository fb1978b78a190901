package dev.graft.examples;

import static dev.graft.examples.Brush.oval;

import java.awt.Color;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.random.RandomGenerator;

/** A meadow: sky, hills, trees and grass. */
final class Meadow {
    private final Brush brush;
    private final RandomGenerator random;
    private final double width;
    private final double height;
    private final double horizon;

    Meadow(Place place) {
        brush = place.brush();
        random = place.random();
        width = place.width();
        height = place.height();
        horizon = place.horizon();
    }

    void draw() {
        Color sky = Coat.jitter(Coat.one(Scene.SKIES, random), 14, random);
        brush.shaded(new Rectangle2D.Double(0, 0, width, height), sky);
        for (int i = random.nextInt(4); i > 0; i--) cloud(Coat.mix(sky, Color.WHITE, 0.6));
        Color green = Coat.jitter(Coat.one(Scene.GREENS, random), 14, random);
        for (int i = 0; i < 2; i++)
            brush.shaded(
                    oval(
                            width * random.nextDouble(0, 1),
                            horizon + height * 0.06,
                            width * random.nextDouble(0.4, 0.8),
                            height * random.nextDouble(0.1, 0.22)),
                    Coat.mix(green, sky, 0.4));
        for (int i = random.nextInt(4); i > 0; i--) tree(Coat.jitter(green, 20, random));
        if (random.nextDouble() < 0.4) fence();
        brush.shaded(new Rectangle2D.Double(0, horizon, width, height - horizon), green);
        for (int i = 0; i < 160; i++) {
            double x = random.nextDouble(0, width);
            double y = random.nextDouble(horizon, height + 8);
            double blade = height * 0.03 * (0.5 + (y - horizon) / (height - horizon));
            Color color =
                    Coat.mix(green, random.nextBoolean() ? Color.WHITE : Color.BLACK, random.nextDouble(0.05, 0.3));
            brush.line(new Line2D.Double(x, y, x + random.nextDouble(-4, 4), y - blade), 1.3, color);
        }
    }

    private void cloud(Color color) {
        double x = random.nextDouble(0, width);
        double y = random.nextDouble(0, horizon * 0.6);
        for (int i = 0; i < 5; i++)
            brush.flat(
                    oval(x + (i - 2) * width * 0.05, y + random.nextDouble(-6, 6), width * 0.06, height * 0.035),
                    color);
    }

    private void tree(Color leaves) {
        double x = random.nextDouble(0, width);
        double size = height * random.nextDouble(0.1, 0.2);
        brush.shaded(
                new Rectangle2D.Double(x - size * 0.1, horizon - size, size * 0.2, size * 1.1), new Color(0x5D4433));
        for (int i = 0; i < 6; i++)
            brush.shaded(
                    oval(
                            x + size * random.nextDouble(-0.5, 0.5),
                            horizon - size * random.nextDouble(1, 1.9),
                            size * 0.45,
                            size * 0.4),
                    Coat.jitter(leaves, 12, random));
    }

    private void fence() {
        Color wood = Coat.jitter(new Color(0xB59A78), 25, random);
        double pitch = width * 0.09;
        for (double x = 4; x < width; x += pitch)
            brush.shaded(new Rectangle2D.Double(x, horizon - height * 0.17, pitch * 0.5, height * 0.2), wood);
        brush.flat(
                new Rectangle2D.Double(0, horizon - height * 0.12, width, height * 0.025),
                Coat.mix(wood, Color.BLACK, 0.2));
    }
}
