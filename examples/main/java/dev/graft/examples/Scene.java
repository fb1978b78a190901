package dev.graft.examples;

import static dev.graft.examples.Brush.oval;

import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.random.RandomGenerator;

/** What is around the animal: a room, a meadow or a studio, and things that lie about. It knows nothing of the animal. */
final class Scene {
    static final List<Color> WALLS = List.of(
            new Color(0xCFC4AE),
            new Color(0x9FB3B5),
            new Color(0xB58F7B),
            new Color(0x7C8A6B),
            new Color(0xD8CFC4),
            new Color(0x6F7688),
            new Color(0xC2A15E));
    static final List<Color> FLOORS = List.of(
            new Color(0x8B6B4A), new Color(0xA98B68), new Color(0x6E6259), new Color(0xB7A79A), new Color(0x5D4A3B));
    static final List<Color> SKIES =
            List.of(new Color(0x8FB8DE), new Color(0xB9CBD6), new Color(0xE3C9A8), new Color(0x7E9CC0));
    static final List<Color> GREENS =
            List.of(new Color(0x5E8C3A), new Color(0x7F9B4E), new Color(0x4C6B3C), new Color(0x96A05A));
    static final List<Color> TOYS = List.of(
            new Color(0xC0392B),
            new Color(0x2E6DA4),
            new Color(0xE0B030),
            new Color(0x3E9B6E),
            new Color(0xA569BD),
            new Color(0xD2793A));

    private static final int MOST_CLUTTER = 3;

    private final Place place;
    private final Brush brush;
    private final RandomGenerator random;
    private final double width;
    private final double height;

    Scene(Brush brush, double width, double height, RandomGenerator random) {
        this.brush = brush;
        this.random = random;
        this.width = width;
        this.height = height;
        place = new Place(brush, random, width, height, height * random.nextDouble(0.45, 0.72));
    }

    void draw() {
        switch (random.nextInt(3)) {
            case 0 -> new Room(place).draw();
            case 1 -> new Meadow(place).draw();
            default -> studio();
        }
        new Clutter(place).draw(MOST_CLUTTER);
        haze();
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

    /** The air between: what is far has less contrast. */
    private void haze() {
        Color air = Coat.one(WALLS, random);
        int opacity = random.nextInt(60, 130);
        brush.flat(
                new Rectangle2D.Double(0, 0, width, height),
                new Color(air.getRed(), air.getGreen(), air.getBlue(), opacity));
    }
}
