package dev.graft.cli;

import static dev.graft.cli.Arguments.option;

import dev.graft.data.DatasetException;
import dev.graft.data.ImageFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.commons.cli.Option;

/**
 * The options for the pictures.
 *
 * @param place a folder, an archive or a table; null for the demonstration's pictures, or for the folder of {@code
 *     labels}
 * @param labels a table of files and labels; null for none
 * @param nameRegex finds the class in each file name; null for none
 * @param validationFraction the fraction used for validation if there is nothing to validate with, between 0 and 1
 * @param seed of this split
 */
record DataOptions(Path place, Path labels, String nameRegex, double validationFraction, long seed) {
    /** What the library says to do about a cell that may be one label or several. */
    private static final String SEPARATOR = "say what separates them (LabelTable.read with a separator, or ONE_LABEL)";

    static List<Option> table(Optional<Demonstration> demonstration) {
        return List.of(
                option(
                        "data",
                        "PLACE",
                        "pictures: a folder with DIR/train/CLASS/... and DIR/val/CLASS/... (other names of splits are known), or with"
                                + " DIR/CLASS/... to be divided; a .zip, .tar or .tar.gz of one; or a table .csv or .tsv of file, label and"
                                + " perhaps split"
                                + demonstration
                                        .map(d -> ". Default: " + d.pictures() + " drawn on the spot")
                                        .orElse("")),
                option(
                        "labels",
                        "FILE",
                        "a table .csv or .tsv of file, label and perhaps split; its paths count from --data, or from its own folder where"
                                + " there is no --data"),
                option(
                        "label-from-name",
                        "REGEX",
                        "the class stands in each file's name: a regular expression with one group around it, such as"
                                + " '^(.+?)\\.\\d+\\.jpg$' for cat.0.jpg"),
                option(
                        "val-fraction",
                        "X",
                        "share of the pictures held back for validation where nothing is given to validate with. Default: 0.2"),
                option(
                        "unreadable",
                        "NAME",
                        "what a picture that cannot be read does: fail (the run ends, and all such pictures are named) or skip (they are"
                                + " left out and named). Default: fail"));
    }

    /** The options of a verb that takes the pictures as its word DATA. */
    static List<Option> tableBesideData() {
        List<Option> options = table(Optional.empty()).stream()
                .filter(o -> !o.getLongOpt().equals("data"))
                .toList();
        options.forEach(o -> o.setDescription(o.getDescription().replace("--data", "DATA")));
        return options;
    }

    static DataOptions of(Arguments args, Optional<Demonstration> demonstration) {
        Path place = args.path("data", null);
        Path labels = args.path("labels", null);
        String regex = args.text("label-from-name", null);
        boolean needed = !args.has("help") && !args.has("environment") && demonstration.isEmpty();
        if (place == null && labels == null && needed) {
            throw new IllegalArgumentException("--data: is missing; give the folder of your pictures");
        }
        if (regex != null && labels != null) {
            throw new IllegalArgumentException("--label-from-name: goes without --labels; give one of them");
        }
        if (regex != null && place == null) {
            throw new IllegalArgumentException("--label-from-name: goes with --data; name the folder of your pictures");
        }
        if (regex != null) requirePattern(regex);
        double fraction = args.number("val-fraction", ImageFolder.DEFAULT_VALIDATION_FRACTION);
        if (fraction > 0 && fraction < 1) {
            return new DataOptions(place, labels, regex, fraction, RunOptions.seed(args));
        }
        throw new IllegalArgumentException("--val-fraction: must lie between 0 and 1, was " + fraction);
    }

    private static void requirePattern(String regex) {
        try {
            Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "--label-from-name: the pattern of names is wrong: " + e.getDescription() + " in " + regex, e);
        }
    }

    /** Whether the user gave pictures. */
    boolean isGiven() {
        return place != null || labels != null;
    }

    /** Opens the pictures; the caller closes the result. */
    ImageFolder open() throws IOException {
        try {
            return opened();
        } catch (DatasetException e) {
            String said = e.getMessage();
            String shown =
                    said.replace(SEPARATOR, "write | between labels, or name the column label if each cell is one");
            throw shown.equals(said) ? e : new DatasetException(shown, e);
        }
    }

    private ImageFolder opened() throws IOException {
        if (nameRegex != null) return namedBy();
        if (labels == null) return ImageFolder.open(place, validationFraction, seed);
        Path beside = labels.getParent() == null ? Path.of("") : labels.getParent();
        return ImageFolder.labelledBy(place == null ? beside : place, labels, validationFraction, seed);
    }

    private ImageFolder namedBy() throws IOException {
        try {
            return ImageFolder.namedBy(place, nameRegex, validationFraction, seed);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--label-from-name: " + e.getMessage(), e);
        }
    }
}
