package dev.graft.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** What a program learns from when its user names neither pictures nor weights. */
public interface Demonstration {
    /** What is drawn, such as "260 cats and dogs". */
    String pictures();

    /** The names of the classes, sorted. */
    List<String> classes();

    /** Draws {@code train/CLASS/...} and {@code val/CLASS/...} into a folder; the same seed gives the same files. */
    void draw(Path folder, long seed) throws IOException;

    /**
     * Draws pictures that {@link #draw} gives for no seed.
     *
     * @return the files, their class after the last hyphen of the name: {@code unseen-1-dog.jpg}
     */
    List<Path> drawUnseen(Path folder, long seed) throws IOException;

    /** What the weights are called, such as "resnet18-lite". */
    String weightsName();

    /** The weights, a file of any kind that Graft reads; the caller closes it. */
    InputStream weights() throws IOException;
}
