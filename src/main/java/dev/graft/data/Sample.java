package dev.graft.data;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A picture and its class.
 *
 * @param file the path of the picture; it starts with the folder's path in the form in which it was given
 * @param label index into {@link ImageFolder#classes()}
 */
public record Sample(Path file, int label) {
    public Sample {
        Objects.requireNonNull(file, "file");
        if (label < 0) throw new IllegalArgumentException("label must be 0 or more, was " + label);
    }
}
