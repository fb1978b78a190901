package dev.graft.cli;

import static dev.graft.cli.Arguments.option;
import static dev.graft.cli.Arguments.optional;

import dev.graft.job.RunFolder;
import dev.graft.model.Precision;
import dev.graft.model.TrustedScript;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.predict.TestViews;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.cli.Option;

/**
 * The options for a saved model and for the machine that runs it.
 *
 * @param file the model, or a checkpoint's file or folder
 * @param trusted whether the code of a network that is not Graft's own may run
 * @param sha256 that the trusted file must have; empty for any
 * @param deviceName auto, cpu, cuda or cuda:N
 * @param precision empty for the device's best one
 * @param threads the number of threads that compute; empty for the library's default
 * @param views whose probabilities are averaged
 */
record ModelOptions(
        Path file,
        boolean trusted,
        Optional<String> sha256,
        String deviceName,
        Optional<Precision> precision,
        OptionalInt threads,
        TestViews views) {
    /** The usual batch for folders of pictures. */
    static final int MANY = 32;

    private static final String AUTO = "auto";
    private static final List<String> PRECISIONS = List.of(AUTO, "fp32", "bf16", "tf32", "fp16");

    static List<Option> table() {
        return List.of(
                option("device", "NAME", "auto, cpu, cuda or cuda:N. Default: auto"),
                option(
                        "precision",
                        "NAME",
                        "what the network computes with: fp32, bf16, tf32 or fp16 (on a GPU), or auto: bf16 where the processor"
                                + " is faster with it, else fp32. Default: auto"),
                option(
                        "threads",
                        "N",
                        "threads that compute; as many again, eight at most, decode pictures beside them. Default: the physical cores, or"
                                + " the processors that the container leaves if those are fewer"),
                optional(
                        "tta",
                        "K",
                        "test-time augmentation: the mean of the probabilities of each picture as it is, of K parts of it (at least"
                                + " half of the picture each), and of all these mirrored. Takes 2 + 2 K times as long. Without K"
                                + " no parts; give --tta behind the other words then"),
                trustedOption());
    }

    /** Lets the code of a network that is not Graft's own run. */
    static Option trustedOption() {
        return optional(
                "trusted",
                "SHA256",
                "MODEL has a network that is not Graft's own, and the code in the file may run: give a file of your own making, or pin"
                        + " it: --trusted SHA256");
    }

    /**
     * Reads the options.
     *
     * @param model as the user named it: a model, a checkpoint, or the folder of a run
     * @throws IOException when there is no such model
     */
    static ModelOptions of(Arguments args, String model) throws IOException {
        String precision = args.oneOf("precision", AUTO, PRECISIONS);
        return new ModelOptions(
                file(model),
                args.has("trusted"),
                sha256(args),
                args.text("device", AUTO),
                precision.equals(AUTO)
                        ? Optional.empty()
                        : Optional.of(Precision.valueOf(precision.toUpperCase(Locale.ROOT))),
                args.count("threads", 1024),
                views(args));
    }

    private static TestViews views(Arguments args) {
        if (!args.has("tta")) return TestViews.NONE;
        String parts = args.text("tta", "0");
        if (!parts.matches("[0-9]{1,3}"))
            throw new UsageException("--tta: takes nothing or a number of parts, 0 to 999, was '" + parts
                    + "'; give --tta behind the other words");
        return TestViews.of(Integer.parseInt(parts));
    }

    /** Refuses options that may come without a word and took one that is meant for the command. */
    static void requireOwnWords(Arguments args) {
        sha256(args);
        views(args);
    }

    /** The digest behind {@code --trusted}; a word there is refused, because it is missing elsewhere. */
    static Optional<String> sha256(Arguments args) {
        String sha256 = args.text("trusted", null);
        if (sha256 != null && !sha256.matches("[0-9a-fA-F]{64}")) {
            throw new UsageException("--trusted: takes nothing or a SHA-256 of 64 hexadecimal digits, was '" + sha256
                    + "'; give --trusted behind the other words");
        }
        return Optional.ofNullable(sha256);
    }

    /** The file of a model; in the folder of a run its model, or else its checkpoint. */
    static Path file(String word) throws IOException {
        Path place = Words.path("MODEL", word);
        if (!Files.exists(place)) {
            throw new IOException("MODEL: there is no file or folder " + place + "; give the model.pt of a run");
        }
        return RunFolder.modelIn(place)
                .orElseThrow(() -> new IOException("MODEL: the folder " + place
                        + " holds no model.pt and no checkpoint; give a run's folder or a model's file"));
    }

    /**
     * Opens the model; the caller closes it.
     *
     * @param whole whether the network as it was saved stays in memory too, for explanations
     * @param batch how many pictures are usually computed at once
     */
    Predictor open(boolean whole, int batch) throws IOException {
        PredictorOptions options = options().withBatch(batch);
        return open(whole ? options.withWholeNetwork() : options);
    }

    /** How the network runs. */
    PredictorOptions options() {
        PredictorOptions options = PredictorOptions.fast().withViews(views);
        if (!deviceName.equals(AUTO)) options = options.withDevice(device());
        return precision.isPresent() ? options.withPrecision(precision.get()) : options;
    }

    /** Opens the model with these options, and sets the threads that compute; the caller closes it. */
    Predictor open(PredictorOptions options) throws IOException {
        threads.ifPresent(Threads::set);
        return trusted ? Predictor.open(trustedScript(), options) : Predictor.open(file, options);
    }

    /** Reads the file again into the place of the model that a predictor has. */
    void reopen(Predictor predictor) throws IOException {
        if (trusted) predictor.replace(trustedScript());
        else predictor.replace(file);
    }

    private TrustedScript trustedScript() {
        return new TrustedScript(file, sha256, Optional.empty());
    }

    private ComputeDevice device() {
        try {
            return ComputeDevice.of(deviceName);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--" + e.getMessage(), e);
        }
    }
}
