package dev.graft.predict;

import dev.graft.batch.HostBatch;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.image.PictureReader;
import dev.graft.model.Calibration;
import dev.graft.model.Calibrator;
import dev.graft.model.Classifier;
import dev.graft.model.FusedTrunk;
import dev.graft.model.Precision;
import dev.graft.model.TrustedScript;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.ExitGuard;
import dev.graft.torch.NativeScope;
import dev.graft.torch.OutOfMemoryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;

/**
 * Names pictures with a saved model. Any number of threads may call. Each decodes its own pictures; one thread of the
 * predictor's own runs the network, since LibTorch's memory grows with every thread that calls it. An exit of the JVM waits for
 * the batch that is on; those that come after are refused.
 */
public final class Predictor implements AutoCloseable {
    private static final int BATCH = 32;
    private static final String CLOSED = "predictor: used after close; open a new one";

    private final Classifier classifier;
    private final Staging staging;
    private final PictureReader reader;
    private final ExecutorService worker;
    private FusedTrunk trunk; // null where the network runs as it was saved; set before anybody calls
    private boolean freed;

    private Predictor(Classifier classifier, ComputeDevice device) {
        this.classifier = classifier;
        classifier.trainingMode(false);
        classifier.moveTo(device, Layout.CHANNELS_LAST);
        this.staging =
                new Staging(device, Layout.CHANNELS_LAST, classifier.card().preprocessing());
        this.reader = new PictureReader(classifier.card().preprocessing());
        this.worker = Executors.newSingleThreadExecutor(task -> {
            Thread t = new Thread(task, "graft-predict");
            t.setDaemon(true);
            return t;
        });
    }

    /** Opens a model on the first GPU if there is one, else on the processor; see {@link #open(Path, ComputeDevice)}. */
    public static Predictor open(Path model) throws IOException {
        return open(model, ComputeDevice.best());
    }

    /**
     * Opens a model that Graft exported, or a checkpoint. The file is read as data: none of its code runs.
     *
     * @throws IOException when the file is not one of Graft's, or damaged
     */
    public static Predictor open(Path model, ComputeDevice device) throws IOException {
        return of(Classifier.load(Files.isDirectory(model) ? model.resolve("checkpoint.pt") : model), device);
    }

    /**
     * Opens a model on the first GPU if there is one, else on the processor; see {@link #open(TrustedScript,
     * ComputeDevice)}.
     */
    public static Predictor open(TrustedScript model) throws IOException {
        return open(model, ComputeDevice.best());
    }

    /**
     * Opens a model that Graft exported and whose network came in somebody else's TorchScript file. Its code runs.
     *
     * @throws IOException when the file is not one of Graft's, or damaged
     * @throws IllegalArgumentException when a head is named: the model has one
     */
    public static Predictor open(TrustedScript model, ComputeDevice device) throws IOException {
        return of(Classifier.load(model), device);
    }

    /**
     * Opens a model as {@link #open(Path, ComputeDevice)} does, for speed: its trunk is fused, and computes in this
     * precision. In {@link Precision#FP32} probabilities are the same to the last digits; in the others they differ slightly.
     *
     * @param pictures for {@link Precision#INT8} some dozens like those to be named, which show what the network gives; for
     *     the others none
     * @throws IOException when the file is not one of Graft's, or it or a picture cannot be read
     * @throws IllegalArgumentException when the network is not one of Graft's own, when pictures are missing or for nothing,
     *     or the precision is not one for the device
     */
    public static Predictor openFused(Path model, ComputeDevice device, Precision precision, List<Path> pictures)
            throws IOException {
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(pictures, "pictures: give some to calibrate INT8 with, List.of() for other precisions");
        boolean int8 = precision == Precision.INT8;
        if (int8 == pictures.isEmpty()) {
            throw new IllegalArgumentException("predictor: " + precision + (int8 ? " needs" : " takes no")
                    + " pictures to calibrate" + " with, given were " + pictures.size()
                    + (int8 ? "; give some dozens of your own" : "; give none"));
        }
        precision.requireFits(device);
        Predictor predictor = open(model, device);
        try {
            predictor.trunk = int8
                    ? FusedTrunk.int8(predictor.classifier, predictor.calibration(pictures))
                    : FusedTrunk.of(predictor.classifier, precision, device);
            return predictor;
        } catch (IOException | RuntimeException e) {
            predictor.close();
            throw e;
        }
    }

    private Calibration calibration(List<Path> pictures) throws IOException {
        try (Calibrator calibrator = new Calibrator(classifier);
                BytePointer memory = memory(1);
                InferenceMode inference = new InferenceMode(true)) {
            ByteBuffer pixels = bytes(memory);
            for (Path picture : pictures) {
                read(picture, pixels.rewind().slice().order(pixels.order()));
                try (NativeScope step = NativeScope.open()) {
                    calibrator.see(images(pixels.rewind(), 1));
                }
            }
            return calibrator.calibration();
        }
    }

    private static Predictor of(Classifier classifier, ComputeDevice device) {
        try {
            return new Predictor(classifier, device);
        } catch (RuntimeException e) {
            classifier.close();
            throw e;
        }
    }

    /** The names of the classes, in the order of the probabilities. */
    public List<String> classes() {
        return classifier.card().classes();
    }

    /**
     * Names one picture.
     *
     * @throws IOException naming the file when it cannot be read as a picture
     * @throws OutOfMemoryException when there is no room for it; the predictor can be used on
     * @throws IllegalStateException after {@link #close}
     */
    public Prediction predict(Path picture) throws IOException {
        return predict(List.of(picture)).get(0);
    }

    /** Names one picture that is in memory; {@code name} is for the error. Throws as {@link #predict(Path)} does. */
    public Prediction predict(byte[] picture, String name) throws IOException {
        requireOpen();
        try (BytePointer memory = memory(1)) {
            ByteBuffer pixels = bytes(memory);
            if (staging.normalisedOnHost()) {
                reader.readFloats(picture, name, pixels.asFloatBuffer());
            } else {
                reader.readBytes(picture, name, pixels);
            }
            return run(pixels, 1).get(0);
        }
    }

    /** Names pictures, in batches; the order is the caller's. Throws as {@link #predict(Path)} does. */
    public List<Prediction> predict(List<Path> pictures) throws IOException {
        requireOpen();
        List<Prediction> all = new ArrayList<>(pictures.size());
        int batch = Math.min(BATCH, Math.max(1, Integer.MAX_VALUE / staging.pictureBytes()));
        try (BytePointer memory = memory(Math.min(batch, pictures.size()))) {
            for (int start = 0; start < pictures.size(); start += batch) {
                List<Path> part = pictures.subList(start, Math.min(start + batch, pictures.size()));
                ByteBuffer pixels = bytes(memory);
                for (int row = 0; row < part.size(); row++) {
                    ByteBuffer slot = pixels.slice(row * staging.pictureBytes(), staging.pictureBytes());
                    read(part.get(row), slot.order(pixels.order()));
                }
                all.addAll(run(pixels, part.size()));
            }
        }
        return all;
    }

    private void read(Path picture, ByteBuffer slot) throws IOException {
        if (staging.normalisedOnHost()) {
            reader.readFloats(picture, slot.asFloatBuffer());
        } else {
            reader.readBytes(picture, slot);
        }
    }

    private void requireOpen() {
        if (worker.isShutdown()) {
            throw new IllegalStateException(CLOSED);
        }
    }

    /** Not a direct buffer: Java counts those against -Xmx, and frees them when the collector comes by. */
    private BytePointer memory(int pictures) {
        long bytes = (long) Math.max(1, pictures) * staging.pictureBytes();
        try {
            return new BytePointer(bytes);
        } catch (OutOfMemoryError e) {
            if (!OutOfMemoryException.isMeantBy(e)) throw e; // Java's own
            throw new OutOfMemoryException(
                    "the pixels of " + pictures + " pictures", bytes, "predict fewer pictures at a time", e);
        }
    }

    private static ByteBuffer bytes(BytePointer memory) {
        return memory.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /** Hands pixels to the predictor's thread and waits. */
    private List<Prediction> run(ByteBuffer pixels, int pictures) {
        Callable<List<Prediction>> task = () -> forward(pixels.rewind(), pictures);
        Future<List<Prediction>> result;
        try {
            result = worker.submit(task);
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException(CLOSED, e);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof Error error) {
                        throw error;
                    }
                    throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private List<Prediction> forward(ByteBuffer pixels, int pictures) {
        try (ExitGuard.Work work = ExitGuard.begin();
                NativeScope scope = NativeScope.open();
                InferenceMode inference = new InferenceMode(true)) {
            Tensor p = logits(images(pixels, pictures)).softmax(1).cpu().contiguous();
            List<Prediction> all = new ArrayList<>(pictures);
            float[] row = new float[classes().size()];
            for (int i = 0; i < pictures; i++) {
                new FloatPointer(p.data_ptr()).position((long) i * row.length).get(row);
                all.add(prediction(row));
            }
            return all;
        }
    }

    private Tensor images(ByteBuffer pixels, int pictures) {
        HostBatch host = new HostBatch(staging.wrap(pixels, pictures), new long[pictures], new int[pictures], pictures);
        return staging.toDevice(host).images();
    }

    private Tensor logits(Tensor images) {
        return trunk == null ? classifier.forward(images) : classifier.headForward(trunk.features(images));
    }

    private Prediction prediction(float[] row) {
        List<Float> probabilities = new ArrayList<>(row.length);
        int best = 0;
        for (int c = 0; c < row.length; c++) {
            probabilities.add(row[c]);
            best = row[c] > row[best] ? c : best;
        }
        return new Prediction(classes().get(best), row[best], List.copyOf(probabilities));
    }

    /** Refuses new pictures, waits for those on their way, and frees the model. */
    @Override
    public synchronized void close() {
        worker.shutdown();
        boolean interrupted = false;
        while (!worker.isTerminated()) {
            try {
                worker.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (!freed) {
            freed = true;
            staging.close();
            if (trunk != null) trunk.close();
            classifier.close();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
