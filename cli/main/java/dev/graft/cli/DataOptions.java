package dev.graft.cli;

import static dev.graft.cli.Arguments.option;

import dev.graft.data.ImageFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.Option;

/**
 * Which pictures to learn from.
 *
 * @param folder of pictures, null for the demonstration's
 * @param validationFraction held back for validation where the folder has no split, 0 to 1
 * @param seed of the split
 */
record DataOptions(Path folder, double validationFraction, long seed) {
    static List<Option> table(Optional<Demonstration> demonstration) {
        return List.of(
                option(
                        "data",
                        "DIR",
                        "pictures: DIR/train/CLASS/... and DIR/val/CLASS/..., or DIR/CLASS/... to be split"
                                + demonstration
                                        .map(d -> ". Default: " + d.pictures() + " drawn on the spot")
                                        .orElse("")),
                option(
                        "val-fraction",
                        "X",
                        "share of the pictures held back for validation when the folder has no split. Default: 0.2"),
                option(
                        "unreadable",
                        "NAME",
                        "what a picture that cannot be read does: fail (the run ends, and all such pictures are named) or skip (they are"
                                + " left out and named). Default: fail"));
    }

    static DataOptions of(Arguments args, Optional<Demonstration> demonstration) {
        Path folder = args.path("data", null);
        boolean needed = !args.has("help") && !args.has("environment") && demonstration.isEmpty();
        if (folder == null && needed) {
            throw new IllegalArgumentException("--data: is missing; give the folder of your pictures");
        }
        double fraction = args.number("val-fraction", 0.2);
        if (fraction > 0 && fraction < 1) return new DataOptions(folder, fraction, RunOptions.seed(args));
        throw new IllegalArgumentException("--val-fraction: must lie between 0 and 1, was " + fraction);
    }

    ImageFolder open() throws IOException {
        return ImageFolder.open(folder, validationFraction, seed);
    }
}
