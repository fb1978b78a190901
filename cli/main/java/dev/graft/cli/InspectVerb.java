package dev.graft.cli;

import static dev.graft.cli.Arguments.flag;
import static dev.graft.cli.Arguments.option;

import dev.graft.data.ImageFolder;
import dev.graft.inspect.CheckpointInspection;
import dev.graft.inspect.FolderInspection;
import dev.graft.inspect.FolderInspection.Duplicates;
import dev.graft.inspect.ModelInspection;
import dev.graft.inspect.RunInspection;
import dev.graft.inspect.Subject;
import dev.graft.inspect.WeightsInspection;
import dev.graft.torch.Threads;
import dev.graft.weights.tensor.WeightsChoice;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.cli.Option;

/** {@code graft inspect}: what a file or a folder is and holds. */
final class InspectVerb implements Verb {
    @Override
    public String name() {
        return "inspect";
    }

    @Override
    public String summary() {
        return "tells what a model, a checkpoint, a weights file, a run or a folder of pictures holds";
    }

    @Override
    public String usage() {
        return "FILE|FOLDER [options]";
    }

    @Override
    public Map<String, List<Option>> options() {
        return Map.of(
                "Inspect",
                List.of(
                        flag("tensors", "of a weights file: list every tensor with its type and shape"),
                        option("weights-key", "KEY", "of a weights file with several state dicts: the one to look at"),
                        flag(
                                "decode",
                                "of pictures: decode each at its full size, as training does. Default: headers, and what"
                                        + " --duplicates needs"),
                        option(
                                "duplicates",
                                "NAME",
                                "of pictures: near (also resized, re-encoded, brighter or slightly cropped copies; decodes"
                                        + " every picture, large JPEGs at a reduced scale), exact (the same bytes) or off."
                                        + " Default: near")));
    }

    @Override
    public int run(Arguments args, Console console) throws IOException {
        Path place = place(args);
        Duplicates duplicates = duplicates(args);
        InspectLines lines = new InspectLines(console);
        switch (Subject.of(place)) {
            case MODEL -> {
                ModelInspection model = ModelInspection.of(place);
                lines.model(model);
                console.result(InspectJson.model(model));
            }
            case CHECKPOINT -> {
                CheckpointInspection checkpoint = CheckpointInspection.of(place);
                lines.checkpoint(checkpoint);
                console.result(InspectJson.checkpoint(checkpoint));
            }
            case RUN -> {
                RunInspection run = RunInspection.of(place);
                lines.run(run);
                console.result(InspectJson.run(run));
            }
            case WEIGHTS -> {
                WeightsInspection weights = WeightsInspection.of(place, choice(args));
                lines.weights(weights, args.has("tensors"));
                console.result(InspectJson.weights(weights, args.has("tensors")));
            }
            case DATA -> {
                return pictures(place, args.has("decode"), duplicates, console, lines);
            }
        }
        return ExitStatus.DONE;
    }

    private static int pictures(Path place, boolean decode, Duplicates duplicates, Console console, InspectLines lines)
            throws IOException {
        try (ImageFolder data = ImageFolder.open(place)) {
            FolderInspection seen = FolderInspection.of(data, decode, duplicates, Threads.decoders());
            lines.pictures(seen);
            console.result(InspectJson.pictures(seen));
            return seen.unreadable().isEmpty() ? ExitStatus.DONE : ExitStatus.SOME_UNREADABLE;
        }
    }

    private static Path place(Arguments args) {
        List<String> words = args.words();
        if (words.size() != 1 || words.get(0).isEmpty())
            throw new UsageException("needs one file or folder, got " + words.size() + "; see --help");
        try {
            return Path.of(words.get(0));
        } catch (InvalidPathException e) {
            throw new UsageException(
                    "Java cannot name this file under this locale (" + e.getReason() + "); start with LC_ALL=C.UTF-8",
                    e);
        }
    }

    private static Duplicates duplicates(Arguments args) {
        List<String> names = Arrays.stream(Duplicates.values())
                .map(d -> d.name().toLowerCase(Locale.ROOT))
                .toList();
        return Duplicates.valueOf(args.oneOf("duplicates", "near", names).toUpperCase(Locale.ROOT));
    }

    private static WeightsChoice choice(Arguments args) {
        String key = args.text("weights-key", null);
        return key == null ? WeightsChoice.ANY : WeightsChoice.key(key);
    }
}
