package dev.graft.examples;

import dev.graft.batch.PixelCache;
import dev.graft.batch.Unreadable;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.hub.CacheFolder;
import dev.graft.hub.KnownWeights;
import dev.graft.image.Decoding;
import dev.graft.image.Orientation;
import dev.graft.image.Preprocessing;
import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.Views;
import dev.graft.job.RunFolder;
import dev.graft.model.Precision;
import dev.graft.model.TrustedScript;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.Mode;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Sgd;
import dev.graft.plan.TrainingPlan;
import dev.graft.torch.ComputeDevice;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;

/**
 * What the user asked for.
 *
 * @param data folder of pictures, null for drawn ones
 * @param weights file of the backbone, null for the embedded one or a known one
 * @param known weights to fetch by name, null for none
 * @param script the file of {@code --weights} as a network of its own, null where it is read as data
 * @param threads that compute, empty for the library's choice
 * @param replay the Python twin's dump, null for none
 * @param choosesPreprocessing whether an option names it: a resumed run's must be the checkpoint's
 * @param out folder of the run's files; where it is not given, one beside it is taken if it holds an earlier run
 * @param overwrites whether the run may take the place of an earlier one
 * @param resume checkpoint folder, null to start anew
 * @param checkpointEvery steps between checkpoints within epochs, empty for none there
 * @param cache folder of features, null for none
 * @param pixels folder for pixels kept during the run, null for memory
 * @param keepsPixels whether any are kept
 * @param fast whether a new run takes the recipe fast
 * @param precision null to take the machine's in the recipe fast
 * @param plan changes a plan as the options say, and only where they say
 */
record CatDogOptions(
        boolean help,
        boolean environment,
        Path data,
        Path weights,
        KnownWeights known,
        TrustedScript script,
        Preprocessing preprocessing,
        boolean choosesPreprocessing,
        double validationFraction,
        long seed,
        Path replay,
        String device,
        OptionalInt threads,
        Path out,
        boolean outIsGiven,
        boolean overwrites,
        Path resume,
        OptionalInt checkpointEvery,
        Path cache,
        Path pixels,
        boolean keepsPixels,
        boolean fast,
        Precision precision,
        UnaryOperator<TrainingPlan> plan) {
    private static final String AUTO = "auto";
    private static final Options OPTIONS = new Options()
            .addOption(option(
                    "data",
                    "DIR",
                    "pictures: DIR/train/CLASS/... and DIR/val/CLASS/..., or DIR/CLASS/... to be"
                            + " split. Default: 260 cats and dogs drawn on the spot"))
            .addOption(option(
                    "weights",
                    "FILE|NAME",
                    "pretrained ResNet (18, 34, 50, 101, 152), ResNeXt50 32x4d or Wide ResNet50-2 of torchvision:"
                            + " a TorchScript .pt, a state dict .pth or a .safetensors, read as data; or a name, whose file is fetched"
                            + " once: " + names() + ". Default: the embedded demonstration backbone resnet18-lite"))
            .addOption(Option.builder()
                    .longOpt("trusted")
                    .optionalArg(true)
                    .numberOfArgs(1)
                    .argName("SHA256")
                    .desc(
                            "graft onto the network of --weights itself, a TorchScript file of any architecture. Its code"
                                    + " runs, so give a file of your own making, or pin it: --trusted SHA256, as sha256sum FILE printed it where the file was made")
                    .get())
            .addOption(option(
                    "head", "LAYER", "with --trusted: the linear layer to replace. Default: the file's last one"))
            .addOption(option("epochs", "N", "passes over the training pictures. Default: 10"))
            .addOption(option("batch-size", "N", "pictures a step. Default: 32"))
            .addOption(option("lr", "X", "learning rate of SGD. Default: 0.001"))
            .addOption(option("momentum", "X", "momentum of SGD, 0 to below 1. Default: 0.9"))
            .addOption(option(
                    "recipe",
                    "NAME",
                    "how to train a new head on the frozen network: fast (each picture passes the network once, in evaluation"
                            + " mode) or reference (the PyTorch tutorial's: all pictures in every epoch, batch norms in training"
                            + " mode). Default: fast; with --trusted reference"))
            .addOption(
                    option(
                            "unfreeze",
                            "LAYER,...",
                            "fine-tuning: these layers learn beside the head, such as layer4 or layer3,layer4, at a tenth of its learning"
                                    + " rate. With the recipe fast the layers before the first of them are still computed once"))
            .addOption(option(
                    "views",
                    "K",
                    "augmentation: each training picture in K views, each a part of it, of random size and place, every other one"
                            + " mirrored; epochs take turns with them. With the recipe fast each view passes the network once."
                            + " Default: 0, the pictures as they are; as many as epochs give every epoch new ones"))
            .addOption(option(
                    "cache",
                    "DIR|off",
                    "with the recipe fast: keeps what the network made of each picture, for later runs; treat the folder as"
                            + " the pictures themselves. Default: graft/features in this user's cache folder"))
            .addOption(
                    option(
                            "pixel-cache",
                            "memory|DIR|off",
                            "with the recipe reference: keeps the pixels of each picture from the first epoch on instead of decoding it in"
                                    + " every one. In memory (at most a quarter of the machine's and half of what is free), or in a temporary"
                                    + " file in DIR (at most half of the disk's room) that is gone with the run. Default: memory"))
            .addOption(option(
                    "precision",
                    "NAME",
                    "what the frozen network computes with, with the recipe reference also the head: fp32, bf16, int8 (with the"
                            + " recipe fast, on the processor: the fastest, and slightly other features), tf32 or fp16 (on a"
                            + " GPU), or auto: in the recipe fast bf16 where the processor has instructions for it, else fp32."
                            + " Default: auto"))
            .addOption(option(
                    "preprocessing",
                    "NAME",
                    "exact (stretched to 224 x 224, torchvision's numbers bit for bit) or opencv (the same wholly in"
                            + " OpenCV). Default: what known weights were evaluated with, else exact"))
            .addOption(Option.builder()
                    .longOpt("fast-decode")
                    .desc(
                            "decode large JPEGs at a half, a quarter or an eighth of their size where that still leaves what the"
                                    + " network takes: faster, other numbers. The model remembers it")
                    .get())
            .addOption(option(
                    "orientation",
                    "NAME",
                    "pictures that say by EXIF how they are to be turned: stored (left as they are, torchvision's way) or exif"
                            + " (turned, as viewers show them). The model remembers it. Default: stored"))
            .addOption(option(
                    "unreadable",
                    "NAME",
                    "what a picture that cannot be read does: fail (the run ends, and all such pictures are named) or skip (they are"
                            + " left out and named). Default: fail"))
            .addOption(option(
                    "val-fraction",
                    "X",
                    "share of the pictures held back for validation when the folder has no" + " split. Default: 0.2"))
            .addOption(option(
                    "seed", "N", "of the head, the order, the split, the views and the drawn pictures. Default: 0"))
            .addOption(option("replay", "FILE", "head and order from a dump of the Python twin (safetensors)"))
            .addOption(option("device", "NAME", "auto, cpu, cuda or cuda:N. Default: auto"))
            .addOption(option(
                    "threads",
                    "N",
                    "threads that compute; as many again, eight at most, decode pictures beside them. Default: the physical cores, or"
                            + " the processors that the container leaves if those are fewer"))
            .addOption(
                    option(
                            "out",
                            "DIR",
                            "gets model.pt, checkpoint/, metrics.jsonl and predictions.csv. One that holds an earlier run is refused unless"
                                    + " there is --overwrite. Default: graft-out, or the first of graft-out-2, graft-out-3, ... that holds none"))
            .addOption(Option.builder()
                    .longOpt("overwrite")
                    .desc("let this run take the place of an earlier one in --out")
                    .get())
            .addOption(option(
                    "resume",
                    "DIR",
                    "go on from the checkpoint of a stopped run, whose --out or checkpoint folder this is; give the"
                            + " other options as they were"))
            .addOption(option(
                    "checkpoint-every",
                    "N",
                    "write a checkpoint after every N steps too, for runs whose epochs take long. Default: at the end, when stopped, and"
                            + " at the end of epochs of ten seconds and more"))
            .addOption(Option.builder()
                    .longOpt("environment")
                    .desc(
                            "tell versions, processor, devices and kernels, for a report of an error or a measurement, and stop")
                    .get())
            .addOption(Option.builder("h").longOpt("help").desc("this text").get());

    private static Option option(String name, String argument, String text) {
        return Option.builder()
                .longOpt(name)
                .hasArg()
                .argName(argument)
                .desc(text)
                .get();
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException naming the option, what was given and what is allowed
     */
    static CatDogOptions parse(String[] args) {
        CommandLine line;
        try {
            line = DefaultParser.builder().setAllowPartialMatching(false).get().parse(OPTIONS, args);
        } catch (ParseException e) {
            throw new IllegalArgumentException("options: " + e.getMessage() + "; see --help", e);
        }
        if (!line.getArgList().isEmpty()) {
            throw new IllegalArgumentException("options: what is '"
                    + line.getArgList().get(0) + "'? A folder of pictures" + " is given as --data DIR; see --help");
        }
        refuseTwice(line);
        Path resume = checkpoint(path(line, "resume", null));
        KnownWeights known = known(line.getOptionValue("weights"));
        return new CatDogOptions(
                line.hasOption("help"),
                line.hasOption("environment"),
                path(line, "data", null),
                known == null ? path(line, "weights", null) : null,
                known,
                script(line, known),
                preprocessing(line, known),
                Stream.of("preprocessing", "fast-decode", "orientation").anyMatch(line::hasOption),
                fraction(line),
                seed(line),
                path(line, "replay", null),
                line.getOptionValue("device", "auto"),
                whole(line, "threads", 1024),
                path(line, "out", homeOf(resume)),
                line.hasOption("out") || resume != null,
                line.hasOption("overwrite"),
                resume,
                whole(line, "checkpoint-every", Integer.MAX_VALUE),
                cache(line),
                pixels(line),
                !"off".equals(line.getOptionValue("pixel-cache")),
                recipe(line).equals("fast"),
                precision(line),
                plan(line));
    }

    private static void refuseTwice(CommandLine line) {
        Set<String> seen = new HashSet<>();
        for (Option o : line.getOptions()) {
            if (!seen.add(o.getLongOpt())) {
                throw new IllegalArgumentException("--" + o.getLongOpt() + ": is given twice; give it once");
            }
        }
    }

    /** A run's --out stands for the checkpoint folder in it. */
    private static Path checkpoint(Path given) {
        return given != null && Files.isDirectory(given.resolve("checkpoint")) ? given.resolve("checkpoint") : given;
    }

    /** A resumed run writes where it wrote before. */
    private static Path homeOf(Path resume) {
        if (resume == null) return Path.of("graft-out");
        Path folder =
                Files.isDirectory(resume) ? resume : resume.toAbsolutePath().getParent();
        if (!folder.endsWith("checkpoint")) return Path.of("graft-out");
        return folder.getParent() != null
                ? folder.getParent()
                : folder.toAbsolutePath().getParent();
    }

    private static UnaryOperator<TrainingPlan> plan(CommandLine line) {
        UnaryOperator<TrainingPlan> plan = base -> withViews(line, withPrecision(line, withRecipe(line, base)))
                .withUnreadable(unreadable(line, base.input().unreadable()))
                .withEpochs((int) integer(line, "epochs", base.epochs(), 1, 1_000_000))
                .withBatchSize((int) integer(line, "batch-size", base.input().batchSize(), 1, 65_536))
                .withOptimizer(optimizer(line, (Sgd) base.phases().get(0).optimizer()))
                .withGroups(groups(line, base.phases().get(0).groups()));
        try {
            Objects.requireNonNull(
                    plan.apply(recipe(line).equals("fast") ? TrainingPlan.fast() : TrainingPlan.reference()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--" + e.getMessage().replaceFirst("^--", ""), e);
        }
        return plan;
    }

    private static Sgd optimizer(CommandLine line, Sgd base) {
        return new Sgd(number(line, "momentum", base.momentum()), base.weightDecay());
    }

    /** The head first; a checkpoint's plan keeps the layers that learn beside it unless others are named. */
    private static List<ParameterGroup> groups(CommandLine line, List<ParameterGroup> base) {
        ParameterGroup before = base.get(0);
        ParameterGroup head = new ParameterGroup(before.layer(), number(line, "lr", before.learningRate()));
        List<ParameterGroup> groups = new ArrayList<>(List.of(head));
        if (!line.hasOption("unfreeze")) {
            groups.addAll(base.subList(1, base.size()));
            return groups;
        }
        for (String layer : line.getOptionValue("unfreeze").split(",", -1)) {
            if (layer.isBlank()) {
                throw new IllegalArgumentException("--unfreeze: '" + line.getOptionValue("unfreeze")
                        + "' names no layer; give layers' names with commas between, such as layer3,layer4");
            }
            if (recipe(line).equals("fast") && !layer.strip().matches("layer[1-4](\\..+)?")) {
                throw new IllegalArgumentException(
                        "--unfreeze: with the recipe fast one of layer1, layer2, layer3, layer4, was '" + layer.strip()
                                + "'; another needs --recipe reference");
            }
            String name = layer.strip();
            if (name.equals("fc") || name.equals(head.layer())) {
                throw new IllegalArgumentException(
                        "--unfreeze: " + name + " is the head, which always learns; leave it out");
            }
            for (ParameterGroup g : groups) {
                if ((name + ".").startsWith(g.layer() + ".") || (g.layer() + ".").startsWith(name + ".")) {
                    throw new IllegalArgumentException(
                            "--unfreeze: " + name + " and " + g.layer() + " overlap; name each layer once");
                }
            }
            groups.add(new ParameterGroup(name, head.learningRate() / 10));
        }
        return groups;
    }

    private static Unreadable unreadable(CommandLine line, Unreadable base) {
        String name = line.getOptionValue("unreadable");
        if (name == null) return base;
        return switch (name) {
            case "fail" -> Unreadable.FAIL;
            case "skip" -> Unreadable.SKIP;
            default ->
                throw new IllegalArgumentException("--unreadable: '" + name + "' is not there; there are: fail, skip");
        };
    }

    private static String recipe(CommandLine line) {
        String recipe = line.getOptionValue("recipe", line.hasOption("trusted") ? "reference" : "fast");
        if (recipe.equals("fast") && line.hasOption("trusted")) {
            throw new IllegalArgumentException(
                    "--recipe: fast needs a network of Graft's own, --trusted runs the file's;"
                            + " leave --recipe out, or type --recipe reference");
        }
        if (!recipe.equals("fast") && !recipe.equals("reference")) {
            throw new IllegalArgumentException("--recipe: '" + recipe + "' is not there; there are: fast, reference");
        }
        return recipe;
    }

    /** A checkpoint's plan too, so that the other recipe is noticed as a difference. */
    private static TrainingPlan withRecipe(CommandLine line, TrainingPlan base) {
        if (!line.hasOption("recipe")) {
            return base;
        }
        return recipe(line).equals("fast")
                ? base.withMode(Mode.EVALUATION).withFrozen(FrozenLayers.ONCE)
                : base.withFrozen(FrozenLayers.EVERY_EPOCH).withMode(Mode.TRAINING);
    }

    private static TrainingPlan withPrecision(CommandLine line, TrainingPlan base) {
        Precision precision = precision(line);
        if (precision == Precision.INT8 && (recipe(line).equals("reference") || line.hasOption("unfreeze"))) {
            throw new IllegalArgumentException(
                    "--precision: int8 goes with --recipe fast and without --unfreeze; take fp32 or bf16");
        }
        return precision == null ? base : base.withPrecision(precision);
    }

    private static Precision precision(CommandLine line) {
        String name = line.getOptionValue("precision", AUTO);
        if (name.equals(AUTO)) {
            return null;
        }
        for (Precision p : Precision.values()) {
            if (p.name().toLowerCase(Locale.ROOT).equals(name)) {
                return p;
            }
        }
        throw new IllegalArgumentException(
                "--precision: '" + name + "' is not there; there are: auto, fp32, bf16, int8, tf32, fp16");
    }

    /** Of the seed, but a checkpoint's plan keeps its own where the number is the same. */
    private static TrainingPlan withViews(CommandLine line, TrainingPlan base) {
        int count = (int) integer(line, "views", base.input().views().count(), 0, Views.MOST);
        if (count == base.input().views().count()) {
            return base;
        }
        return base.withViews(count == 0 ? Views.NONE : new Views(count, Augmentation.STANDARD, seed(line)));
    }

    private static long seed(CommandLine line) {
        return integer(line, "seed", 0, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static Path cache(CommandLine line) {
        if ("off".equals(line.getOptionValue("cache"))) {
            return null;
        }
        if (recipe(line).equals("reference") && line.hasOption("cache")) {
            throw new IllegalArgumentException(
                    "--cache: goes with --recipe fast; the recipe reference has no features to keep; leave it out");
        }
        try {
            return line.hasOption("cache")
                    ? path(line, "cache", null)
                    : CacheFolder.standard().folder().resolve("features");
        } catch (IOException e) { // a user without a home folder: nothing is kept
            return null;
        }
    }

    private static Path pixels(CommandLine line) {
        String place = line.getOptionValue("pixel-cache", "memory");
        boolean fast = recipe(line).equals("fast") && !line.hasOption("resume");
        if (fast && line.hasOption("pixel-cache")) {
            throw new IllegalArgumentException(
                    "--pixel-cache: goes with --recipe reference; the recipe fast decodes each"
                            + " picture once and needs none; leave it out");
        }
        return place.equals("memory") || place.equals("off") ? null : path(line, "pixel-cache", null);
    }

    /** Where pixels are kept during the run. */
    PixelCache pixelCache() throws IOException {
        if (!keepsPixels) {
            return PixelCache.OFF;
        }
        return pixels == null ? PixelCache.inMemory() : PixelCache.onDisk(pixels);
    }

    private static double fraction(CommandLine line) {
        double x = number(line, "val-fraction", 0.2);
        if (x > 0 && x < 1) {
            return x;
        }
        throw new IllegalArgumentException("--val-fraction: must lie between 0 and 1, was " + x);
    }

    private static String names() {
        return Stream.of(KnownWeights.values()).map(Enum::name).collect(Collectors.joining(", "));
    }

    /** A word without folder and ending, or one of Python's names, is a name, unless there is such a file. */
    private static KnownWeights known(String weights) {
        if (weights != null && weights.matches("(?s)[A-Za-z][A-Za-z0-9+.-]+://.*")) {
            throw new IllegalArgumentException("--weights: takes a file or a name, no address; "
                    + KnownWeights.at(weights)
                            .map(w -> "what lies there is known as " + w)
                            .orElse("fetch it with any tool and give the file"));
        }
        String name = "[\\w-]+|(?i)\\w+_weights\\.\\w+";
        if (weights == null || !weights.matches(name) || Files.exists(Path.of(weights))) {
            return null;
        }
        try {
            return KnownWeights.named(weights);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--weights: there is neither a file nor a known name " + weights + "; "
                            + KnownWeights.suggestion(weights),
                    e);
        }
    }

    private static TrustedScript script(CommandLine line, KnownWeights known) {
        if (!line.hasOption("trusted")) {
            if (line.hasOption("head")) {
                throw new IllegalArgumentException("--head: goes with --trusted; a ResNet's head is fc");
            }
            return null;
        }
        Optional<String> digest = Optional.ofNullable(line.getOptionValue("trusted"));
        if (known != null) {
            throw new IllegalArgumentException(
                    "--trusted: the file of " + known + " is read as data, none of its code runs; leave --trusted out");
        }
        if (!line.hasOption("weights")) {
            boolean file = digest.isPresent() && !digest.get().matches("[0-9a-fA-F]{64}");
            throw new IllegalArgumentException(
                    file
                            ? "--trusted: takes a SHA-256, not a file; type --weights " + digest.get() + " --trusted"
                            : "--trusted: says that the code in the file of --weights may run, and there is no --weights;"
                                    + " type --weights FILE --trusted"
                                    + digest.map(d -> " " + d).orElse(""));
        }
        try {
            return new TrustedScript(
                    path(line, "weights", null), digest, Optional.ofNullable(line.getOptionValue("head")));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--" + e.getMessage(), e);
        }
    }

    /** As the known weights were evaluated, unless the user says otherwise. */
    private static Preprocessing preprocessing(CommandLine line, KnownWeights known) {
        Preprocessing named = named(line, known);
        if (line.hasOption("fast-decode")) named = named.withDecoding(Decoding.SCALED);
        String orientation = line.getOptionValue("orientation", "stored");
        return switch (orientation) {
            case "stored" -> named;
            case "exif" -> named.withOrientation(Orientation.EXIF);
            default ->
                throw new IllegalArgumentException(
                        "--orientation: '" + orientation + "' is not there; there are: stored, exif");
        };
    }

    private static Preprocessing named(CommandLine line, KnownWeights known) {
        String name = line.getOptionValue("preprocessing", "exact");
        return switch (name) {
            case "exact" ->
                known != null && !line.hasOption("preprocessing") ? known.preprocessing() : Preprocessing.standard();
            case "opencv" -> Preprocessing.opencv();
            default ->
                throw new IllegalArgumentException(
                        "--preprocessing: '" + name + "' is not there; there are: exact, opencv");
        };
    }

    private static Path path(CommandLine line, String name, Path fallback) {
        String value = line.getOptionValue(name);
        if (value != null && value.isEmpty()) {
            throw new IllegalArgumentException("--" + name + ": is empty; give a path, or leave the option out");
        }
        try {
            return value == null ? fallback : Path.of(value);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    "--" + name + ": Java cannot name this file under this locale (" + e.getReason()
                            + "); start with LC_ALL=C.UTF-8",
                    e);
        }
    }

    private static double number(CommandLine line, String name, double fallback) {
        String value = line.getOptionValue(name);
        try {
            return value == null ? fallback : Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + name + ": '" + value + "' is not a number", e);
        }
    }

    /** A number from 1 on, if it is given. */
    private static OptionalInt whole(CommandLine line, String name, int most) {
        return line.hasOption(name) ? OptionalInt.of((int) integer(line, name, 0, 1, most)) : OptionalInt.empty();
    }

    private static long integer(CommandLine line, String name, long fallback, long least, long most) {
        String value = line.getOptionValue(name);
        try {
            long n = value == null ? fallback : Long.parseLong(value);
            if (n >= least && n <= most) {
                return n;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + name + ": '" + value + "' is not a whole number", e);
        }
        throw new IllegalArgumentException("--" + name + ": must be " + least + " to " + most + ", was " + value);
    }

    /** Checks that a device that is named is there; the best of what there is always is one. */
    void requireDevice() {
        if (!device.equals("auto")) {
            computeDevice();
        }
    }

    /** The device that {@code --device} names. */
    ComputeDevice computeDevice() {
        try {
            return ComputeDevice.of(device);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--" + e.getMessage(), e);
        }
    }

    /**
     * Looks whether the named files are there.
     *
     * @throws IllegalArgumentException naming the option and the file
     */
    void requireFiles() {
        requireFile("data", data);
        requireFile("weights", isUnused("weights") ? null : weights);
        requireFile("replay", replay);
        requireFile("resume", resume);
        requireFile("pixel-cache", pixels);
        requireOutsideTheData();
        requireNoEarlierRun();
    }

    private void requireOutsideTheData() {
        try {
            if (data == null || !Files.isDirectory(out) || !Files.isSameFile(data, out)) return;
        } catch (IOException e) { // told when it is opened
            return;
        }
        throw new IllegalArgumentException("--out: " + out + " is the folder of the pictures; give another");
    }

    private void requireNoEarlierRun() {
        if (overwrites || !outIsGiven || isResumedThere()) return;
        List<String> there = new RunFolder(out).ofAnEarlierRun();
        if (there.isEmpty()) return;
        boolean resumable = there.stream().anyMatch(f -> f.endsWith(Checkpoint.FILE));
        throw new IllegalArgumentException("--out: " + out + " holds an earlier run (" + String.join(", ", there)
                + "); give another folder, " + (resumable ? "go on with it (--resume " + out + "), " : "")
                + "or say --overwrite");
    }

    /** Whether the run goes on in its own folder: the checkpoint there is the one to go on from. */
    boolean isResumedThere() {
        return resume != null && new RunFolder(out).holds(resume);
    }

    private static void requireFile(String option, Path file) {
        if (file != null && Files.notExists(file)) {
            throw new IllegalArgumentException("--" + option + ": there is no " + file + "; check the name");
        }
    }

    /** The options that a resumed run does not look at, for its checkpoint holds what they would bring. */
    List<String> unused() {
        return Stream.of("weights", "head")
                .filter(this::isUnused)
                .map(o -> "--" + o)
                .toList();
    }

    private boolean isUnused(String option) {
        if (resume == null) {
            return false;
        }
        return option.equals("head")
                ? script != null && script.head().isPresent()
                : script == null && (weights != null || known != null);
    }

    /** A message about a file that an option named, beginning with that option; any other as it is. */
    String named(String message) {
        Map<String, Path> files = new LinkedHashMap<>();
        files.put("weights", weights);
        files.put("replay", replay);
        files.put("resume", resume);
        if (message.startsWith("out: ")) return "--" + message;
        for (Map.Entry<String, Path> option : files.entrySet()) {
            String file = "weights: " + option.getValue();
            if (message.startsWith(file + ":") || message.startsWith(file + File.separator)) {
                return "--" + option.getKey() + message.substring("weights".length());
            }
        }
        return message;
    }

    /** Writes the help text. */
    static void printHelp(PrintWriter out) {
        out.println("CatDog: a folder of pictures in, a trained classifier out.");
        out.println();
        out.println("usage: examples/catdog [options]");
        out.println();
        out.println(
                "Without options it draws cats and dogs, grafts a new head on the embedded ResNet18, trains it for ten");
        out.println(
                "epochs and names three pictures that it has not seen. Nothing is fetched from a network but what Maven needs.");
        out.println();
        for (Option o : OPTIONS.getOptions()) {
            String name = "  --" + o.getLongOpt() + argument(o);
            printWrapped(out, name, o.getDescription());
        }
        out.println();
        out.println("Ctrl-C finishes the step, writes a checkpoint and prints the command that goes on from there.");
        out.println("Exit status: 0 done, 1 an error that is told in one line, 2 wrong options, 130 or 143 stopped.");
        out.flush();
    }

    private static String argument(Option o) {
        if (!o.hasArg()) {
            return "";
        }
        return o.hasOptionalArg() ? " [" + o.getArgName() + "]" : " " + o.getArgName();
    }

    private static void printWrapped(PrintWriter out, String name, String text) {
        StringBuilder line = new StringBuilder("%-24s".formatted(name));
        for (String word : text.split(" ")) {
            if (line.length() + word.length() + 1 > 100) {
                out.println(line);
                line = new StringBuilder(" ".repeat(24));
            }
            line.append(' ').append(word);
        }
        out.println(line);
    }
}
