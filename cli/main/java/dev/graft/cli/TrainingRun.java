package dev.graft.cli;

import dev.graft.batch.PixelCache;
import dev.graft.data.ImageFolder;
import dev.graft.distributed.RankGroup;
import dev.graft.features.FeatureStore;
import dev.graft.files.AtomicFile;
import dev.graft.image.Preprocessing;
import dev.graft.job.Job;
import dev.graft.job.OpenJob;
import dev.graft.job.Result;
import dev.graft.job.RunFolder;
import dev.graft.model.Classifier;
import dev.graft.model.TrustedScript;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.TrainingPlan;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.report.ConsoleReport;
import dev.graft.study.UnfreezingTrial;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Threads;
import dev.graft.train.RateCurve;
import dev.graft.train.RateFinder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A training run with the given options: a {@link Job} and its output lines. */
final class TrainingRun {
    private final TrainOptions options;
    private final Optional<Demonstration> demonstration;
    private final RunLines lines;
    private final PrintStream out;
    private ComputeDevice device;
    private Optional<RankGroup> ranks = Optional.empty();
    private RunObserver observer = RunObserver.NONE;
    private Optional<TrainingPlan> chosen = Optional.empty(); // by a trial
    private UnaryOperator<Path> names = UnaryOperator.identity(); // of pictures, once they are open

    TrainingRun(TrainOptions options, Optional<Demonstration> demonstration, ResumeCommand resume, PrintStream out) {
        this.options = options;
        this.demonstration = demonstration;
        this.lines = new RunLines(options, resume, out);
        this.out = out;
        this.device = options.machine().device();
    }

    /** Sets who follows the run. */
    TrainingRun observedBy(RunObserver other) {
        observer = other;
        return this;
    }

    /** Makes it one rank of several. Only rank 0 looks at all pictures and at the result. */
    TrainingRun among(RankGroup group) {
        ranks = Optional.of(group);
        device = group.device();
        return this;
    }

    private boolean isFirst() {
        return ranks.map(RankGroup::isFirst).orElse(true);
    }

    /** Runs it. Returns whether the run reached its end. */
    boolean run() throws IOException {
        RunOptions run = options.run();
        RunFolder folder = RunFolder.in(run.out()).fresh(!run.outIsGiven() && !run.overwrites());
        lines.begin(folder);
        try (ImageFolder given = options.data().isGiven() ? options.data().open() : null) {
            if (given != null) lines.told(given);
            return run(folder, given == null ? drawn(folder) : Job.Pictures.of(given));
        }
    }

    private boolean run(RunFolder folder, Job.Pictures pictures) throws IOException {
        if (pictures.isMultiLabel()) options.multiLabel().require();
        if (!isFirst()) ranks.get().exchange(""); // rank 0 may be downloading them
        Path weights = weights(); // before Ctrl-C waits for the end of a step: during a download, it may exit at once
        if (isFirst()) ranks.ifPresent(group -> group.exchange(""));
        options.machine().threads().ifPresent(Threads::set);
        try (StopRequest stop = new StopRequest();
                EmbeddedWeights embedded = needsEmbedded(weights) ? embedded() : null) {
            LayerTrial trial = new LayerTrial(options, out);
            if (ranks.isPresent() && trial.isAsked())
                throw new UsageException(
                        "--time-budget: with the recipe auto it tries whether layer4 pays, which is for one"
                                + " process; leave it out, or take --recipe fast");
            if (embedded == null && !pictures.isMultiLabel() && trial.isAsked()) {
                UnfreezingTrial.Verdict verdict = trial.run(pictures.open(), weights, stop);
                if (verdict.stopped()) return false;
                chosen = Optional.of(verdict.plan());
                observer.tried(verdict.reason());
            }
            Job job = settings(job(pictures, embedded == null ? weights : embedded.file()), folder)
                    .plan(before -> plan(before, pictures))
                    .stopWhen(stop);
            try (OpenJob open = job.open()) {
                return run(open, folder);
            }
        }
    }

    /** The file of the weights, downloaded if necessary; null if none is needed. */
    private Path weights() throws IOException {
        NetworkOptions network = options.network();
        return options.run().resume() == null ? Fetching.of(network, out) : network.weights();
    }

    private boolean needsEmbedded(Path weights) {
        return options.run().resume() == null && options.network().script() == null && weights == null;
    }

    private EmbeddedWeights embedded() throws IOException {
        if (demonstration.isEmpty()) {
            throw new IOException("weights: none are named; give a file or a known name with --weights");
        }
        out.println("no --weights: the embedded " + demonstration.get().weightsName()
                + ", a demonstration; for real work give torchvision's resnet18");
        return new EmbeddedWeights(demonstration.get());
    }

    private Job.Pictures drawn(RunFolder run) {
        Demonstration demo = demonstration.orElseThrow(); // without a demonstration, --data is required
        return new Job.Pictures() {
            @Override
            public List<String> classes() {
                return demo.classes();
            }

            @Override
            public ImageFolder open() throws IOException {
                Path drawn = run.folder().resolve("drawn");
                out.println("no --data: drawing " + demo.pictures() + " into " + drawn);
                demo.draw(drawn, options.run().seed());
                return lines.told(ImageFolder.open(drawn));
            }
        };
    }

    private Job job(Job.Pictures pictures, Path weights) {
        Path resume = options.run().resume();
        TrustedScript script = options.network().script();
        Preprocessing preprocessing = options.network().preprocessing();
        if (resume != null) {
            return script == null ? Job.resume(resume, pictures) : Job.resume(resume, script, pictures);
        }
        return script == null
                ? Job.graft(weights, options.network().choice(), pictures, preprocessing)
                : Job.graft(script, pictures, preprocessing);
    }

    private Job settings(Job job, RunFolder folder) throws IOException {
        MachineOptions machine = options.machine();
        job.on(device)
                .seed(options.run().seed())
                .pixelCache(share(machine.pixelCache()))
                .listener(new ConsoleReport(out::println, file -> names.apply(file)))
                .listener(new LossWatch(out))
                .listener(observer)
                .into(folder);
        if (machine.cache() != null) job.featuresIn(FeatureStore.in(machine.cache()));
        RunOptions.Kept kept = options.run().kept();
        kept.every().ifPresent(job::checkpointEverySteps);
        kept.best().ifPresent(job::keepBest);
        job.keepLast(kept.last());
        ranks.ifPresent(job::ranks);
        if (options.ranks().ownStatistics()) job.statisticsOfEachRank();
        return options.head().apply(job);
    }

    /** Ranks on one machine share its memory. */
    private PixelCache share(PixelCache cache) {
        int local = ranks.map(group -> group.world().localSize()).orElse(1);
        return new PixelCache(cache.folder(), cache.mostBytes() / local);
    }

    /** The plan of the options, or that of the checkpoint, of which only the number of epochs may change. */
    private TrainingPlan plan(TrainingPlan before, Job.Pictures pictures) {
        if (options.run().resume() == null) {
            TrainingPlan plan = chosen.orElseGet(() -> options.plan().plan(device));
            return pictures.isMultiLabel()
                    ? options.multiLabel().of(plan, pictures.classes().size(), out)
                    : plan;
        }
        try {
            before.compute().precision().requireFits(device);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "resume: " + options.run().resume() + " was trained in "
                            + before.compute().precision() + ", which is not for the device " + device
                            + "; name one with --device that it is for, or start anew",
                    e);
        }
        TrainingPlan now = options.plan().changes().apply(before);
        String differences = PlanOptions.differences(before, now);
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException("resume: the options differ from the stopped run's: " + differences
                    + "; leave out what differs, or start anew");
        }
        return now;
    }

    private boolean run(OpenJob job, RunFolder folder) throws IOException {
        lines.network(job);
        requirePreprocessing(job.classifier().card().preprocessing());
        job.resumed().ifPresent(checkpoint -> lines.resume(checkpoint, job.plan()));
        ImageFolder data = job.data();
        names = data::nameOf;
        if (!isFirst()) return !job.run().stopped();
        ReadHeaders headers = ReadHeaders.of(data);
        lines.orientation(headers, job.classifier().card().preprocessing().orientation());
        lines.grey(headers, job.classifier().card().preprocessing().grey());
        lines.machine(job, device);
        requireLayers(job);
        if (options.plan().findsRate()) return found(job, folder);
        if (options.run().replay() != null) replay(job);
        observer.ready(job, folder, headers);
        Result result = job.run();
        if (result.stopped()) {
            lines.stopped(folder, job);
            observer.stopped(job, result);
            return false;
        }
        lines.skipped(result, job.resumed().isPresent());
        try (Predictor predictor = predictor(folder, result)) {
            if (!data.test().isEmpty()) TestPictures.evaluate(data, predictor, folder.testPredictions(), out);
            observer.finished(job, result, predictor);
            lines.saved(folder);
            shownPictures(data, result, folder).tell(predictor, out);
        }
        return true;
    }

    /** Searches a learning rate and does not train. A named folder gets the curve, for the report of a run there. */
    private boolean found(OpenJob job, RunFolder folder) throws IOException {
        RateCurve curve;
        try (Progress progress = new Progress(out, null)) {
            curve = job.findRate(RateFinder.Rates.STANDARD, progress);
        }
        new RateLines(curve).lines().forEach(out::println);
        if (!options.run().outIsGiven()) return true;
        Files.createDirectories(folder.folder());
        AtomicFile.write(folder.rates(), curve.toJson().getBytes(StandardCharsets.UTF_8));
        out.println("curve: " + folder.rates() + ", for the report of a run with the same --out");
        return true;
    }

    private void requirePreprocessing(Preprocessing trained) throws IOException {
        NetworkOptions network = options.network();
        if (network.choosesPreprocessing() && !trained.equals(network.preprocessing())) {
            throw new IOException(
                    "resume: --preprocessing, --fast-decode, --orientation or --grey differs from the stopped run's, whose"
                            + " network was trained with " + trained.toJson() + "; leave them out, or start anew");
        }
    }

    private void requireLayers(OpenJob job) {
        Classifier classifier = job.classifier();
        List<ParameterGroup> groups = job.plan().phases().get(0).groups();
        for (ParameterGroup g : groups.subList(1, groups.size())) {
            classifier.parametersOf(g.layer()); // refuses a layer that does not exist
            out.println(g.layer() + " learns too, at a rate of " + Units.rate(g.learningRate()));
        }
    }

    private void replay(OpenJob job) throws IOException {
        Replay replay = Replay.read(options.run().replay());
        if (job.resumed().isEmpty()) job.classifier().replaceHead(replay.weight(), replay.bias());
        job.order(replay.order());
    }

    private Predictor predictor(RunFolder folder, Result result) throws IOException {
        PredictorOptions exact = PredictorOptions.exact().withDevice(device);
        return options.network().script() == null
                ? Predictor.open(folder.model(), exact)
                : Predictor.open(
                        TrustedScript.pinned(folder.model(), result.sha256().orElseThrow()), exact);
    }

    private ShownPictures shownPictures(ImageFolder data, Result result, RunFolder folder) throws IOException {
        if (!options.data().isGiven()) {
            long seed = options.run().seed() + 1;
            return ShownPictures.unseen(
                    demonstration.orElseThrow().drawUnseen(folder.folder().resolve("unseen"), seed));
        }
        return ShownPictures.ofValidation(data, result.evaluation().orElseThrow());
    }
}
