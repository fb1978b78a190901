package dev.graft.report.html;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Gives pictures that show where a network saw a class, for the mistakes in a report. */
@FunctionalInterface
public interface Explanations {
    /** No explanations. */
    Explanations NONE = (picture, className) -> Optional.empty();

    /**
     * Explains one class of one picture. Called on the thread that writes the report.
     *
     * @param picture an existing file
     * @param className the class to explain: the predicted one
     * @return a PNG or JPEG file of any size, such as the picture with a heat map over it; empty if there is none
     * @throws IOException when the picture cannot be read; the report then goes without it and says so
     */
    Optional<byte[]> of(Path picture, String className) throws IOException;
}
