package dev.graft.predict;

import java.nio.file.Path;

/** What {@link Predictor#predictEach} says of one picture. */
public sealed interface Answer {
    /** The file it is about. */
    Path picture();

    /**
     * It could be read.
     *
     * @param prediction what the model says of it
     */
    record Classified(Path picture, Prediction prediction) implements Answer {}

    /**
     * It could not be read as a picture.
     *
     * @param reason names the file, what was seen, what is allowed and what to do
     */
    record Unreadable(Path picture, String reason) implements Answer {}
}
