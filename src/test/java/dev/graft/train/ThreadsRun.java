package dev.graft.train;

import dev.graft.BusyThreads;
import dev.graft.SmallRun;
import dev.graft.data.Sample;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.plan.TrainingPlan;
import dev.graft.predict.Predictor;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.pytorch.global.torch;

/**
 * A child: says how many threads gain processor time in a fast and a reference run and in a prediction, as the library
 * leaves them and with one part after the other at two of its own. Arguments: weights, a folder, how many threads.
 */
final class ThreadsRun {
    /** As many outputs as make OpenBLAS divide the head's product. */
    private static final int CLASSES = 400;
    /** Large enough that OpenCV divides the resize. */
    private static final int SIZE = 384;

    private final Path weights;
    private final Path folder;
    private final List<Sample> samples;

    private ThreadsRun(Path weights, Path folder) throws IOException {
        this.weights = weights;
        this.folder = folder;
        this.samples = SmallRun.samples(folder, 6);
    }

    /** Everything in a thread of its own: native threads are called as the one that started them. */
    public static void main(String[] args) throws Exception {
        Thread training = new Thread(
                () -> {
                    try {
                        new ThreadsRun(Path.of(args[0]), Path.of(args[1])).run(Integer.parseInt(args[2]));
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                "training");
        training.start();
        training.join();
    }

    private void run(int threads) throws IOException, InterruptedException {
        Threads.set(threads);
        train(TrainingPlan.fast(), 1, samples.subList(0, 4)); // loads everything
        print("fast", () -> train(TrainingPlan.fast(), 2));
        print("reference", () -> train(TrainingPlan.reference(), 1));
        print("predict", this::predict);
        if (threads == 1) leaveOut();
        System.out.println("OK");
    }

    private void leaveOut() throws IOException, InterruptedException {
        openblas_nolapack.blas_set_num_threads(2);
        print("fast, OpenBLAS at 2", () -> train(TrainingPlan.fast(), 2));
        openblas_nolapack.blas_set_num_threads(1);
        opencv_core.setNumThreads(2);
        print("fast, OpenCV at 2", () -> train(TrainingPlan.fast(), 2));
        opencv_core.setNumThreads(1);
        torch.set_num_threads(2);
        print("reference, LibTorch at 2", () -> train(TrainingPlan.reference(), 1));
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void print(String what, Work work) throws IOException, InterruptedException {
        Thread.sleep(200); // threads of the work before spin a while before they sleep
        try (BusyThreads busy = new BusyThreads()) {
            work.run();
            System.out.println(what + ": " + busy.end());
        }
    }

    private void train(TrainingPlan plan, int epochs) throws IOException {
        train(plan, epochs, samples);
    }

    private void train(TrainingPlan plan, int epochs, List<Sample> some) throws IOException {
        String[] classes = IntStream.range(0, CLASSES).mapToObj(i -> "c" + i).toArray(String[]::new);
        Preprocessing preprocessing = Preprocessing.opencv().withResize(new Resize.Stretch(SIZE, SIZE));
        ModelCard card = new ModelCard(Architecture.RESNET18, List.of(classes), preprocessing);
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, card, random)) {
            Trainer.of(c, some, plan.withEpochs(epochs))
                    .validation(some.subList(0, 4))
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .fit();
            Path model = folder.resolve("model.pt"); // to predict with: any will do
            if (!Files.exists(model)) c.save(model);
        }
    }

    private void predict() throws IOException {
        List<Path> files = samples.stream().map(Sample::file).toList();
        try (Predictor predictor = Predictor.open(folder.resolve("model.pt"))) {
            predictor.predict(files);
        }
    }
}
