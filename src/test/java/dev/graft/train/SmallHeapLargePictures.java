package dev.graft.train;

import dev.graft.SmallRun;
import dev.graft.data.Sample;
import dev.graft.features.FeatureStore;
import dev.graft.image.Orientation;
import dev.graft.image.PictureException;
import dev.graft.image.PictureReader;
import dev.graft.image.Preprocessing;
import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.SeededView;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.plan.TrainingPlan;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * A child with little heap and large pictures: they are read in two threads at once, trained with, and named. Arguments: weights,
 * a folder of pictures, a folder to write to.
 */
final class SmallHeapLargePictures {
    private static final int SIDE = 64;
    private static final int N = 3 * SIDE * SIDE;
    private static final Optional<SeededView> VIEW = Optional.of(new SeededView(Augmentation.STANDARD, 3, 0));

    private SmallHeapLargePictures() {}

    public static void main(String[] args) throws Exception {
        Threads.set(2);
        List<Path> pictures;
        try (Stream<Path> files = Files.list(Path.of(args[1]))) {
            pictures = files.sorted().toList();
        }
        ModelCard plain = SmallRun.card(SIDE, "cat", "dog");
        Preprocessing turned = plain.preprocessing().withOrientation(Orientation.EXIF);
        ModelCard card = new ModelCard(Architecture.RESNET18, plain.classes(), turned);
        PictureReader reader = new PictureReader(turned);
        twice(() -> readAll(reader, pictures));
        for (Path picture : pictures) {
            try {
                reader.decode(picture);
                System.out.println("fits: " + picture);
            } catch (PictureException e) {
                if (e.getMessage().contains("larger -Xmx")) System.out.println("told");
                else throw e;
            }
        }
        Path model = Path.of(args[2]).resolve("model.pt");
        train(Path.of(args[0]), card, pictures, model);
        try (Predictor predictor =
                Predictor.open(model, PredictorOptions.exact().withDevice(ComputeDevice.CPU))) {
            twice(() -> {
                System.out.println(
                        "predicted " + predictor.predict(pictures.subList(0, 2)).size());
                return null;
            });
        }
        System.out.println("OK");
    }

    private static void twice(Callable<Void> task) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            List<Future<Void>> both = List.of(pool.submit(task), pool.submit(task));
            for (Future<Void> one : both) {
                one.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static Void readAll(PictureReader reader, List<Path> pictures) throws IOException {
        for (Path picture : pictures) {
            reader.readBytes(picture, ByteBuffer.allocate(N));
        }
        reader.readFloats(pictures.get(0), FloatBuffer.allocate(N));
        reader.readBytes(pictures.get(pictures.size() - 1), VIEW, ByteBuffer.allocate(N));
        return null;
    }

    /** Files are hashed; views and pictures are read by the loader's workers. */
    private static void train(Path weights, ModelCard card, List<Path> pictures, Path model) throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (Path picture : pictures) {
            samples.add(new Sample(picture, samples.size() % 2));
        }
        TrainingPlan plan = TrainingPlan.fast().withEpochs(1).withBatchSize(2).withViews(1);
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, card, random)) {
            Trainer.of(c, samples, plan)
                    .validation(samples.subList(1, 2))
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .featuresIn(FeatureStore.in(model.resolveSibling("features")))
                    .fit();
            c.save(model);
        }
    }
}
