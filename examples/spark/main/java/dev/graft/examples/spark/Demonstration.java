package dev.graft.examples.spark;

import dev.graft.examples.CatDog;
import dev.graft.examples.DrawnPictures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The pictures and weights of a run: those that were named, or what is drawn and embedded.
 *
 * @param train a folder
 * @param validation a folder; empty if there is none
 * @param weights a file
 * @param embedded the file of the embedded weights; empty if others were named
 */
record Demonstration(String train, Optional<String> validation, String weights, Optional<Path> embedded)
        implements AutoCloseable {
    private static final int TRAIN = 200;
    private static final int VALIDATION = 60;
    private static final long SEED = 42;

    static Demonstration of(Options options) throws IOException {
        String root = options.pictures().isPresent()
                ? options.pictures().get()
                : drawn(options.out().resolve("drawn"));
        Optional<Path> embedded = options.weights().isPresent() ? Optional.empty() : Optional.of(unpacked());
        boolean divided = Files.isDirectory(Path.of(root, "train"));
        return new Demonstration(
                divided ? root + "/train" : root,
                divided && Files.isDirectory(Path.of(root, "val")) ? Optional.of(root + "/val") : Optional.empty(),
                options.weights().orElseGet(() -> embedded.orElseThrow().toString()),
                embedded);
    }

    private static String drawn(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            System.out.println("drawing " + (TRAIN + VALIDATION) + " cats and dogs into " + folder);
            DrawnPictures.write(folder, TRAIN, VALIDATION, SEED);
        }
        return folder.toString();
    }

    private static Path unpacked() throws IOException {
        Path file = Files.createTempFile("graft", ".pth");
        try (InputStream in = CatDog.class.getResourceAsStream("resnet18-lite.pth")) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    @Override
    public void close() throws IOException {
        if (embedded.isPresent()) Files.delete(embedded.get());
    }
}
