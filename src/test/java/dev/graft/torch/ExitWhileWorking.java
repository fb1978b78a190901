package dev.graft.torch;

import dev.graft.SmallRun;
import dev.graft.data.Sample;
import dev.graft.model.Classifier;
import dev.graft.plan.TrainingPlan;
import dev.graft.predict.Predictor;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.train.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A child that exits while others of its threads train and predict. Arguments: weights, a folder, milliseconds of work, whether
 * predictions go on in the exit; -1 milliseconds: the training thread exits itself.
 */
final class ExitWhileWorking {
    private static final int SIZE = 112;

    private ExitWhileWorking() {}

    public static void main(String[] args) throws Exception {
        Path weights = Path.of(args[0]);
        Path folder = Path.of(args[1]);
        Path model = SmallRun.model(folder.resolve("model.pt"), weights, SmallRun.card(SIZE, "cat", "dog"));
        List<Path> pictures = Collections.nCopies(
                32, SmallRun.samples(folder.resolve("pictures"), 2).get(0).file());
        CountDownLatch predicts = new CountDownLatch(1); // one each: two answers are no sign that the other learns
        CountDownLatch learns = new CountDownLatch(1);
        long delay = Long.parseLong(args[2]);
        boolean loops = Boolean.parseBoolean(args[3]);
        Thread predicting = new Thread(() -> {
            try (Predictor predictor = Predictor.open(model)) {
                while (loops || !ExitGuard.exiting()) {
                    boolean exiting = ExitGuard.exiting();
                    predictor.predict(exiting ? pictures.subList(0, 2) : pictures);
                    predicts.countDown();
                    if (loops && exiting) Thread.sleep(300); // the other JVMs of the tests need the cores
                }
            } catch (Exception e) {
                System.out.println("predict: " + e.getMessage());
            }
        });
        AtomicBoolean learning = new AtomicBoolean();
        Thread training = new Thread(() -> {
            try (RandomSource random = new RandomSource(5);
                    Classifier c = Classifier.graft(weights, SmallRun.card(SIZE, "cat", "dog"), random)) {
                Trainer.of(
                                c,
                                many(SmallRun.samples(folder.resolve("train"), 8)),
                                TrainingPlan.reference().withEpochs(2).withBatchSize(8))
                        .validation(SmallRun.validation(folder.resolve("val"), 2))
                        .on(ComputeDevice.CPU)
                        .drawingFrom(random)
                        .checkpointsIn(folder.resolve("checkpoint"))
                        .listener(TrainingListener.on(Event.PhaseBegan.class, began -> learning.set(true)))
                        .stopWhen(() -> {
                            if (!learning.get()) return false; // files are read, which leaves no checkpoint
                            learns.countDown();
                            if (delay < 0) System.exit(3);
                            return false;
                        })
                        .fit();
                System.out.println("train: stopped, " + Files.exists(folder.resolve("checkpoint/checkpoint.pt")));
            } catch (Exception e) {
                System.out.println("train: " + e);
            }
        });
        predicting.start();
        training.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> join(predicting))); // so that they can tell
        if (delay >= 0) Runtime.getRuntime().addShutdownHook(new Thread(() -> join(training)));
        predicts.await();
        learns.await();
        if (delay >= 0) {
            Thread.sleep(delay);
            System.exit(3);
        }
    }

    /** An epoch of more steps than any exit waits for. */
    private static List<Sample> many(List<Sample> few) {
        return Collections.nCopies(1_000, few).stream().flatMap(List::stream).toList();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
