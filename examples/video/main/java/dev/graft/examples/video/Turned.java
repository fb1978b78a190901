package dev.graft.examples.video;

import dev.graft.image.Pixels;

/** Turns pictures as telephones ask for, which store what was filmed upright lying. */
final class Turned {
    private Turned() {}

    /** The picture, turned to the left by this many quarters. */
    static Pixels left(Pixels picture, int quarters) {
        Pixels turned = picture;
        for (int i = 0; i < quarters; i++) turned = left(turned);
        return turned;
    }

    private static Pixels left(Pixels p) {
        byte[] rgb = new byte[p.rgb().length];
        for (int y = 0, from = 0; y < p.height(); y++) {
            for (int x = 0; x < p.width(); x++, from += 3) {
                int to = 3 * ((p.width() - 1 - x) * p.height() + y);
                rgb[to] = p.rgb()[from];
                rgb[to + 1] = p.rgb()[from + 1];
                rgb[to + 2] = p.rgb()[from + 2];
            }
        }
        return new Pixels(p.height(), p.width(), rgb);
    }
}
