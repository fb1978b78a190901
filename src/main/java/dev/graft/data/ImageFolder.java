package dev.graft.data;

import dev.graft.data.FolderScan.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Pictures with their classes, as people have them: in {@code train/<class>/} and {@code val/<class>/}, or in {@code <class>/} alone, which
 * is then divided by a seed; also in an archive, named by a table, or with the class in their names.
 *
 * <p>Splits are known by their names ({@link Split#named}): {@code train} or {@code training_set}; {@code val}, {@code valid}, {@code
 * validation} or {@code dev}; {@code test} or {@code holdout}, which validates where nothing else does, and else is kept for the end.
 * {@code train} alone is divided. One or two folders around all of this are gone into. What looks like a split and is none is
 * refused. {@link Findings#taken} says what was taken for what.
 *
 * <p>Classes and pictures come in the order of torchvision's {@code ImageFolder}: sorted by Unicode code point, nested
 * folders by their path, links followed. Unlike there, hidden files are left out, as are pipes and links in a circle,
 * and {@link #findings()} names them. Opening reads names and sizes, and the content only of pictures in two splits
 * whose sizes agree; it decodes nothing.
 *
 * <p>An archive is unpacked into a temporary folder, which {@link #close} removes, or else the JVM's exit. Without an archive
 * there is nothing to close.
 */
public final class ImageFolder implements AutoCloseable {
    /** The share of pictures set aside for validation where nothing is given to validate with. */
    public static final double DEFAULT_VALIDATION_FRACTION = 0.2;

    /** Lists pictures in a folder. */
    @FunctionalInterface
    private interface Listing {
        Division of(Place place, StratifiedSplit split, FolderScan scan) throws IOException;
    }

    private final Place place;
    private final List<String> classes;
    private final List<Sample> train;
    private final List<Sample> validation;
    private final List<Sample> test;
    private final Findings findings;

    private ImageFolder(Place place, Division division, FolderScan scan) {
        this.place = place;
        classes = List.copyOf(division.classes());
        train = samples(division.train());
        validation = samples(division.validation());
        test = samples(division.test());
        List<Picture> trained = Division.flat(division.train());
        SamePictures.note(
                trained, Division.flat(division.validation()), Finding.Kind.SAME_PICTURE_IN_TRAIN_AND_VAL, scan);
        SamePictures.note(trained, Division.flat(division.test()), Finding.Kind.SAME_PICTURE_IN_TRAIN_AND_TEST, scan);
        List<String> taken = new ArrayList<>(place.taken());
        taken.addAll(division.taken());
        findings = new Findings(
                place.folder(),
                classes,
                counts(division.train()),
                counts(division.validation()),
                counts(division.test()),
                taken,
                scan.findings());
    }

    /** Opens a folder, an archive or a table; without a split in it, a fifth of each class is set aside for validation, by seed 0. */
    public static ImageFolder open(Path place) throws IOException {
        return open(place, DEFAULT_VALIDATION_FRACTION, 0);
    }

    /**
     * Opens a folder of class folders, with splits around them or without; a {@code .zip}, {@code .tar}, {@code .tar.gz} or {@code .tgz} of
     * one; or a table whose name ends in {@code .csv} or {@code .tsv}, as {@link #labelledBy} does.
     *
     * @param validationFraction share of each class for validation, between 0 and 1; used only when nothing is given to validate
     *     with, and each class keeps at least one picture on both sides
     * @param seed chooses which pictures those are, the same on every machine
     * @throws DatasetException if it is missing, unreadable or not laid out as described
     */
    public static ImageFolder open(Path place, double validationFraction, long seed) throws IOException {
        if (isTable(place)) {
            Path folder = place.getParent() == null ? Path.of("") : place.getParent();
            return labelledBy(folder, place, validationFraction, seed);
        }
        return open(place, validationFraction, seed, (p, split, scan) -> ClassFolders.of(p.folder(), split, scan));
    }

    /**
     * Opens the pictures that a table names, see {@link LabelTable}.
     *
     * @param place the folder or archive that the table's paths count from
     * @param table a file; one that is not there is looked for in the folder or archive
     * @param validationFraction as in {@link #open(Path, double, long)}, where the table names no split to validate with
     * @throws DatasetException naming all files that are not there, and lines that contradict each other; or when the table gives a
     *     picture several labels
     */
    public static ImageFolder labelledBy(Path place, Path table, double validationFraction, long seed)
            throws IOException {
        return open(
                place,
                validationFraction,
                seed,
                (p, split, scan) -> TablePictures.of(p, LabelTable.read(p.table(table)), split, scan));
    }

    /** The same with a table that was read before, such as one whose labels hold a {@code |}. */
    public static ImageFolder labelledBy(Path place, LabelTable table, double validationFraction, long seed)
            throws IOException {
        return open(place, validationFraction, seed, (p, split, scan) -> TablePictures.of(p, table, split, scan));
    }

    /**
     * Opens pictures whose names carry their class, in folders of any depth, with splits on top or without.
     *
     * @param place a folder or an archive
     * @param regex looked for in each file's name, with one group around the class: {@code ^(.+?)\.\d+\.jpg$} for {@code cat.0.jpg}
     * @param validationFraction as in {@link #open(Path, double, long)}
     * @throws DatasetException naming the files in whose names it is not found
     * @throws IllegalArgumentException when the pattern is wrong, or has not one group
     */
    public static ImageFolder namedBy(Path place, String regex, double validationFraction, long seed)
            throws IOException {
        Pattern pattern = NamedPictures.pattern(regex);
        return open(
                place,
                validationFraction,
                seed,
                (p, split, scan) -> NamedPictures.of(p.folder(), pattern, split, scan));
    }

    private static ImageFolder open(Path given, double validationFraction, long seed, Listing listing)
            throws IOException {
        StratifiedSplit split = new StratifiedSplit(validationFraction, seed);
        Place place = Place.of(given);
        boolean whole = false;
        try {
            FolderScan scan = new FolderScan();
            ImageFolder opened = new ImageFolder(place, listing.of(place, split, scan), scan);
            whole = true;
            return opened;
        } catch (DatasetException e) {
            throw place.told(e);
        } finally {
            if (!whole) place.close();
        }
    }

    private static boolean isTable(Path place) {
        String name = String.valueOf(place.getFileName()).toLowerCase(Locale.ROOT);
        return (name.endsWith(".csv") || name.endsWith(".tsv")) && Files.isRegularFile(place);
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

    /** The folder as it was given, or the one that an archive was unpacked into. */
    public Path root() {
        return place.folder();
    }

    /** A picture's path from {@link #root} on, which is the same wherever an archive is unpacked; whole where it lies elsewhere. */
    public Path nameOf(Sample sample) {
        return Names.below(root(), sample.file());
    }

    /** Removes what was unpacked, and with it the pictures. */
    @Override
    public void close() {
        place.close();
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
