package dev.graft.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Single pictures through another engine, for bench/compare/latency.py. Arguments: {@code onnxruntime} or {@code djl}, {@code input} (the
 * network's input lies ready) or {@code files} (decoded and resized as that engine's users do), the folder that dev.graft.bench.Latency
 * prepared, threads and seconds. Prints one line of JSON.
 */
public final class Latency {
    private static final int WARM_UP = 30;

    /** An engine with its model and its pictures. */
    interface Engine extends AutoCloseable {
        int pictures();

        /** The probability of the first class of a picture. */
        float predict(int picture) throws Exception;

        @Override
        void close() throws Exception;
    }

    private Latency() {}

    public static void main(String[] args) throws Exception {
        boolean files = args[1].equals("files");
        Path folder = Path.of(args[2]);
        int threads = Integer.parseInt(args[3]);
        long nanos = (long) (1e9 * Double.parseDouble(args[4]));
        try (Engine engine = open(args[0], folder, files, threads)) {
            float first = engine.predict(0);
            for (int i = 0; i < WARM_UP; i++) engine.predict(i % engine.pictures());
            List<Long> each = new ArrayList<>();
            for (long start = System.nanoTime(); System.nanoTime() - start < nanos; ) {
                long begin = System.nanoTime();
                engine.predict(each.size() % engine.pictures());
                each.add(System.nanoTime() - begin);
            }
            each.sort(null);
            System.out.printf(
                    Locale.ROOT,
                    "{\"median_ms\": %.4f, \"p99_ms\": %.4f, \"calls\": %d, \"probability\": %.6f}%n",
                    each.get(each.size() / 2) / 1e6,
                    each.get(each.size() * 99 / 100) / 1e6,
                    each.size(),
                    first);
        }
    }

    private static Engine open(String name, Path folder, boolean files, int threads) throws Exception {
        return switch (name) {
            case "onnxruntime" -> OnnxRuntime.open(folder, files, threads);
            case "djl" -> Djl.open(folder, files, threads);
            default -> throw new IOException("engine: onnxruntime or djl, was " + name);
        };
    }
}
