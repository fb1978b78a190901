package dev.graft.cli;

import dev.graft.data.ImageFolder;
import dev.graft.features.FeatureStore;
import dev.graft.plan.TrainingPlan;
import dev.graft.study.Start;
import dev.graft.study.UnfreezingTrial;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The recipe auto with {@code --time-budget}: tries whether it pays that {@code layer4} learns too, and tells. */
record LayerTrial(TrainOptions options, PrintStream out) {
    /** Whether the options ask for it. */
    boolean isAsked() {
        TrainingPlan plan = plan();
        return options.run().resume() == null
                && plan.phases().size() == 1
                && plan.phases().get(0).fitsAtOnce()
                && plan.ending().seconds() > 0;
    }

    private TrainingPlan plan() {
        return options.plan().plan(options.machine().device());
    }

    /** The plan to train. */
    UnfreezingTrial.Verdict run(ImageFolder data, Path weights, BooleanSupplier stop) throws IOException {
        NetworkOptions network = options.network();
        if (network.script() != null)
            throw new UsageException(
                    "--time-budget: with the recipe auto it tries whether layer4 pays, which a network of"
                            + " --trusted may not have; leave it out");
        long seconds = plan().ending().seconds();
        out.println("trying whether it pays that layer4 learns too, within " + seconds + " s ...");
        UnfreezingTrial trial = new UnfreezingTrial(
                        Start.of(weights, network.choice(), network.preprocessing()),
                        data,
                        plan().then(UnfreezingTrial.LAYER4))
                .within(Duration.ofSeconds(seconds))
                .seed(options.run().seed())
                .jobs(job -> job.on(options.machine().device()))
                .stopWhen(stop);
        Path cache = options.machine().cache();
        if (cache != null) trial.featuresIn(FeatureStore.in(cache));
        UnfreezingTrial.Verdict verdict = trial.run();
        out.println(
                verdict.stopped()
                        ? "stopped before the training began"
                        : verdict.reason().replaceFirst("; about (\\d+) s would do$", "; --time-budget $1s would do"));
        return verdict;
    }
}
