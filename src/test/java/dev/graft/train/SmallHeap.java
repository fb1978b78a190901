package dev.graft.train;

import dev.graft.SmallRun;
import dev.graft.batch.PixelCache;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.features.FeatureStore;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.plan.TrainingPlan;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A child with little heap: graft, train with pixels kept outside it, save, resume, and predict with what the recipe reference
 * saved. Arguments: weights, a folder, fast or reference.
 */
final class SmallHeap {
    private static final int THREADS = 10;
    private static final int BATCH = 32;

    private SmallHeap() {}

    public static void main(String[] args) throws Exception {
        Threads.set(1);
        Path folder = Path.of(args[1]);
        ModelCard card = SmallRun.card(224, "cat", "dog");
        TrainingPlan recipe = args[2].equals("fast") ? TrainingPlan.fast() : TrainingPlan.reference();
        TrainingPlan plan = recipe.withEpochs(2);
        FeatureStore store = FeatureStore.in(folder.resolve("features"));
        List<Sample> samples = SmallRun.samples(folder, BATCH);
        Path model = folder.resolve("model.pt");
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(Path.of(args[0]), card, random)) {
            Trainer.of(c, samples, plan)
                    .validation(samples.subList(0, 4))
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .pixelCache(PixelCache.inMemory(1L << 30))
                    .checkpointsIn(folder)
                    .featuresIn(store)
                    .fit();
            c.save(model);
        }
        try (RandomSource random = new RandomSource(6);
                Checkpoint checkpoint = Checkpoint.open(folder);
                Classifier c = Classifier.load(checkpoint.file())) {
            Trainer.of(c, samples, plan.withEpochs(3))
                    .validation(samples.subList(0, 4))
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .resume(checkpoint)
                    .checkpointsIn(folder)
                    .featuresIn(store)
                    .fit();
        }
        if (!args[2].equals("fast"))
            predict(model, samples.stream().map(Sample::file).toList());
        System.out.println("OK");
    }

    /** Ten whole batches at once: their pixels alone are 48 MB. */
    private static void predict(Path model, List<Path> pictures) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try (Predictor predictor =
                Predictor.open(model, PredictorOptions.exact().withDevice(ComputeDevice.CPU))) {
            List<Future<Integer>> sizes = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                sizes.add(pool.submit(() -> predictor.predict(pictures).size()));
            }
            for (Future<Integer> size : sizes) {
                System.out.println("predicted " + size.get());
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
