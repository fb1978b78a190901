package dev.graft.bench;

import dev.graft.batch.BatchLoader;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.batch.Unreadable;
import dev.graft.data.PictureWalk;
import dev.graft.data.Sample;
import dev.graft.features.FeatureExtractor;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.model.fuse.Fusion;
import dev.graft.predict.PredictionStream;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Pictures a second, for bench/compare/predict.py. Arguments: {@code pass} (the frozen layers of a training) or {@code
 * stream} ({@link Predictor#stream}), a saved model, a folder of pictures, a precision, and threads. Prints the pictures
 * a second between the first batches and the end, without the start.
 */
public final class PictureRate {
    private static final int BATCH = 32;
    private static final int FIRST = 2 * BATCH;

    private int count;
    private long start;

    private PictureRate() {}

    public static void main(String[] args) throws IOException {
        Threads.set(Integer.parseInt(args[4]));
        List<Path> pictures = new ArrayList<>();
        PictureWalk.of(Path.of(args[2])).forEachRemaining(pictures::add);
        Precision precision = Precision.valueOf(args[3].toUpperCase(Locale.ROOT));
        PictureRate rate = new PictureRate();
        if (args[0].equals("pass")) rate.pass(Path.of(args[1]), pictures, precision);
        else rate.stream(Path.of(args[1]), pictures.iterator(), precision);
    }

    private void pass(Path model, List<Path> pictures, Precision precision) throws IOException {
        List<Sample> samples = pictures.stream().map(p -> new Sample(p, 0)).toList();
        ComputeDevice device = ComputeDevice.CPU;
        try (Classifier classifier = Classifier.load(model);
                Staging staging = new Staging(
                        device, Layout.CHANNELS_LAST, classifier.card().preprocessing());
                BatchLoader loader = new BatchLoader(
                        classifier.card().preprocessing(), staging, BATCH, Threads.decoders(), Unreadable.SKIP);
                FeatureExtractor extractor = new FeatureExtractor(
                        Fusion.of(classifier, Classifier.HEAD, precision, device),
                        loader,
                        staging,
                        Optional.empty(),
                        Threads.decoders())) {
            extractor.progress(this::saw).extract(samples).orElseThrow().close();
        }
        print();
    }

    private void stream(Path model, Iterator<Path> pictures, Precision precision) throws IOException {
        PredictorOptions options = PredictorOptions.fast()
                .withDevice(ComputeDevice.CPU)
                .withPrecision(precision)
                .withBatch(BATCH);
        try (Predictor predictor = Predictor.open(model, options);
                PredictionStream answers = predictor.stream(pictures)) {
            while (answers.hasNext()) {
                answers.next();
                saw(1);
            }
        }
        print();
    }

    private void saw(int some) {
        if (count < FIRST && count + some >= FIRST) start = System.nanoTime();
        count += some;
    }

    private void print() {
        System.out.println((count - FIRST) / ((System.nanoTime() - start) * 1e-9));
    }
}
