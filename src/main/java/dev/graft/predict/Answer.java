package dev.graft.predict;

import java.nio.file.Path;

/** The result of {@link Predictor#predictEach} for one picture. */
public sealed interface Answer {
    /** The picture's file. */
    Path picture();

    /**
     * The picture was classified.
     *
     * @param prediction the classes and probabilities
     */
    record Classified(Path picture, Prediction prediction) implements Answer {}

    /**
     * The file could not be read as a picture.
     *
     * @param reason a text with the file, what was seen, what is allowed and what to do
     */
    record Unreadable(Path picture, String reason) implements Answer {}
}
