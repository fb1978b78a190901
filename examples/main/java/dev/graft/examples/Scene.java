package dev.graft.examples;

import static dev.graft.examples.Brush.oval;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.List;
import java.util.random.RandomGenerator;

/** The place around the animal: a room, a meadow or a studio, and things that lie about. It knows nothing of the animal. */
final class Scene {
    private static final List<Color> WALLS = List.of(
            new Color(0xCFC4AE),
            new Color(0x9FB3B5),
            new Color(0xB58F7B),
            new Color(0x7C8A6B),
            new Color(0xD8CFC4),
            new Color(0x6F7688),
            new Color(0xC2A15E));
    private static final List<Color> FLOORS = List.of(
            new Color(0x8B6B4A), new Color(0xA98B68), new Color(0x6E6259), new Color(0xB7A79A), new Color(0x5D4A3B));
    private static final List<Color> SKIES =
            List.of(new Color(0x8FB8DE), new Color(0xB9CBD6), new Color(0xE3C9A8), new Color(0x7E9CC0));
    private static final List<Color> GREENS =
            List.of(new Color(0x5E8C3A), new Color(0x7F9B4E), new Color(0x4C6B3C), new Color(0x96A05A));
    private static final List<Color> TOYS = List.of(
            new Color(0xC0392B),
            new Color(0x2E6DA4),
            new Color(0xE0B030),
            new Color(0x3E9B6E),
            new Color(0xA569BD),
            new Color(0xD2793A));

    private final Brush brush;
    private final RandomGenerator random;
    private final double width;
    private final double height;
    private final double horizon;

    Scene(Brush brush, double width, double height, RandomGenerator random) {
        this.brush = brush;
        this.random = random;
        this.width = width;
        this.height = height;
        horizon = height * random.nextDouble(0.45, 0.72);
    }

    void drawBackground() {
        switch (random.nextInt(3)) {
            case 0 -> room();
            case 1 -> meadow();
            default -> studio();
        }
    }

    /** Up to four things, small and near the edges when they stand in front. */
    void drawClutter(int most) {
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

    /** The air between: what is far has less contrast. */
    void drawHaze() {
        Color air = Coat.one(WALLS, random);
        int opacity = random.nextInt(60, 130);
        brush.flat(
                new Rectangle2D.Double(0, 0, width, height),
                new Color(air.getRed(), air.getGreen(), air.getBlue(), opacity));
    }

    private void room() {
        Color wall = Coat.jitter(Coat.one(WALLS, random), 12, random);
        Color floor = Coat.jitter(Coat.one(FLOORS, random), 12, random);
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
                    Coat.one(WALLS, random));
        if (random.nextDouble() < 0.4) sofa(Coat.jitter(Coat.one(TOYS, random), 20, random));
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
        brush.shaded(outer, Coat.one(FLOORS, random));
        Rectangle2D o = outer.getBounds2D();
        brush.shaded(
                new Rectangle2D.Double(o.getX() + 6, o.getY() + 6, o.getWidth() - 12, o.getHeight() - 12),
                Coat.one(SKIES, random));
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

    private void meadow() {
        Color sky = Coat.jitter(Coat.one(SKIES, random), 14, random);
        brush.shaded(new Rectangle2D.Double(0, 0, width, height), sky);
        for (int i = random.nextInt(4); i > 0; i--) cloud(Coat.mix(sky, Color.WHITE, 0.6));
        Color green = Coat.jitter(Coat.one(GREENS, random), 14, random);
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

    private void studio() {
        Color color = Coat.jitter(Coat.one(random.nextBoolean() ? WALLS : GREENS, random), 25, random);
        brush.shaded(new Rectangle2D.Double(0, 0, width, height), color);
        for (int i = 0; i < 24; i++) {
            Color toward = random.nextBoolean() ? Color.WHITE : Color.BLACK;
            Color blotch = Coat.mix(color, toward, random.nextDouble(0.03, 0.16));
            brush.flat(
                    oval(
                            random.nextDouble(0, width),
                            random.nextDouble(0, height),
                            width * random.nextDouble(0.05, 0.2),
                            height * random.nextDouble(0.05, 0.2)),
                    new Color(blotch.getRed(), blotch.getGreen(), blotch.getBlue(), 110));
        }
    }

    private void ball(double x, double y, double size) {
        brush.shaded(oval(x, y, size, size), Coat.one(TOYS, random));
        brush.curve(
                new double[] {
                    x - size * 0.8, y, x - size * 0.3, y - size * 0.5, x + size * 0.3, y - size * 0.5, x + size * 0.8, y
                },
                size * 0.12,
                Color.WHITE);
    }

    private void plant(double x, double y, double size) {
        Color leaf = Coat.jitter(Coat.one(GREENS, random), 20, random);
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
        Color color = Coat.one(TOYS, random);
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
        Color color = Coat.one(TOYS, random);
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
