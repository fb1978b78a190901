package dev.graft.docs;

import dev.graft.batch.BatchLoader;
import dev.graft.batch.BatchStream;
import dev.graft.batch.DeviceBatch;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.batch.Unreadable;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.distributed.RankGroup;
import dev.graft.distributed.World;
import dev.graft.environment.EnvironmentReport;
import dev.graft.evaluate.EvaluationResult;
import dev.graft.evaluate.Evaluator;
import dev.graft.evaluate.Mistake;
import dev.graft.evaluate.Part;
import dev.graft.explain.ExplainOptions;
import dev.graft.explain.Explainer;
import dev.graft.explain.Explanation;
import dev.graft.explain.Overlay;
import dev.graft.features.FeatureStore;
import dev.graft.head.HeadData;
import dev.graft.head.HeadFitter;
import dev.graft.head.LinearHead;
import dev.graft.hub.CacheFolder;
import dev.graft.hub.KnownWeights;
import dev.graft.image.PictureReader;
import dev.graft.image.Pixels;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.View;
import dev.graft.image.augment.ops.Canvas;
import dev.graft.image.augment.ops.Edit;
import dev.graft.image.augment.ops.Invert;
import dev.graft.image.opencv.Mats;
import dev.graft.image.resize.Bitmap;
import dev.graft.image.resize.PillowResize;
import dev.graft.image.resize.ResizeFilter;
import dev.graft.inspect.ModelInspection;
import dev.graft.job.Job;
import dev.graft.job.Result;
import dev.graft.job.RunFolder;
import dev.graft.metrics.Metrics;
import dev.graft.metrics.Scores;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.model.Precision;
import dev.graft.model.fuse.FusedTrunk;
import dev.graft.plan.Sgd;
import dev.graft.plan.TrainingPlan;
import dev.graft.predict.PictureInput;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.report.ConsoleReport;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.study.Spread;
import dev.graft.study.Start;
import dev.graft.study.Study;
import dev.graft.study.StudyResult;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import dev.graft.train.Trainer;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.StoredTensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The examples in the Javadoc of the exported packages, one method each, with the same lines; {@link PackageExamplesTest} runs and
 * compares them. A method is named after its package; its parameters are files and folders that the test makes.
 */
final class PackageExamples {
    private PackageExamples() {}

    static void batch(Path pets) throws Exception {
        Preprocessing preprocessing = Preprocessing.standard();
        ComputeDevice device = ComputeDevice.best();
        try (ImageFolder folder = ImageFolder.open(pets);
                Staging staging = new Staging(device, Layout.CONTIGUOUS, preprocessing);
                BatchLoader loader = new BatchLoader(preprocessing, staging, 4, 2, Unreadable.FAIL);
                BatchStream stream = loader.stream(folder.train(), new int[] {3, 1, 0, 2}, 0);
                NativeScope scope = NativeScope.open()) {
            DeviceBatch batch = staging.toDevice(stream.next());
            System.out.println(batch.size() + " pictures with " + batch.images().size(2) + " rows");
        }
    }

    static void checkpoint(Path run) throws Exception {
        try (Checkpoint checkpoint = Checkpoint.open(run.resolve("checkpoint"))) {
            System.out.println(checkpoint.card().classes() + " after epoch "
                    + checkpoint.run().epoch());
            System.out.println(checkpoint.plan().toJson());
        }
    }

    static void data(Path pets) throws Exception {
        try (ImageFolder folder = ImageFolder.open(pets)) {
            System.out.println(folder.classes() + ", " + folder.train().size() + " pictures to train on");
            for (Sample sample : folder.validation()) System.out.println(sample.file() + " " + folder.labelsOf(sample));
        }
    }

    static void distributed(Path pets, Path weights, Path out) throws Exception {
        World world = World.fromEnvironment(); // one process, if no torchrun or the like has started this one
        System.out.println("rank " + world.rank() + " of " + world.size());
        try (ImageFolder folder = ImageFolder.open(pets);
                RankGroup ranks =
                        world.isAlone() ? null : RankGroup.join(world, ComputeDevice.CPU, RankGroup.PATIENCE)) {
            Job job = Job.graft(weights, folder, Preprocessing.standard().withResize(new Resize.Stretch(32, 32)))
                    .into(new RunFolder(out.resolve("run")));
            if (ranks != null) job.ranks(ranks);
            System.out.println(job.run().evaluation().orElseThrow().correct() + " right");
        }
    }

    static void environment() throws Exception {
        EnvironmentReport.read().facts().forEach((what, fact) -> System.out.println(what + ": " + fact));
    }

    static void evaluate(Path pets, Path model) throws Exception {
        try (ImageFolder folder = ImageFolder.open(pets);
                Predictor predictor = Predictor.open(model)) {
            EvaluationResult result = new Evaluator(predictor).evaluate(folder, Part.VALIDATION);
            System.out.println("accuracy " + result.metrics().get("accuracy"));
            for (Mistake mistake : result.worst(5))
                System.out.println(mistake.file() + " is no " + mistake.predicted());
        }
    }

    static void explain(Path model, Path photo, Path out) throws Exception {
        try (Explainer explainer = Explainer.open(model, ExplainOptions.standard())) {
            Explanation explanation = explainer.explain(photo);
            Overlay.STANDARD.write(explanation, out.resolve("heat.png"));
            System.out.println(explanation.prediction().label() + ", heat of " + explanation.height() + " rows");
        }
    }

    static void features(Path weights, Path pets, Path out) throws Exception {
        try (ImageFolder folder = ImageFolder.open(pets)) {
            Preprocessing preprocessing = Preprocessing.standard().withResize(new Resize.Stretch(32, 32));
            Job.graft(weights, folder, preprocessing)
                    .featuresIn(FeatureStore.in(
                            out.resolve("features"))) // the next run with these pictures finds them there
                    .listener(TrainingListener.on(
                            Event.FeaturesReady.class, ready -> System.out.println(ready.computed() + " computed")))
                    .into(new RunFolder(out.resolve("run")))
                    .run();
        }
    }

    static void head() throws Exception {
        float[] measured = {1.0f, 0.1f, 0.9f, 0.0f, 0.1f, 1.0f, 0.0f, 0.8f}; // two features of four pictures
        int[] classes = {0, 0, 1, 1};
        try (NativeScope scope = NativeScope.open()) {
            HeadData data = new HeadData(Tensor.create(measured, 4, 2), List.of(), classes, 2, true);
            LinearHead head = HeadFitter.at(data, 0.1);
            System.out.println(head.weight().length + " weights, " + head.bias().length + " biases");
        }
    }

    static void hub(Path out) throws Exception {
        KnownWeights known = KnownWeights.named("RESNET18_IMAGENET1K_V1");
        System.out.println(known.architecture() + ", top-1 " + known.top1Percent() + "%");
        CacheFolder cache = CacheFolder.in(out); // known.fetch() downloads into the user's own, once
        System.out.println(cache.find(known.file()).isPresent() ? "is there" : "not yet downloaded");
    }

    static void image(Path photo) throws Exception {
        PictureReader reader = new PictureReader(Preprocessing.standard());
        Pixels whole = reader.decode(photo);
        FloatBuffer input = FloatBuffer.allocate(224 * 224 * 3);
        reader.readFloats(photo, input);
        System.out.println(whole.width() + " x " + whole.height() + " became " + input.position() + " floats");
    }

    static void imageOpencv() throws Exception {
        try (Mat camera = new Mat(480, 640, opencv_core.CV_8UC3, new Scalar(200, 100, 50, 0))) { // blue, green, red
            Pixels pixels = Mats.pixels(camera);
            PictureInput picture = PictureInput.of(pixels); // for Predictor.predict
            System.out.println(pixels.width() + " x " + pixels.height() + ", red " + pixels.rgb()[0]);
        }
    }

    static void imageAugment(Path photo, Path out) throws Exception {
        Pixels whole = new PictureReader(Preprocessing.standard()).decode(photo);
        Random random = new Random(7);
        View view = Augmentation.STANDARD.draw(whole.width(), whole.height(), random::nextDouble);
        Files.write(out.resolve("view.png"), whole.view(view, 64, 64).png());
        System.out.println("a view of " + view.height() + " x " + view.width());
    }

    static void imageAugmentOps() throws Exception {
        Canvas canvas = new Canvas(2, 1);
        Arrays.fill(canvas.rgb(), (byte) 10);
        Edit edit = new Invert(1.0).draw(2, 1, new Random(7)::nextDouble);
        edit.apply(canvas);
        System.out.println(canvas.rgb()[0] & 255);
    }

    static void imageResize() throws Exception {
        byte[] grey = {0, 0, 100, 100}; // one row of four pixels
        Bitmap picture = Bitmap.of(grey, 4, 1, 1);
        byte[] half = PillowResize.resize(picture, ResizeFilter.BOX, new PillowResize.Box(0, 0, 4, 1), 1, 2);
        System.out.println(Arrays.toString(half));
    }

    static void inspect(Path model) throws Exception {
        ModelInspection inspected = ModelInspection.of(model);
        System.out.println(inspected.card().network() + ", " + inspected.card().classes());
        System.out.println(inspected.parameters().all() + " parameters, sha256 "
                + inspected.file().sha256());
    }

    static void job(Path weights, Path pets, Path out) throws Exception {
        try (ImageFolder folder = ImageFolder.open(pets)) {
            Preprocessing preprocessing = Preprocessing.standard().withResize(new Resize.Stretch(32, 32));
            RunFolder run = new RunFolder(out.resolve("run"));
            Result result = Job.graft(weights, folder, preprocessing)
                    .plan(TrainingPlan.fast().withEpochs(2))
                    .seed(42)
                    .into(run)
                    .run();
            System.out.println(Files.exists(run.model()) + ", "
                    + result.evaluation().orElseThrow().correct() + " right");
        }
    }

    static void metrics() throws Exception {
        int[] samples = {0, 1, 2};
        int[] actual = {0, 1, 1};
        float[][] logits = {{2, 0}, {0, 3}, {1, 0}};
        Scores scores = new Scores(samples, actual, logits);
        System.out.println("accuracy " + scores.accuracy() + ", macro F1 "
                + Metrics.macroF1().of(scores));
    }

    static void model(Path weights, Path out) throws Exception {
        ModelCard card = new ModelCard(Architecture.RESNET18, List.of("cat", "dog"), Preprocessing.standard());
        try (RandomSource random = new RandomSource(42);
                Classifier classifier = Classifier.graft(weights, card, random)) { // a new head of two classes
            classifier.save(out.resolve("pets.pt"));
            System.out.println(classifier.parameters().size() + " parameters");
        }
    }

    static void modelFuse(Path model) throws Exception {
        try (Classifier classifier = Classifier.load(model);
                FusedTrunk trunk = FusedTrunk.of(classifier, Precision.FP32, ComputeDevice.CPU);
                NativeScope scope = NativeScope.open()) {
            Tensor features = trunk.features(torch.ones(1, 3, 64, 64));
            System.out.println(features.size(1) + " features");
        }
    }

    static void plan() throws Exception {
        TrainingPlan plan =
                TrainingPlan.fast().withEpochs(20).withBatchSize(64).withOptimizer(new Sgd(0.9, 0, false, 1e-4));
        TrainingPlan again = TrainingPlan.fromJson(plan.toJson());
        System.out.println(again.equals(plan) + ", " + again.differences(TrainingPlan.fast()));
    }

    static void predict(Path model, Path photo) throws Exception {
        try (Predictor predictor = Predictor.open(model)) { // one for the program, for all its threads
            Prediction now = predictor.predict(photo);
            CompletableFuture<Prediction> later = predictor.submit(PictureInput.of(photo));
            System.out.println(now.label() + " " + now.probability() + ", then "
                    + later.get().label());
        }
    }

    static void report() throws Exception {
        TrainingListener console = new ConsoleReport(System.out::println);
        TrainingListener own = TrainingListener.on(
                Event.EpochEnded.class, ended -> System.out.println(ended.epoch() + " of " + ended.epochs()));
        Map<String, Number> metrics =
                Map.of("mean_loss", 0.5, "val_correct", 3, "val_pictures", 4, "val_accuracy", 0.75);
        Event event = new Event.EpochEnded(1, 10, "head", metrics, 2, 1, 0);
        console.on(event); // a Trainer or a Job does this
        own.on(event);
    }

    static void study(Path weights, Path pets, Path out) throws Exception {
        try (ImageFolder folder = ImageFolder.open(pets)) {
            Preprocessing preprocessing = Preprocessing.standard().withResize(new Resize.Stretch(32, 32));
            StudyResult result = new Study(
                            Start.of(weights, preprocessing),
                            folder,
                            TrainingPlan.fast().withEpochs(1))
                    .folds(2)
                    .into(out.resolve("study"))
                    .run();
            Spread accuracy = result.best().metrics().get("accuracy");
            System.out.println("accuracy " + accuracy.mean() + " +- " + accuracy.error());
        }
    }

    static void torch() throws Exception {
        System.out.println(ComputeDevice.best() + ", " + Threads.get() + " threads");
        try (NativeScope scope = NativeScope.open()) {
            Tensor kept = NativeScope.own(torch.ones(2, 3)); // outlives the scope: close it
            torch.ones(1000, 1000); // freed with the scope
            kept.close();
        }
    }

    static void train(Path weights, Path pets) throws Exception {
        Preprocessing preprocessing = Preprocessing.standard().withResize(new Resize.Stretch(32, 32));
        try (ImageFolder folder = ImageFolder.open(pets);
                RandomSource random = new RandomSource(42);
                Classifier classifier = Classifier.graft(
                        weights, new ModelCard(Architecture.RESNET18, folder.classes(), preprocessing), random)) {
            TrainingPlan plan = TrainingPlan.fast().withEpochs(2);
            Trainer.of(classifier, folder, plan)
                    .drawingFrom(random)
                    .listener(new ConsoleReport(System.out::println))
                    .fit();
        }
    }

    static void weights(Path weights) throws Exception {
        try (WeightsFile file = WeightsFile.open(weights)) { // none of its code runs
            System.out.println(file.kind() + " of " + file.tensors().size() + " tensors");
            for (String name : file.tensors().keySet()) if (name.startsWith("fc")) System.out.println(name);
        }
    }

    static void weightsTensor(Path weights) throws Exception {
        try (WeightsFile file = WeightsFile.open(weights)) {
            StoredTensor head = file.tensors().get("fc.weight");
            ByteBuffer bytes = ByteBuffer.allocate((int) head.storageBytes());
            file.readStorage(head, bytes);
            System.out.println(head.kind() + " " + head.shape());
        }
    }
}
