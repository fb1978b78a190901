package dev.graft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder of two classes, divided, with many names for few drawn pictures: hard links. Training and validation share no
 * content. Closing removes it.
 */
final class LinkedPictures implements AutoCloseable {
    private final Path root;
    private final List<Path> made = new ArrayList<>(); // folders before what lies in them

    private LinkedPictures(Path root) {
        this.root = root;
        made.add(root);
    }

    /**
     * Draws and links.
     *
     * @param root an empty folder
     * @param contents different pictures, of which a tenth is for validation
     */
    static LinkedPictures in(Path root, int contents, int train, int validation) throws IOException {
        LinkedPictures pictures = new LinkedPictures(root);
        try (PictureFiles drawn = PictureFiles.draw(48, 40, contents)) {
            int held = contents / 10;
            pictures.link("val", drawn.files().subList(0, held), validation);
            pictures.link("train", drawn.files().subList(held, contents), train);
            return pictures;
        } catch (IOException | RuntimeException e) {
            pictures.close();
            throw e;
        }
    }

    private void link(String split, List<Path> contents, int count) throws IOException {
        Path folder = directory(root.resolve(split));
        Path[] classes = {directory(folder.resolve("cat")), directory(folder.resolve("dog"))};
        for (int i = 0; i < count; i++) {
            Path link = classes[i % 2].resolve(i + ".jpg");
            made.add(Files.createLink(link, contents.get(i % contents.size())));
        }
    }

    private Path directory(Path folder) throws IOException {
        made.add(Files.createDirectory(folder));
        return folder;
    }

    Path root() {
        return root;
    }

    @Override
    public void close() throws IOException {
        for (int i = made.size() - 1; i >= 0; i--) Files.deleteIfExists(made.get(i));
    }
}
