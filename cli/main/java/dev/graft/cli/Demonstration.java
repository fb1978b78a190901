package dev.graft.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** The pictures and weights of a program for users who give none. */
public interface Demonstration {
    /** A description of the drawn pictures, such as "260 cats and dogs". */
    String pictures();

    /** The names of the classes, sorted. */
    List<String> classes();

    /** Draws {@code train/CLASS/...} and {@code val/CLASS/...} into a folder; the same seed gives the same files. */
    void draw(Path folder, long seed) throws IOException;

    /**
     * Draws pictures that {@link #draw} does not draw for any seed.
     *
     * @return the files; the class is after the last hyphen of the name: {@code unseen-1-dog.jpg}
     */
    List<Path> drawUnseen(Path folder, long seed) throws IOException;

    /** The name of the weights, such as "resnet18-lite". */
    String weightsName();

    /** The weights: a file in any format that Graft can read. The caller closes the stream. */
    InputStream weights() throws IOException;
}
