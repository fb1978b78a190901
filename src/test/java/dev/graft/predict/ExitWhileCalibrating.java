package dev.graft.predict;

import dev.graft.SmallRun;
import dev.graft.model.fuse.Calibrator;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A child that exits while a predictor that it opens in INT8 looks at pictures. Arguments: weights, a folder. */
final class ExitWhileCalibrating {
    private ExitWhileCalibrating() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[1]);
        Path model = SmallRun.model(folder.resolve("model.pt"), Path.of(args[0]), SmallRun.card(224, "cat", "dog"));
        List<Path> pictures = Collections.nCopies(
                10_000, SmallRun.samples(folder.resolve("pictures"), 1).get(0).file());
        Thread opening = new Thread(() -> {
            try {
                Predictor.open(model, PredictorOptions.fast().withInt8(pictures))
                        .close();
                System.out.println("opened");
            } catch (Exception e) {
                System.out.println("open: " + e.getMessage());
            }
        });
        opening.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> join(opening))); // so that it can tell
        while (Thread.getAllStackTraces().values().stream().noneMatch(ExitWhileCalibrating::calibrates)) {
            Thread.sleep(10);
        }
        System.exit(3);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean calibrates(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .anyMatch(f -> f.getClassName().equals(Calibrator.class.getName())
                        && f.getMethodName().equals("see"));
    }
}
