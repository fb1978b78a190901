package dev.graft.bench;

import dev.graft.image.Normalization;
import dev.graft.image.PictureReader;
import dev.graft.image.Pixels;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.DetachedHead;
import dev.graft.model.ModelCard;
import dev.graft.model.Precision;
import dev.graft.model.fuse.FusedTrunk;
import dev.graft.model.fuse.Fusion;
import dev.graft.predict.PictureInput;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Single pictures through a {@link Predictor}, for bench/compare/latency.py. {@code prepare DIR PICTURE...} writes an untrained ResNet18,
 * the pictures' pixels (RGB bytes, 224 x 224) and the network's input (float32, NCHW). Then, with the same folder: {@code pixels} or {@code
 * files} (one caller), {@code callers} (16, with pixels), {@code open} (pixels that arrive at random times, half as many as 16 callers get
 * answers for), or {@code pass} (batches of 16 through the fused layers), a precision, threads and seconds. Prints one line of JSON.
 */
public final class Latency {
    private static final int SIDE = 224;
    private static final int BATCH = 16;
    private static final int WARM_UP = 30;
    private static final Preprocessing PREPROCESSING =
            Preprocessing.standard().withResize(new Resize.Stretch(SIDE, SIDE));

    private static final Normalization NORM = PREPROCESSING.normalization();

    private Latency() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[1]);
        if (args[0].equals("prepare")) {
            prepare(folder, Arrays.stream(args).skip(2).map(Path::of).toList());
            return;
        }
        Precision precision = Precision.valueOf(args[2].toUpperCase(Locale.ROOT));
        Threads.set(Integer.parseInt(args[3]));
        long nanos = (long) (1e9 * Double.parseDouble(args[4]));
        if (args[0].equals("pass")) {
            pass(folder, precision, nanos);
            return;
        }
        List<PictureInput> pictures = args[0].equals("files") ? files(folder) : pixels(folder);
        PredictorOptions options =
                PredictorOptions.fast().withDevice(ComputeDevice.CPU).withPrecision(precision);
        try (Predictor predictor = Predictor.open(folder.resolve("model.pt"), options)) {
            if (args[0].equals("callers")) print(callers(predictor, pictures, nanos));
            else if (args[0].equals("open"))
                arrivals(predictor, pictures, callers(predictor, pictures, nanos) / 2, nanos);
            else one(predictor, pictures, nanos);
        }
    }

    private static void prepare(Path folder, List<Path> files) throws IOException {
        Files.createDirectories(folder);
        try (Classifier c =
                RandomWeights.graft(new ModelCard(Architecture.RESNET18, List.of("cat", "dog"), PREPROCESSING))) {
            c.save(folder.resolve("model.pt"));
        }
        PictureReader reader = new PictureReader(PREPROCESSING);
        List<String> names = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.allocate(files.size() * SIDE * SIDE * 3);
        ByteBuffer input =
                ByteBuffer.allocate(files.size() * SIDE * SIDE * 3 * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (Path file : files) {
            names.add(file.toAbsolutePath().toString());
            byte[] rgb = reader.decode(file).resized(SIDE, SIDE).rgb();
            bytes.put(rgb);
            for (int c = 0; c < 3; c++) {
                for (int p = 0; p < SIDE * SIDE; p++)
                    input.putFloat(((rgb[3 * p + c] & 255) / 255f - NORM.mean().get(c))
                            / NORM.std().get(c));
            }
        }
        Files.write(folder.resolve("files.txt"), names);
        Files.write(folder.resolve("pixels.u8"), bytes.array());
        Files.write(folder.resolve("input.f32"), input.array());
    }

    private static List<PictureInput> files(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve("files.txt")).stream()
                .map(name -> PictureInput.of(Path.of(name)))
                .toList();
    }

    private static List<PictureInput> pixels(Path folder) throws IOException {
        byte[] all = Files.readAllBytes(folder.resolve("pixels.u8"));
        int each = SIDE * SIDE * 3;
        List<PictureInput> pictures = new ArrayList<>();
        for (int from = 0; from < all.length; from += each)
            pictures.add(PictureInput.of(new Pixels(SIDE, SIDE, Arrays.copyOfRange(all, from, from + each))));
        return pictures;
    }

    private static void one(Predictor predictor, List<PictureInput> pictures, long nanos) throws IOException {
        Prediction first = predictor.predict(pictures.get(0));
        for (int i = 0; i < WARM_UP; i++) predictor.predict(pictures.get(i % pictures.size()));
        List<Long> each = new ArrayList<>();
        for (long start = System.nanoTime(); System.nanoTime() - start < nanos; ) {
            long begin = System.nanoTime();
            predictor.predict(pictures.get(each.size() % pictures.size()));
            each.add(System.nanoTime() - begin);
        }
        print(
                each,
                String.format(
                        Locale.ROOT,
                        "\"probability\": %.6f",
                        first.probabilities().get(0)));
    }

    private static void print(List<Long> each, String more) {
        each.sort(null);
        System.out.printf(
                Locale.ROOT,
                "{\"median_ms\": %.4f, \"p99_ms\": %.4f, \"calls\": %d, %s}%n",
                each.get(each.size() / 2) / 1e6,
                each.get(each.size() * 99 / 100) / 1e6,
                each.size(),
                more);
    }

    /**
     * An open loop: pictures arrive with exponential times between them, whether or not earlier ones are answered. The time of an answer
     * counts from when the picture was to arrive.
     */
    private static void arrivals(Predictor predictor, List<PictureInput> pictures, double rate, long nanos)
            throws InterruptedException {
        Random random = new Random(7);
        List<Long> each = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<?>> answers = new ArrayList<>();
        long start = System.nanoTime();
        for (double due = 0; due < nanos; due += -Math.log(1 - random.nextDouble()) / rate * 1e9) {
            long arrival = start + (long) due;
            long left = arrival - System.nanoTime();
            if (left > 0) TimeUnit.NANOSECONDS.sleep(left);
            answers.add(predictor
                    .submit(pictures.get(answers.size() % pictures.size()))
                    .thenRun(() -> each.add(System.nanoTime() - arrival)));
        }
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
        print(new ArrayList<>(each), String.format(Locale.ROOT, "\"arrivals\": %.3f", rate));
    }

    private static double callers(Predictor predictor, List<PictureInput> pictures, long nanos) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(BATCH);
        try {
            count(pool, predictor, pictures, nanos / 4);
            long start = System.nanoTime();
            int answers = count(pool, predictor, pictures, nanos);
            return answers / ((System.nanoTime() - start) / 1e9);
        } finally {
            pool.shutdownNow();
        }
    }

    private static int count(ExecutorService pool, Predictor predictor, List<PictureInput> pictures, long nanos)
            throws Exception {
        AtomicInteger answers = new AtomicInteger();
        long end = System.nanoTime() + nanos;
        List<Future<?>> callers = new ArrayList<>();
        for (int t = 0; t < BATCH; t++) {
            callers.add(pool.submit(() -> {
                while (System.nanoTime() < end)
                    predictor.predict(pictures.get(answers.getAndIncrement() % pictures.size()));
                return null;
            }));
        }
        for (Future<?> caller : callers) caller.get();
        return answers.get();
    }

    private static void pass(Path folder, Precision precision, long nanos) throws IOException {
        try (Classifier c = Classifier.load(folder.resolve("model.pt"));
                FusedTrunk trunk = Fusion.of(c, Classifier.HEAD, precision, ComputeDevice.CPU)
                        .fuse(BATCH);
                DetachedHead head = DetachedHead.of(c);
                NativeScope all = NativeScope.open();
                InferenceMode inference = new InferenceMode(true)) {
            Tensor images = torch.randn(BATCH, 3, SIDE, SIDE).contiguous(torch.MemoryFormat.ChannelsLast);
            passes(trunk, head, images, nanos / 4);
            long start = System.nanoTime();
            int pictures = passes(trunk, head, images, nanos);
            print(pictures / ((System.nanoTime() - start) / 1e9));
        }
    }

    private static int passes(FusedTrunk trunk, DetachedHead head, Tensor images, long nanos) {
        int pictures = 0;
        for (long start = System.nanoTime(); System.nanoTime() - start < nanos; pictures += BATCH) {
            try (NativeScope step = NativeScope.open()) {
                head.logits(trunk.features(images)).softmax(1).cpu();
            }
        }
        return pictures;
    }

    private static void print(double rate) {
        System.out.printf(Locale.ROOT, "{\"rate\": %.3f}%n", rate);
    }
}
