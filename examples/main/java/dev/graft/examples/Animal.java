package dev.graft.examples;

/** What is drawn. */
enum Animal {
    CAT,
    DOG;

    /** The name of its class folder. */
    String folder() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
