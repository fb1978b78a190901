package dev.graft.study;

import dev.graft.checkpoint.Checkpoint;
import dev.graft.features.FeatureStore;
import dev.graft.job.Job;
import dev.graft.job.Result;
import dev.graft.job.RunFolder;
import dev.graft.metrics.Metric;
import dev.graft.metrics.Metrics;
import dev.graft.metrics.Scores;
import dev.graft.model.Classifier;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.TrainingPlan;
import dev.graft.train.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Trains the members of a study. Each network is closed before the next one is read.
 *
 * @param settings changes to each job: device, pixel cache, listeners
 */
record MemberRun(Start start, UnaryOperator<Job> settings, FeatureStore features, BooleanSupplier stop) {
    /** Top-5 accuracy says nothing for fewer classes. */
    private static final int TOP = 5;

    /**
     * Trains one run, or goes on with it where its folder has a checkpoint.
     *
     * @param folder empty to write nothing
     * @return empty if it was stopped
     */
    Optional<MemberResult> run(Settings of, Member member, Division division, Optional<Path> folder)
            throws IOException {
        long began = System.nanoTime();
        int[] judges = division.judges(member);
        Job.Pictures pictures = Job.Pictures.of(division.pictures(member));
        try {
            Job job = job(pictures, folder).plan(of.plan(member)).seed(of.seed(member));
            Result result = (isShort(of.plan(member)) ? job.withoutNetwork() : job).run();
            if (result.stopped()) return Optional.empty();
            Scores own = result.evaluation().orElseThrow().scores();
            int[] samples = IntStream.of(own.samples()).map(i -> judges[i]).toArray();
            Scores scores = new Scores(samples, own.labels(), own.logits());
            return Optional.of(result(member, scores, seconds(began)));
        } catch (TrainingException e) {
            Scores none = new Scores(new int[0], new int[0], new float[0][]);
            return Optional.of(
                    new MemberResult(member, none, metrics(none), seconds(began), Optional.of(e.getMessage())));
        }
    }

    /** A job that writes into this folder, or goes on there. */
    Job job(Job.Pictures pictures, Optional<Path> folder) throws IOException {
        if (folder.isEmpty())
            return settings.apply(start.graft(pictures)).featuresIn(features).stopWhen(stop);
        RunFolder run = RunFolder.in(folder.get());
        boolean goesOn = Files.exists(Checkpoint.fileIn(run.checkpoint()));
        Job job = goesOn ? start.resume(run.checkpoint(), pictures) : start.graft(pictures);
        return settings.apply(job).featuresIn(features).stopWhen(stop).into(run);
    }

    /** Only a head learns from features, in seconds: to write networks would take longer than to begin again. */
    private static boolean isShort(TrainingPlan plan) {
        return plan.compute().frozen() == FrozenLayers.ONCE
                && plan.phases().stream().flatMap(p -> p.groups().stream()).allMatch(g -> g.layer()
                        .equals(Classifier.HEAD));
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    static MemberResult result(Member member, Scores scores, double seconds) {
        return new MemberResult(member, scores, metrics(scores), seconds, Optional.empty());
    }

    private static Map<String, Double> metrics(Scores scores) {
        List<Metric> wanted = new ArrayList<>(Metrics.all());
        if (scores.classes() > TOP) wanted.add(1, Metrics.topK(TOP));
        Map<String, Double> values = new LinkedHashMap<>();
        wanted.forEach(m -> values.put(m.name(), m.of(scores)));
        return values;
    }
}
