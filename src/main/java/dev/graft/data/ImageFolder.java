package dev.graft.data;

import dev.graft.data.FolderScan.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder of pictures sorted into class folders: {@code train/<class>/} and {@code val/<class>/}, or {@code <class>/}
 * alone, which is then divided by a seed.
 *
 * <p>Classes and pictures come in the order of torchvision's {@code ImageFolder}: sorted by Unicode code point, nested
 * folders by their path, links followed. Unlike there, hidden files are left out, as are pipes and links in a circle,
 * and {@link #findings()} names them. Opening reads names and sizes, and the content only of pictures in training and
 * validation whose sizes agree; it decodes nothing.
 */
public final class ImageFolder {
    /** The share of pictures set aside for validation when the folder has no {@code train} and {@code val}. */
    public static final double DEFAULT_VALIDATION_FRACTION = 0.2;

    private final Path root;
    private final List<String> classes;
    private final List<Sample> train;
    private final List<Sample> validation;
    private final List<Sample> test;
    private final Findings findings;

    private ImageFolder(Path root, Division division, FolderScan scan) {
        this.root = root;
        classes = List.copyOf(division.classes());
        train = samples(division.train());
        validation = samples(division.validation());
        test = samples(division.test());
        List<Picture> trained = Division.flat(division.train());
        SamePictures.note(
                trained, Division.flat(division.validation()), Finding.Kind.SAME_PICTURE_IN_TRAIN_AND_VAL, scan);
        SamePictures.note(trained, Division.flat(division.test()), Finding.Kind.SAME_PICTURE_IN_TRAIN_AND_TEST, scan);
        findings = new Findings(
                root,
                classes,
                counts(division.train()),
                counts(division.validation()),
                counts(division.test()),
                division.taken(),
                scan.findings());
    }

    /** Opens a folder; without a split in it, a fifth of each class is set aside for validation, by seed 0. */
    public static ImageFolder open(Path root) throws IOException {
        return open(root, DEFAULT_VALIDATION_FRACTION, 0);
    }

    /**
     * Opens a folder.
     *
     * @param validationFraction share of each class for validation, between 0 and 1; used only when the folder has no
     *     {@code train} and {@code val}, and each class keeps at least one picture on both sides
     * @param seed chooses which pictures those are, the same on every machine
     * @throws DatasetException if the folder is missing, unreadable or not laid out as described
     */
    public static ImageFolder open(Path root, double validationFraction, long seed) throws IOException {
        StratifiedSplit split = new StratifiedSplit(validationFraction, seed);
        requireFolder(root);
        FolderScan scan = new FolderScan();
        return new ImageFolder(root, ClassFolders.of(root, split, scan), scan);
    }

    /** The class names; a label is an index into them. */
    public List<String> classes() {
        return classes;
    }

    /** The pictures to train on, by class and then by name. */
    public List<Sample> train() {
        return train;
    }

    /** The pictures to validate with, by class and then by name. */
    public List<Sample> validation() {
        return validation;
    }

    /**
     * The pictures to test with once training is over, by class and then by name; none where there is no such split beside one to
     * validate with. Training does not look at them.
     */
    public List<Sample> test() {
        return test;
    }

    /** Counts of pictures, what was taken for what, and what was skipped or odd. */
    public Findings findings() {
        return findings;
    }

    /** The folder, as it was given. */
    public Path root() {
        return root;
    }

    private static void requireFolder(Path root) throws DatasetException {
        if (Files.isDirectory(root)) return;
        if (Files.exists(root))
            throw new DatasetException(root + " is a file (expected a folder with a sub-folder for each class)");
        String advice = Names.isDecoded(root.toAbsolutePath()) ? "" : "; " + Names.encodingAdvice();
        throw new DatasetException("no folder " + root + " (looked for it at " + root.toAbsolutePath() + advice + ")");
    }

    private static List<Sample> samples(List<List<Picture>> byClass) {
        List<Sample> samples = new ArrayList<>();
        for (int label = 0; label < byClass.size(); label++)
            for (Picture picture : byClass.get(label)) samples.add(new Sample(picture.file(), label));
        return List.copyOf(samples);
    }

    private static List<Integer> counts(List<List<Picture>> byClass) {
        return byClass.stream().map(List::size).toList();
    }
}
