package dev.graft.cli;

import dev.graft.evaluate.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The options of {@code graft evaluate}.
 *
 * @param out the folder for files; null for none
 * @param worst the number of mistakes that are shown
 * @param labels which labels pictures get
 * @param thresholds the least values of metrics
 * @param known the accuracy that answers must have
 * @param screening one class against the rest, if asked for
 */
record EvaluateOptions(
        ModelOptions model,
        DataOptions data,
        Part part,
        Path out,
        int worst,
        LabelOptions labels,
        Thresholds thresholds,
        Optional<KnownAccuracy> known,
        Screening.Wanted screening) {
    static EvaluateOptions of(Arguments args) throws IOException {
        ModelOptions.requireOwnWords(args);
        List<String> words = args.words();
        if (words.size() != 2) {
            throw new UsageException("MODEL DATA: expected are two words, a model and the pictures; given were "
                    + words.size() + (words.isEmpty() ? "" : ": " + String.join(" ", words)));
        }
        String split = args.oneOf("split", "auto", List.of("auto", "train", "val", "test", "all"));
        Thresholds thresholds = Thresholds.of(args.text("fail-below", null));
        return new EvaluateOptions(
                ModelOptions.of(args, words.get(0)),
                DataOptions.of(args.withDefaults(Map.of("data", words.get(1))), Optional.empty()),
                split.equals("val") ? Part.VALIDATION : Part.valueOf(split.toUpperCase(Locale.ROOT)),
                out(args.path("out", null)),
                (int) args.integer("worst", 10, 0, Integer.MAX_VALUE),
                LabelOptions.of(args),
                thresholds,
                KnownAccuracy.of(args),
                Screening.Wanted.of(args));
    }

    /** Refuses a folder whose predictions.csv is that of a training. */
    private static Path out(Path folder) throws IOException {
        if (folder == null) return null;
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IOException("--out: " + folder + " is a file; give a folder");
        }
        if (Files.exists(folder.resolve("model.pt")) || Files.exists(folder.resolve("checkpoint"))) {
            throw new UsageException("--out: " + folder + " is the folder of a training, whose predictions.csv would be"
                    + " replaced; give another folder, such as " + folder.resolve("evaluation"));
        }
        return folder;
    }
}
