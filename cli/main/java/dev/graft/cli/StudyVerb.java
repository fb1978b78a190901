package dev.graft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.batch.PixelCache;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.ImageFolder;
import dev.graft.features.FeatureStore;
import dev.graft.files.AtomicFile;
import dev.graft.image.GreyScaling;
import dev.graft.job.Job;
import dev.graft.job.RunFolder;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.study.Start;
import dev.graft.study.Study;
import dev.graft.study.StudyResult;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code graft train} with folds, seeds or a grid: a {@link Study} and its output lines. */
final class StudyVerb {
    private final TrainOptions options;
    private final StudyOptions asked;
    private final boolean decodes;
    private final boolean keepsCheckpoint;
    private final ResumeCommand command;
    private final ConsoleLog log;
    private final Path folder;

    private StudyVerb(TrainOptions options, StudyOptions asked, Arguments args, ConsoleLog log) {
        List<String> words = args.command("train");
        this.options = options;
        this.asked = asked;
        this.decodes =
                args.oneOf("check", "headers", List.of("headers", "decode")).equals("decode");
        this.keepsCheckpoint = args.has(TrainVerb.KEEP_CHECKPOINT);
        this.command = new ResumeCommand(System.getProperty("graft.command", "graft"), words.subList(1, words.size()));
        this.log = log;
        this.folder = options.run().out();
    }

    /** Trains and tells. Returns the exit status. */
    static int run(TrainOptions options, StudyOptions asked, Arguments args, Console console) throws IOException {
        PrintStream shown = console.quiet() || console.json()
                ? new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)
                : console.out();
        try (NativesAhead ahead = new NativesAhead();
                ConsoleLog log = new ConsoleLog(shown)) {
            TrainVerb.recipe(args).ifPresent(log.stream()::println);
            StudyVerb verb = new StudyVerb(options, asked, args, log);
            StudyResult result = verb.run();
            if (result.stopped()) return TrainCommand.STOPPED;
            console.result(verb.record());
            if (console.quiet()) console.result(verb.folder + "  " + StudyLines.best(result));
            return ExitStatus.DONE;
        } catch (UsageException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            IllegalArgumentException named = asked.named(e);
            throw new IllegalArgumentException(options.named(named.getMessage()), e);
        } catch (IOException e) {
            throw new IOException(options.named(String.valueOf(e.getMessage())), e);
        }
    }

    private StudyResult run() throws IOException {
        TrainingPlan plan = options.plan().plan(options.machine().device());
        asked.require(plan);
        if (new LayerTrial(options, log.stream()).isAsked())
            throw new UsageException("--time-budget: with the recipe auto it tries whether layer4 pays, which a study"
                    + " does not; leave it out, or compare plans with --grid and the recipe fast");
        boolean goesOn = requireNoFinishedStudy();
        RunFolder.in(folder);
        try (ImageFolder data = options.data().open()) {
            StudyPictures pictures = new StudyPictures(data, asked.folds().orElse(0), asked.last());
            pictures.tell(log.stream());
            Path weights = Fetching.of(options.network(), log.stream());
            options.machine().threads().ifPresent(Threads::set);
            try (StopRequest stop = new StopRequest()) {
                Optional<GreyScaling> whole =
                        decodes ? Optional.of(options.network().preprocessing().grey()) : Optional.empty();
                UnreadablePictures.check(ReadHeaders.of(data), plan, whole, log.stream());
                StudyResult result = told(study(data, weights, plan, goesOn).stopWhen(stop), pictures, plan);
                log.into(folder, goesOn); // where no run began
                return result;
            }
        }
    }

    /** Whether the folder holds a study that was stopped. */
    private boolean requireNoFinishedStudy() throws IOException {
        Path file = folder.resolve(Study.FILE);
        if (Files.notExists(file)) return false;
        if (!record().path("state").asText().equals("done")) return true;
        throw new UsageException(
                "--out: " + folder + " holds a finished study (" + Study.FILE + "); give another folder");
    }

    private ObjectNode record() throws IOException {
        JsonNode study = new ObjectMapper().readTree(folder.resolve(Study.FILE).toFile());
        if (study instanceof ObjectNode object) return object.put("folder", folder.toString());
        throw new IOException("study: " + folder.resolve(Study.FILE) + " is no study; give another folder");
    }

    private Study study(ImageFolder data, Path weights, TrainingPlan plan, boolean goesOn) throws IOException {
        NetworkOptions network = options.network();
        ComputeDevice device = options.machine().device();
        PixelCache pixels = options.machine().pixelCache();
        Start start = network.script() == null
                ? Start.of(weights, network.choice(), network.preprocessing())
                : Start.of(network.script(), network.preprocessing());
        Study study = asked.apply(new Study(options.head().apply(start), data, plan))
                .seed(options.run().seed())
                .into(folder)
                .jobs(job -> settings(job, device, pixels)
                        .listener(TrainingListener.on(Event.RunBegan.class, e -> log.into(folder, goesOn))));
        Path cache = options.machine().cache();
        return cache == null ? study : study.featuresIn(FeatureStore.in(cache));
    }

    private Job settings(Job job, ComputeDevice device, PixelCache pixels) {
        options.run().kept().every().ifPresent(job::checkpointEverySteps);
        return job.on(device).pixelCache(pixels);
    }

    private StudyResult told(Study study, StudyPictures pictures, TrainingPlan plan) throws IOException {
        StudyLines lines = new StudyLines(log.stream(), pictures.data()::nameOf);
        log.stream().println("study: " + asked.words(plan));
        StudyResult result = study.listener(lines::ended).run();
        if (result.stopped()) log.stream().println("stopped; go on with: " + command.again(folder));
        else lines.result(result, folder, pictures.ofTheFinalModel());
        if (!result.stopped() && asked.last() && !keepsCheckpoint) removeCheckpoint();
        return result;
    }

    private void removeCheckpoint() throws IOException {
        RunFolder last = new RunFolder(folder.resolve(Study.FINAL));
        AtomicFile.delete(Checkpoint.fileIn(last.checkpoint()));
        Files.deleteIfExists(last.checkpoint());
    }
}
