package dev.graft.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Makes small trees of files for the tests; each file's content is its name, so that no two are equal. */
final class Trees {
    private Trees() {}

    static Path write(Path root, String... files) throws IOException {
        for (String file : files) {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, file);
        }
        return root;
    }

    /** Two classes of {@code n} pictures each, without a split. */
    static Path flat(Path root, int n) throws IOException {
        for (int i = 0; i < n; i++) write(root, "cat/%03d.jpg".formatted(i), "dog/%03d.jpg".formatted(i));
        return root;
    }

    /** Each sample's label and its path below the root, in order, such as {@code 0 cat/1.jpg 1 dog/1.jpg}. */
    static String shown(Path root, List<Sample> samples) {
        return samples.stream()
                .map(s -> s.label() + " " + root.relativize(s.file()).toString().replace('\\', '/'))
                .collect(Collectors.joining(" "));
    }

    /** A split with one picture for each of two classes. */
    static Path split(Path root) throws IOException {
        return write(root, "train/cat/1.jpg", "train/dog/1.jpg", "val/cat/2.jpg", "val/dog/2.jpg");
    }
}
