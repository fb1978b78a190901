package dev.graft.data;

import dev.graft.data.FolderScan.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Pictures with their classes, or with any number of labels each. Supported layouts: {@code train/<class>/} with {@code val/<class>/}, or only {@code
 * <class>/}, which is then split by a seed. The pictures can also be in an archive, be listed in a table, or have the
 * class in their file names.
 *
 * <p>Splits are recognised by their names ({@link Split#named}): {@code train} or {@code training_set}; {@code val},
 * {@code valid}, {@code validation} or {@code dev}; {@code test} or {@code holdout}. A test split is used for validation
 * if there is no validation split, and else is kept for the end. If there is only {@code train}, it is split. One or two
 * outer folders around all of this are skipped. A folder that looks like a split but is not one is refused. {@link
 * Findings#taken} says how the folders were understood.
 *
 * <p>Classes and pictures have the order of torchvision's {@code ImageFolder}: sorted by Unicode code point, nested
 * folders by their path, links followed. Unlike torchvision, hidden files, pipes and circular links are left out; {@link
 * #findings()} lists them. Opening reads names and sizes. It reads the content only of pictures that are in two splits
 * and have the same size. It decodes nothing.
 *
 * <p>An archive is unpacked into a temporary folder. {@link #close} removes this folder, or else the exit of the JVM
 * does. Without an archive, close does nothing.
 */
public final class ImageFolder implements AutoCloseable {
    /** The fraction of pictures that is used for validation if there is no validation split. */
    public static final double DEFAULT_VALIDATION_FRACTION = 0.2;

    /** Lists the pictures of a folder. */
    @FunctionalInterface
    private interface Listing {
        Listed of(Place place, StratifiedSplit split, FolderScan scan) throws IOException;
    }

    private final Place place;
    private final Listed listed;
    private final Findings findings;

    private ImageFolder(Place place, Listed listed, FolderScan scan) {
        this.place = place;
        this.listed = listed;
        List<Picture> trained = listed.train().pictures();
        SamePictures.note(trained, listed.validation().pictures(), Finding.Kind.SAME_PICTURE_IN_TRAIN_AND_VAL, scan);
        SamePictures.note(trained, listed.test().pictures(), Finding.Kind.SAME_PICTURE_IN_TRAIN_AND_TEST, scan);
        List<String> taken = new ArrayList<>(place.taken());
        taken.addAll(listed.taken());
        findings = new Findings(
                place.folder(),
                listed.classes(),
                listed.train().counts(),
                listed.validation().counts(),
                listed.test().counts(),
                taken,
                scan.findings());
    }

    /**
     * Opens a folder, an archive or a table. If it has no validation split, a fifth of each class is used for
     * validation, chosen with seed 0.
     */
    public static ImageFolder open(Path place) throws IOException {
        return open(place, DEFAULT_VALIDATION_FRACTION, 0);
    }

    /**
     * Opens a folder of class folders, with or without splits around them; a {@code .zip}, {@code .tar}, {@code .tar.gz}
     * or {@code .tgz} of such a folder; or a table whose name ends in {@code .csv} or {@code .tsv}, like {@link
     * #labelledBy}.
     *
     * @param validationFraction the fraction of each class for validation, between 0 and 1; only used if there is
     *     nothing to validate with. Each class keeps at least one picture on both sides
     * @param seed chooses the validation pictures; the choice is the same on every machine
     * @throws DatasetException if the place is missing, unreadable or has another layout
     */
    public static ImageFolder open(Path place, double validationFraction, long seed) throws IOException {
        if (isTable(place)) {
            Path folder = place.getParent() == null ? Path.of("") : place.getParent();
            return labelledBy(folder, place, validationFraction, seed);
        }
        return open(
                place,
                validationFraction,
                seed,
                (p, split, scan) -> Listed.of(ClassFolders.of(p.folder(), split, scan)));
    }

    /**
     * Opens the pictures that a table names; see {@link LabelTable}. If any picture has several labels, or none, the data
     * is multi-label.
     *
     * @param place the folder or archive; the paths in the table are relative to it
     * @param table a file; if it does not exist, it is looked for in the folder or archive
     * @param validationFraction as in {@link #open(Path, double, long)}, if the table names no validation split
     * @throws DatasetException if files are missing (all are named), or if lines contradict each other
     */
    public static ImageFolder labelledBy(Path place, Path table, double validationFraction, long seed)
            throws IOException {
        return open(
                place,
                validationFraction,
                seed,
                (p, split, scan) -> TablePictures.of(p, LabelTable.read(p.table(table)), split, scan));
    }

    /** The same for a table that was read before, for example one whose labels contain a {@code |}. */
    public static ImageFolder labelledBy(Path place, LabelTable table, double validationFraction, long seed)
            throws IOException {
        return open(place, validationFraction, seed, (p, split, scan) -> TablePictures.of(p, table, split, scan));
    }

    /**
     * Opens pictures whose file names contain their class, in folders of any depth, with or without splits at the top.
     *
     * @param place a folder or an archive
     * @param regex searched for in each file name, with exactly one group, which matches the class: {@code
     *     ^(.+?)\.\d+\.jpg$} for {@code cat.0.jpg}
     * @param validationFraction as in {@link #open(Path, double, long)}
     * @throws DatasetException if the pattern does not occur in some file names; the message names these files
     * @throws IllegalArgumentException if the pattern is invalid or does not have exactly one group
     */
    public static ImageFolder namedBy(Path place, String regex, double validationFraction, long seed)
            throws IOException {
        Pattern pattern = NamedPictures.pattern(regex);
        return open(
                place,
                validationFraction,
                seed,
                (p, split, scan) -> Listed.of(NamedPictures.of(p.folder(), pattern, split, scan)));
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

    /**
     * The same pictures with others of them to train on and to validate with, and none to test with. It names pictures as
     * this folder does. Closing it does nothing; close this folder after it.
     *
     * @param trained pictures of this folder
     * @param validated pictures of this folder; may be empty
     */
    public ImageFolder with(List<Sample> trained, List<Sample> validated) {
        return new ImageFolder(this, trained, validated);
    }

    private ImageFolder(ImageFolder whole, List<Sample> trained, List<Sample> validated) {
        place = whole.place.borrowed();
        listed = whole.listed.with(trained, validated);
        findings = new Findings(
                root(),
                listed.classes(),
                listed.train().counts(),
                listed.validation().counts(),
                listed.test().counts(),
                whole.findings.taken(),
                whole.findings.findings());
    }

    private static boolean isTable(Path place) {
        String name = String.valueOf(place.getFileName()).toLowerCase(Locale.ROOT);
        return (name.endsWith(".csv") || name.endsWith(".tsv")) && Files.isRegularFile(place);
    }

    /** The names of the classes or labels; a label is an index into them. */
    public List<String> classes() {
        return listed.classes();
    }

    /** Whether a picture may have any number of labels, so that a multi-label model learns from them. */
    public boolean isMultiLabel() {
        return listed.multiLabel();
    }

    /** The training pictures, sorted by class and then by name; if multi-label, by path. */
    public List<Sample> train() {
        return listed.train().samples();
    }

    /** The validation pictures, sorted like the training pictures. */
    public List<Sample> validation() {
        return listed.validation().samples();
    }

    /**
     * The test pictures, sorted like the training pictures. Empty if there is no test split beside a validation split.
     * Training does not use them.
     */
    public List<Sample> test() {
        return listed.test().samples();
    }

    /** Whether there was nothing to validate with, so that the validation pictures were chosen by the seed. */
    public boolean isDivided() {
        return listed.divided();
    }

    /** The counts of pictures, how the folders were understood, and what was skipped or looks odd. */
    public Findings findings() {
        return findings;
    }

    /** The folder as it was given, or the folder into which the archive was unpacked. */
    public Path root() {
        return place.folder();
    }

    /** The name of a picture's class; with multi-label, the names of its labels with {@code |} between, or an empty text. */
    public String labelsOf(Sample sample) {
        return sample.labels().stream().map(classes()::get).collect(Collectors.joining("|"));
    }

    /**
     * The path of a picture relative to {@link #root}; it does not depend on where an archive is unpacked. The whole
     * path if the picture is not below the root.
     */
    public Path nameOf(Sample sample) {
        return nameOf(sample.file());
    }

    /** {@link #nameOf(Sample)} for the file of a picture. */
    public Path nameOf(Path file) {
        return Names.below(root(), file);
    }

    /** Removes the unpacked files, including the pictures. */
    @Override
    public void close() {
        place.close();
    }
}
