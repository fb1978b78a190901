package dev.graft.examples;

import static dev.graft.examples.Brush.oval;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.random.RandomGenerator;

/** A room: wall, floor, and what stands and hangs there. */
final class Room {
    private final Brush brush;
    private final RandomGenerator random;
    private final double width;
    private final double height;
    private final double horizon;

    Room(Place place) {
        brush = place.brush();
        random = place.random();
        width = place.width();
        height = place.height();
        horizon = place.horizon();
    }

    void draw() {
        Color wall = Coat.jitter(Coat.one(Scene.WALLS, random), 12, random);
        Color floor = Coat.jitter(Coat.one(Scene.FLOORS, random), 12, random);
        brush.shaded(new Rectangle2D.Double(0, 0, width, horizon), wall);
        if (random.nextBoolean()) wallpaper(Coat.mix(wall, Color.WHITE, 0.18));
        if (random.nextBoolean()) frame();
        brush.shaded(new Rectangle2D.Double(0, horizon, width, height - horizon), floor);
        brush.flat(
                new Rectangle2D.Double(0, horizon - height * 0.025, width, height * 0.025),
                Coat.mix(wall, Color.WHITE, 0.5));
        if (random.nextBoolean()) boards(Coat.mix(floor, Color.BLACK, 0.25));
        else
            brush.shaded(
                    oval(
                            width * random.nextDouble(0.3, 0.7),
                            (horizon + height) / 2,
                            width * 0.45,
                            (height - horizon) * 0.35),
                    Coat.one(Scene.WALLS, random));
        if (random.nextDouble() < 0.4) sofa(Coat.jitter(Coat.one(Scene.TOYS, random), 20, random));
    }

    private void wallpaper(Color stripe) {
        double pitch = width * random.nextDouble(0.04, 0.1);
        for (double x = random.nextDouble(0, pitch); x < width; x += pitch)
            brush.flat(new Rectangle2D.Double(x, 0, pitch * 0.4, horizon), stripe);
    }

    private void boards(Color joint) {
        for (int i = -8; i <= 16; i++)
            brush.line(
                    new Line2D.Double(width * (0.3 + i * 0.05), horizon, width * (0.3 + (i - 4) * 0.16), height),
                    1.2,
                    joint);
    }

    private void frame() {
        double w = width * random.nextDouble(0.18, 0.34);
        Shape outer = new Rectangle2D.Double(
                width * random.nextDouble(0, 0.75), horizon * 0.08, w, horizon * random.nextDouble(0.4, 0.7));
        brush.shaded(outer, Coat.one(Scene.FLOORS, random));
        Rectangle2D o = outer.getBounds2D();
        brush.shaded(
                new Rectangle2D.Double(o.getX() + 6, o.getY() + 6, o.getWidth() - 12, o.getHeight() - 12),
                Coat.one(Scene.SKIES, random));
    }

    private void sofa(Color color) {
        double x = width * random.nextDouble(-0.2, 0.5);
        double w = width * random.nextDouble(0.5, 0.8);
        double h = height * 0.28;
        brush.shaded(new RoundRectangle2D.Double(x, horizon - h, w, h * 1.3, 40, 40), color);
        brush.shaded(
                new RoundRectangle2D.Double(x + 10, horizon - h * 0.35, w - 20, h * 0.6, 30, 30),
                Coat.mix(color, Color.WHITE, 0.15));
    }
}
