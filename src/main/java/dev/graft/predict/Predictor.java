package dev.graft.predict;

import dev.graft.metrics.LabelThresholds;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.model.TrustedScript;
import dev.graft.torch.ExitGuard;
import dev.graft.torch.OutOfMemoryException;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * Classifies pictures with a saved model. Thread-safe. Each calling thread decodes its own pictures; one internal
 * thread loads, runs and frees the network, because LibTorch's memory grows with every thread that calls it. Single
 * pictures of several threads are computed together, see {@link Batching}. Owns native memory: close it.
 *
 * <p>{@link #close} and an exit of the JVM wait for the answers of all accepted calls. During an exit, new calls are
 * still accepted while a predictor is open and calls keep coming, see {@link ExitGuard}. A program that does not want
 * to wait for late calls closes its predictors before it exits.
 */
public final class Predictor implements AutoCloseable {
    private final NetworkHost host;
    private final Calls calls;
    private final Requests requests;

    private Predictor(NetworkHost host) {
        this.host = host;
        this.calls = host.calls();
        this.requests = new Requests(host.thread(), calls, host.options().batching(), Threads.decoders());
    }

    /** Opens a model with {@link PredictorOptions#fast}, see {@link #open(Path, PredictorOptions)}. */
    public static Predictor open(Path model) throws IOException {
        return open(model, PredictorOptions.fast());
    }

    /**
     * Opens a model that Graft saved, or a checkpoint: the file, or the folder of a run, in which it is {@code model.pt}, or of a
     * checkpoint. The file is read as data: none of its code runs.
     *
     * @throws IOException when Graft did not write the file, it is damaged, or a calibration picture cannot be read
     * @throws IllegalArgumentException when this machine's device does not support the options
     * @throws IllegalStateException when the JVM is exiting
     */
    public static Predictor open(Path model, PredictorOptions options) throws IOException {
        Objects.requireNonNull(model, "model");
        return open(file(model), options);
    }

    private static ReadyNetwork.Source file(Path model) {
        return () -> Classifier.load(Files.isDirectory(model) ? fileIn(model) : model);
    }

    private static Path fileIn(Path folder) throws IOException {
        for (String name : List.of("model.pt", "checkpoint.pt"))
            if (Files.exists(folder.resolve(name))) return folder.resolve(name);
        throw new IOException("predictor: the folder " + folder
                + " has neither model.pt nor checkpoint.pt; give the folder of a run, or the file of a model");
    }

    /** Opens a model with {@link PredictorOptions#fast}, see {@link #open(TrustedScript, PredictorOptions)}. */
    public static Predictor open(TrustedScript model) throws IOException {
        return open(model, PredictorOptions.fast());
    }

    /**
     * Opens a model that Graft saved and whose network's code is from another TorchScript file. Its code runs.
     *
     * @throws IOException as {@link #open(Path, PredictorOptions)} does
     * @throws IllegalArgumentException when {@code model} names a head (the model has one), or when this network or
     *     this machine's device does not support the options
     * @throws IllegalStateException when the JVM is exiting
     */
    public static Predictor open(TrustedScript model, PredictorOptions options) throws IOException {
        Objects.requireNonNull(model, "model");
        return open(() -> Classifier.load(model), options);
    }

    private static Predictor open(ReadyNetwork.Source source, PredictorOptions options) throws IOException {
        return new Predictor(NetworkHost.open(source, Objects.requireNonNull(options, "options")));
    }

    /**
     * Replaces the model, and loses no request: those that were accepted before are answered by the model before, later ones by the
     * new one, with the same options. Requests wait while the new model is loaded, and for that time both models are in memory. If
     * it cannot be loaded, the model stays.
     *
     * @param model as for {@link #open(Path, PredictorOptions)}
     * @throws IOException as {@link #open(Path, PredictorOptions)} does
     * @throws IllegalArgumentException as {@link #open(Path, PredictorOptions)} does, and when the new model has other classes, or
     *     the same in another order, or lacks what is {@link #attach attached}, such as the layer of an explainer
     * @throws IllegalStateException after {@link #close}, or when the JVM is exiting
     */
    public void replace(Path model) throws IOException {
        Objects.requireNonNull(model, "model");
        host.replace(file(model));
    }

    /** The same for a model whose network's code is from another TorchScript file. Its code runs. */
    public void replace(TrustedScript model) throws IOException {
        Objects.requireNonNull(model, "model");
        host.replace(() -> Classifier.load(model));
    }

    /** The network, classes and preprocessing. */
    public ModelCard card() {
        return calls.network().card();
    }

    /** The names of the classes, in the order of the probabilities. */
    public List<String> classes() {
        return calls.network().card().classes();
    }

    /** The thresholds of a multi-label model, one for each of {@link #classes}; empty for a model of one class a picture. */
    public Optional<LabelThresholds> thresholds() {
        return calls.network().card().thresholds();
    }

    /**
     * Warnings about the model, one sentence each: those of {@link Classifier#notes}, and whether its preprocessing gives
     * other pixels here than where it was saved. Empty if there is nothing to say. Each call reads sample pictures, which
     * takes a few milliseconds, and before the first prediction up to 0.1 s.
     */
    public List<String> notes() {
        return calls.network().notes();
    }

    /**
     * Classifies one picture.
     *
     * @throws IOException with the file's name when it cannot be read as a picture
     * @throws OutOfMemoryException when there is not enough memory; the predictor stays usable
     * @throws java.io.InterruptedIOException when this thread is interrupted, also before the call; its flag stays set
     * @throws PredictorBusyException when {@link Batching#queue} requests wait already, and this one is not to wait
     * @throws IllegalStateException after {@link #close}, or when the JVM is exiting and accepts no more calls
     */
    public Prediction predict(Path picture) throws IOException {
        Objects.requireNonNull(picture, "picture");
        return predict(PictureInput.of(picture));
    }

    /**
     * Classifies one picture in memory. Throws as {@link #predict(Path)} does.
     *
     * @param picture the bytes of a picture file
     * @param name used in errors; may be null or blank
     */
    public Prediction predict(byte[] picture, String name) throws IOException {
        return predict(PictureInput.of(picture, name));
    }

    /**
     * Classifies one picture, from wherever it comes. Pictures that several threads ask for at the same time are computed
     * together, see {@link Batching}. Throws as {@link #predict(Path)} does.
     */
    public Prediction predict(PictureInput picture) throws IOException {
        return requests.answer(Objects.requireNonNull(picture, "picture"));
    }

    /**
     * Classifies one picture without waiting for it: another thread decodes it. Cancelling the result gives its place free.
     * What is chained to it runs in a thread of its own, also after a deadline, and must not close the predictor.
     *
     * @return its prediction; or an {@link IOException} when it cannot be read, a {@link
     *     java.util.concurrent.TimeoutException} after {@link Batching#deadline}, or an {@link OutOfMemoryException}
     * @throws PredictorBusyException when there is no place for it, or the wait for one is interrupted
     * @throws IllegalStateException as {@link #predict(Path)} does
     */
    public CompletableFuture<Prediction> submit(PictureInput picture) {
        return requests.submit(Objects.requireNonNull(picture, "picture"));
    }

    /** Sets who hears of single pictures from now on, instead of an earlier one. */
    public Predictor listener(PredictorListener hears) {
        requests.listener(Objects.requireNonNull(hears, "listener"));
        return this;
    }

    /**
     * Classifies pictures in batches; the results have the order of the list. The first picture that cannot be read
     * ends the call; {@link #predictEach} continues instead. Throws as {@link #predict(Path)} does.
     */
    public List<Prediction> predict(List<Path> pictures) throws IOException {
        return listed().all(PredictorOptions.files("pictures", pictures));
    }

    /**
     * Classifies pictures in batches. The result has one answer for each picture, in the order of the list: a
     * prediction, or the reason why the file cannot be read as a picture.
     *
     * @throws OutOfMemoryException as {@link #predict(Path)} does
     * @throws IllegalStateException as {@link #predict(Path)} does
     */
    public List<Answer> predictEach(List<Path> pictures) {
        return listed().answers(PredictorOptions.files("pictures", pictures));
    }

    /**
     * Classifies pictures from anywhere in batches that hold no picture of another call: the same list gives the same bits.
     *
     * @param unreadable gets why a picture cannot be read, and its index in the list
     * @return in the order of the list; empty for each picture that cannot be read
     * @throws OutOfMemoryException as {@link #predict(Path)} does
     * @throws IllegalStateException as {@link #predict(Path)} does
     */
    public List<Optional<Prediction>> predictEach(List<PictureInput> pictures, ObjIntConsumer<IOException> unreadable) {
        return listed().each(List.copyOf(pictures), unreadable);
    }

    /**
     * Classifies any number of pictures, with memory that does not depend on their number: several threads decode ahead
     * while the network computes. The stream has one answer for each picture, in order. Close it before the predictor;
     * after that it accepts no more pictures.
     *
     * @param pictures asked for a few batches ahead of the answers, by the thread that uses the stream
     * @throws IllegalStateException after {@link #close}
     */
    public PredictionStream stream(Iterator<Path> pictures) {
        return stream(pictures, () -> false);
    }

    /**
     * The same for a list that comes bit by bit, such as one that another program writes.
     *
     * @param listWaits asked by the thread that uses the stream: whether the list would have to wait for its next
     *     picture. Then the stream gives the answers for the pictures so far instead
     */
    public PredictionStream stream(Iterator<Path> pictures, BooleanSupplier listWaits) {
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(listWaits, "listWaits");
        begin().close();
        return new PredictionStream(this, pictures, listWaits);
    }

    private ListedPictures listed() {
        return new ListedPictures(host.thread(), calls);
    }

    /** Begins a call. */
    Calls.Call begin() {
        return calls.begin();
    }

    /** Begins to decode and classify a batch, which closes {@code call}. */
    PredictionBatch start(List<Path> pictures, PictureRows rows, Executor decoders, Calls.Call call) {
        PredictionBatch batch = new PredictionBatch(pictures, rows);
        batch.start(decoders, host.thread(), call);
        return batch;
    }

    /**
     * Runs a task with the network as it was saved, on this predictor's thread, and waits for it. Predictions wait
     * meanwhile. The task frees the native memory that it makes.
     *
     * @throws IOException if the task throws it; unchecked exceptions of the task are thrown too
     * @throws IllegalStateException when the options keep only fused layers (see {@link
     *     PredictorOptions#withWholeNetwork}), after {@link #close}, or when the JVM is exiting
     */
    public <T> T withNetwork(NetworkTask<T> task) throws IOException {
        Objects.requireNonNull(task, "task");
        try (Calls.Call call = calls.begin()) {
            return host.thread().call(() -> call.network().run(task));
        }
    }

    /**
     * Makes something for the network, and for each one that takes its place, before it does: if it cannot be made for a new model, {@link
     * #replace} throws that, and the old model stays.
     *
     * @param make what to make, on this predictor's thread, as {@link #withNetwork}; not null
     * @param free frees it, on the same thread, before its network is freed
     * @throws IOException if {@code make} throws it; its unchecked exceptions are thrown too
     * @throws IllegalStateException as {@link #withNetwork} does
     */
    public <T> Attached<T> attach(NetworkTask<T> make, Consumer<T> free) throws IOException {
        Objects.requireNonNull(make, "make");
        Objects.requireNonNull(free, "free");
        return host.attach(make, free);
    }

    /** Refuses new calls, waits for the answers of accepted calls, and frees the model. */
    @Override
    public void close() {
        requests.closing();
        host.close();
        requests.close();
    }
}
