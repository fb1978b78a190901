package dev.graft.examples;

import java.awt.Color;
import java.util.List;
import java.util.random.RandomGenerator;

/** The colours of a drawn animal; cats and dogs choose from the same ones, so that colour tells nothing. */
record Coat(Color fur, Color pale, Color dark, Color eye, Color collar, Pattern pattern) {
    enum Pattern {
        PLAIN,
        PATCHES,
        STRIPES
    }

    private static final List<Color> FURS = List.of(
            new Color(0xD9A066),
            new Color(0x8A5A33),
            new Color(0x5B4636),
            new Color(0x3C3A3C),
            new Color(0x8C8C92),
            new Color(0xB9B2A6),
            new Color(0xE9E0D0),
            new Color(0xC97B3A),
            new Color(0xF0D9AE),
            new Color(0xA67C58));
    private static final List<Color> EYES =
            List.of(new Color(0xC9A227), new Color(0x7FA650), new Color(0x8B5A2B), new Color(0x6FA3B8));
    private static final List<Color> COLLARS =
            List.of(new Color(0xB5332E), new Color(0x2F5D9B), new Color(0x3F7D4E), new Color(0xD8A21B));

    static Coat pick(RandomGenerator random) {
        Color fur = jitter(one(FURS, random), 7, random);
        Pattern[] patterns = Pattern.values();
        return new Coat(
                fur,
                mix(fur, new Color(0xFFF8EC), random.nextDouble(0.45, 0.75)),
                mix(fur, new Color(0x1E1612), random.nextDouble(0.3, 0.55)),
                one(EYES, random),
                one(COLLARS, random),
                patterns[random.nextInt(patterns.length)]);
    }

    static <T> T one(List<T> choices, RandomGenerator random) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** The colour between two; {@code share} of the second, 0..1. */
    static Color mix(Color a, Color b, double share) {
        return new Color(
                (int) Math.round(a.getRed() + share * (b.getRed() - a.getRed())),
                (int) Math.round(a.getGreen() + share * (b.getGreen() - a.getGreen())),
                (int) Math.round(a.getBlue() + share * (b.getBlue() - a.getBlue())));
    }

    /** The colour with each channel moved by up to {@code by}. */
    static Color jitter(Color c, int by, RandomGenerator random) {
        return new Color(
                clamp(c.getRed() + random.nextInt(-by, by + 1)),
                clamp(c.getGreen() + random.nextInt(-by, by + 1)),
                clamp(c.getBlue() + random.nextInt(-by, by + 1)));
    }

    private static int clamp(int channel) {
        return Math.max(0, Math.min(255, channel));
    }
}
