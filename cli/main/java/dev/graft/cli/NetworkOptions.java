package dev.graft.cli;

import static dev.graft.cli.Arguments.flag;
import static dev.graft.cli.Arguments.option;
import static dev.graft.cli.Arguments.optional;

import dev.graft.hub.KnownWeights;
import dev.graft.image.Decoding;
import dev.graft.image.GreyScaling;
import dev.graft.image.Orientation;
import dev.graft.image.Preprocessing;
import dev.graft.model.TrustedScript;
import dev.graft.weights.tensor.WeightsChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.cli.Option;

/**
 * The options for the pretrained network and for the preprocessing.
 *
 * @param weights the file of the pretrained network; null for the demonstration's network or a known one
 * @param choice chooses one of the file's state dicts
 * @param known weights to download by name; null for none
 * @param script the file of {@code --weights} as a network whose code is run; null if the file is read as data
 * @param choosesPreprocessing whether an option sets the preprocessing; in a resumed run, it must be that of the
 *     checkpoint
 */
record NetworkOptions(
        Path weights,
        WeightsChoice choice,
        KnownWeights known,
        TrustedScript script,
        Preprocessing preprocessing,
        boolean choosesPreprocessing) {
    static List<Option> table(Optional<Demonstration> demonstration) {
        return List.of(
                option(
                        "weights",
                        "FILE|NAME",
                        "pretrained ResNet (18, 34, 50, 101, 152), ResNeXt50 32x4d or Wide ResNet50-2 of torchvision:"
                                + " a state dict, a checkpoint or a whole module of torch.save, TorchScript, .safetensors, a .pt2 of torch.export or the index.json of several files, read as data; or a name, whose file is fetched"
                                + " once: " + names()
                                + demonstration
                                        .map(d -> ". Default: the embedded demonstration backbone " + d.weightsName())
                                        .orElse("")),
                option(
                        "weights-key",
                        "KEY",
                        "which state dict of a weights file that holds several, such as state_dict_ema or models.student. Default: the"
                                + " one that fits"),
                optional(
                        "trusted",
                        "SHA256",
                        "graft onto the network of --weights itself, a TorchScript file of any architecture. Its code"
                                + " runs, so give a file of your own making, or pin it: --trusted SHA256, as sha256sum FILE printed it where the file was made"),
                option(
                        "preprocessing",
                        "NAME",
                        "exact (stretched to 224 x 224, torchvision's numbers bit for bit) or opencv (the same wholly in"
                                + " OpenCV). Default: what known weights were evaluated with, else exact"),
                flag(
                        "fast-decode",
                        "decode large JPEGs at a half, a quarter or an eighth of their size where that still leaves what the"
                                + " network takes: faster, other numbers. The model remembers it"),
                option(
                        "orientation",
                        "NAME",
                        "pictures that say by EXIF how they are to be turned: stored (left as they are, torchvision's way) or exif"
                                + " (turned, as viewers show them). The model remembers it. Default: stored"),
                option(
                        "grey",
                        "SCALING",
                        "grey pictures of more than 8 bits, such as X-rays: window:CENTRE,WIDTH (in units of the stored values),"
                                + " percentile:LOW,HIGH (of each picture's own values, such as 0.5,99.5), full (all that the bits can"
                                + " store) or none (values above 255 become 255, Pillow's way). The model remembers it. Default: none"));
    }

    private static String names() {
        return Stream.of(KnownWeights.values()).map(Enum::name).collect(Collectors.joining(", "));
    }

    static NetworkOptions of(Arguments args) {
        KnownWeights known = known(args.text("weights", null));
        return new NetworkOptions(
                known == null ? args.path("weights", null) : null,
                choice(args, known),
                known,
                script(args, known),
                preprocessing(args, known),
                Stream.of("preprocessing", "fast-decode", "orientation", "grey").anyMatch(args::has));
    }

    /**
     * The known weights with this name; a name is a word without a folder and an extension, or one of Python's names, if
     * no such file exists.
     */
    private static KnownWeights known(String weights) {
        if (weights != null && weights.matches("(?s)[A-Za-z][A-Za-z0-9+.-]+://.*")) {
            throw new IllegalArgumentException("--weights: takes a file or a name, no address; "
                    + KnownWeights.at(weights)
                            .map(w -> "what lies there is known as " + w)
                            .orElse("fetch it with any tool and give the file"));
        }
        String name = "[\\w-]+|(?i)\\w+_weights\\.\\w+";
        if (weights == null || !weights.matches(name) || Files.exists(Path.of(weights))) return null;
        try {
            return KnownWeights.named(weights);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--weights: there is neither a file nor a known name " + weights + "; "
                            + KnownWeights.suggestion(weights),
                    e);
        }
    }

    private static WeightsChoice choice(Arguments args, KnownWeights known) {
        if (!args.has("weights-key")) return WeightsChoice.ANY;
        boolean file = args.has("weights") && known == null && !args.has("trusted");
        if (!file && !args.has("resume")) {
            throw new IllegalArgumentException(
                    "--weights-key: goes with a file of --weights that is read as data; leave it out");
        }
        return WeightsChoice.key(args.text("weights-key", ""));
    }

    private static TrustedScript script(Arguments args, KnownWeights known) {
        if (!args.has("trusted")) return null;
        Optional<String> digest = Optional.ofNullable(args.text("trusted", null));
        if (known != null) {
            throw new IllegalArgumentException(
                    "--trusted: the file of " + known + " is read as data, none of its code runs; leave --trusted out");
        }
        if (!args.has("weights")) throw new IllegalArgumentException(withoutWeights(digest));
        try {
            return new TrustedScript(args.path("weights", null), digest, Optional.ofNullable(args.text("head", null)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--" + e.getMessage(), e);
        }
    }

    private static String withoutWeights(Optional<String> digest) {
        boolean file = digest.isPresent() && !digest.get().matches("[0-9a-fA-F]{64}");
        return file
                ? "--trusted: takes a SHA-256, not a file; type --weights " + digest.get() + " --trusted"
                : "--trusted: says that the code in the file of --weights may run, and there is no --weights;"
                        + " type --weights FILE --trusted"
                        + digest.map(d -> " " + d).orElse("");
    }

    /** The preprocessing with which the known weights were evaluated, unless an option sets another. */
    private static Preprocessing preprocessing(Arguments args, KnownWeights known) {
        String name = args.oneOf("preprocessing", "exact", List.of("exact", "opencv"));
        Preprocessing chosen = name.equals("opencv") ? Preprocessing.opencv() : Preprocessing.standard();
        if (known != null && !args.has("preprocessing")) chosen = known.preprocessing();
        if (args.has("fast-decode")) chosen = chosen.withDecoding(Decoding.SCALED);
        chosen = chosen.withGrey(grey(args));
        String orientation = args.oneOf("orientation", "stored", List.of("stored", "exif"));
        return orientation.equals("exif") ? chosen.withOrientation(Orientation.EXIF) : chosen;
    }

    static GreyScaling grey(Arguments args) {
        try {
            return GreyScaling.of(args.text("grey", "none"));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--grey: " + e.getMessage(), e);
        }
    }
}
