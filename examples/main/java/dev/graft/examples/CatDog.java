package dev.graft.examples;

import dev.graft.cli.Demonstration;
import dev.graft.cli.TrainCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Trains a classifier from a folder of pictures, on the command line; see {@code --help}. */
public final class CatDog implements Demonstration {
    private static final int TRAIN = 200;
    private static final int VALIDATION = 60;
    private static final int UNSEEN = 3;
    private static final String WEIGHTS = "resnet18-lite";
    private static final List<String> INTRODUCTION = List.of(
            "CatDog: a folder of pictures in, a trained classifier out.",
            "",
            "Without options it draws cats and dogs, grafts a new head on the embedded ResNet18, trains it for ten epochs and",
            "names three pictures that it has not seen. Nothing is fetched from a network but what Maven needs.");

    private CatDog() {}

    /** Runs the program. An error is printed as one line to the error stream. */
    public static void main(String[] args) {
        int status = run(args, System.out, System.err);
        if (status > 0) System.exit(status);
    }

    /** Runs the program and returns its exit status, or {@link TrainCommand#STOPPED}. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        String command = System.getProperty("catdog.command", "examples/catdog");
        return new TrainCommand(command, INTRODUCTION, Optional.of(new CatDog())).run(args, out, err);
    }

    @Override
    public String pictures() {
        return TRAIN + VALIDATION + " cats and dogs";
    }

    @Override
    public List<String> classes() {
        return DrawnPictures.CLASSES;
    }

    @Override
    public void draw(Path folder, long seed) throws IOException {
        DrawnPictures.write(folder, TRAIN, VALIDATION, seed);
    }

    @Override
    public List<Path> drawUnseen(Path folder, long seed) throws IOException {
        return DrawnPictures.writeUnseen(folder, UNSEEN, seed);
    }

    @Override
    public String weightsName() {
        return WEIGHTS;
    }

    @Override
    public InputStream weights() throws IOException {
        InputStream file = CatDog.class.getResourceAsStream(WEIGHTS + ".pth");
        if (file == null) {
            throw new IOException(
                    "weights: this jar was built without " + WEIGHTS + ".pth; name a file with --weights");
        }
        return file;
    }
}
