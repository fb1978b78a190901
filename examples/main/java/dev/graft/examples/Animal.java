package dev.graft.examples;

import java.util.Locale;

/** What is drawn. */
enum Animal {
    CAT(0.7),
    DOG(1.3);

    /** How shaggy it is, 1 in between. */
    final double hair;

    Animal(double hair) {
        this.hair = hair;
    }

    /** The name of its class folder. */
    String folder() {
        return name().toLowerCase(Locale.ROOT);
    }
}
