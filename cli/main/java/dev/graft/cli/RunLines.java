package dev.graft.cli;

import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.ImageFolder;
import dev.graft.image.GreyScaling;
import dev.graft.image.Orientation;
import dev.graft.job.OpenJob;
import dev.graft.job.Result;
import dev.graft.job.RunFolder;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.plan.TrainingPlan;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Threads;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Prints the lines of a training run, except those of its epochs. */
final class RunLines {
    private final TrainOptions options;
    private final ResumeCommand resumeCommand;
    private final PrintStream out;

    RunLines(TrainOptions options, ResumeCommand resumeCommand, PrintStream out) {
        this.options = options;
        this.resumeCommand = resumeCommand;
        this.out = out;
    }

    void begin(RunFolder folder) {
        Path asked = options.run().out();
        if (!folder.folder().equals(asked)) {
            out.println(asked + " holds an earlier run: this one writes to " + folder.folder()
                    + " (--overwrite takes its place)");
        }
        if (!options.unused().isEmpty()) {
            out.println("resume: not used: " + String.join(", ", options.unused())
                    + "; the checkpoint holds weights and head");
        }
    }

    /** Prints what the pictures are and what looks odd. */
    ImageFolder told(ImageFolder data) {
        data.findings().lines().forEach(out::println);
        return data;
    }

    void network(OpenJob job) {
        Classifier classifier = job.classifier();
        boolean grafted = job.resumed().isEmpty();
        if (grafted && options.network().script() == null)
            out.println("weights: a " + classifier.card().network().title());
        classifier
                .card()
                .network()
                .origin()
                .ifPresent(sha -> out.println(
                        "trusted: " + options.network().script().file() + ", SHA-256 " + sha + ": its code runs"));
        if (grafted) classifier.notes().forEach(note -> out.println("weights: " + note));
    }

    void resume(Checkpoint from, TrainingPlan plan) {
        int done = from.run().epoch();
        out.println(
                done < plan.epochs()
                        ? "resuming " + from.file()
                        : "nothing left to train: " + done + " epochs are done; --epochs with more goes on");
    }

    /** Prints how many pictures have an EXIF orientation that turns or mirrors them, if any, and how they are used. */
    void orientation(ReadHeaders headers, Orientation orientation) {
        long turned = headers.turned();
        if (turned == 0) return;
        out.println(turned + " of " + headers.files().size() + " pictures carry an EXIF orientation: "
                + (orientation == Orientation.EXIF
                        ? "they are turned as it says"
                        : "they stay as they are stored, as in torchvision (--orientation exif turns them)"));
    }

    /** Prints how many pictures are grey of more than 8 bits, if any, and what becomes of their values. */
    void grey(ReadHeaders headers, GreyScaling scaling) {
        long deep = headers.deepGrey();
        if (deep == 0) return;
        out.println(deep + " of " + headers.files().size() + " pictures are grey of more than 8 bits: "
                + (scaling.equals(GreyScaling.NONE)
                        ? "values above 255 become 255, as in Pillow, which loses most of them (see --grey)"
                        : "their values are scaled by " + scaling.text()));
    }

    void machine(OpenJob job, ComputeDevice device) {
        Precision precision = job.plan().compute().precision();
        out.println("training on " + device + " with " + Threads.get()
                + (Threads.get() == 1 ? " thread, " : " threads, ")
                + precision.name().toLowerCase(Locale.ROOT) + " (" + reason(job, device) + ")");
    }

    /** The reason for this precision. */
    private String reason(OpenJob job, ComputeDevice device) {
        if (options.plan().precision() != null) return "as asked";
        if (job.resumed().isPresent()) return "as before";
        if (!options.plan().once()) return "as the recipe has it";
        if (device.isCuda()) return "on a GPU";
        if (!Precision.BF16.isNativeHere()) return "the processor has no instructions for bf16";
        boolean bf16 = job.plan().compute().precision() == Precision.BF16;
        return bf16 ? "the processor has instructions for bf16" : "bf16 is slower on this processor";
    }

    void saved(RunFolder folder) {
        List<String> names = Stream.of(
                        folder.predictions(),
                        folder.testPredictions(),
                        folder.outOfFold(),
                        folder.metrics(),
                        folder.record(),
                        folder.report(),
                        folder.checkpoint())
                .filter(Files::exists)
                .map(file -> file.getFileName() + (Files.isDirectory(file) ? "/" : ""))
                .toList();
        int last = names.size() - 1;
        out.println("saved " + folder.model() + ", " + String.join(", ", names.subList(0, last)) + " and "
                + names.get(last));
    }

    void skipped(Result result, boolean resumed) {
        if (result.skipped().isEmpty()) return;
        out.println("left out" + (resumed ? " since the resume" : "") + ", for they cannot be read: "
                + result.skipped().size());
        result.skipped().values().forEach(why -> out.println("  " + why));
    }

    void stopped(RunFolder folder, OpenJob job) {
        boolean holdsWeights = options.network().script() == null;
        if (Files.exists(Checkpoint.fileIn(folder.checkpoint()))) {
            out.println("stopped; go on with: " + resumeCommand.from(folder.checkpoint(), holdsWeights));
        } else if (job.resumed().isPresent()) {
            out.println("stopped before anything was trained; go on with: "
                    + resumeCommand.from(job.resumed().get().file(), holdsWeights));
        } else {
            out.println("stopped before anything was trained; start anew");
        }
    }
}
