package dev.graft.predict;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The single pictures of a predictor, from their acceptance to their answers. Those that are decoded while the network computes are its next
 * batch. Thread-safe.
 */
final class Requests implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    private final NetworkThread thread;
    private final Calls calls;
    private final Batching batching;
    private final Semaphore places;
    private final Workers workers = new Workers("graft-request");
    private final ThreadPoolExecutor decoders;
    private final ExecutorService answers; // gives those that no thread waits for
    private final Deque<Request> ready = new ArrayDeque<>(); // decoded; guarded by this
    private boolean computing; // a task of the network's thread takes what is ready; guarded by this
    private boolean closing; // no batch waits for more; guarded by this
    private volatile PredictorListener listener = new PredictorListener() {};

    Requests(NetworkThread thread, Calls calls, Batching batching, int threads) {
        this.thread = thread;
        this.calls = calls;
        this.batching = batching;
        this.places = new Semaphore(batching.queue(), true);
        this.decoders = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), workers);
        decoders.allowCoreThreadTimeOut(true);
        this.answers = Executors.newCachedThreadPool(workers);
    }

    void listener(PredictorListener hears) {
        listener = hears;
    }

    /** Decodes in another thread. */
    CompletableFuture<Prediction> submit(PictureInput picture) {
        Request request;
        try {
            request = accept(picture, false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PredictorBusyException("predictor: interrupted while it waited for a place");
        }
        try {
            decoders.execute(() -> {
                try {
                    if (decoded(request)) compute(request);
                } catch (IOException | RuntimeException | Error e) {
                    fail(request, e);
                }
            });
        } catch (RuntimeException | Error e) { // no thread could be started
            fail(request, e);
        }
        return request.answer();
    }

    /** Decodes in this thread and waits for the answer. */
    Prediction answer(PictureInput picture) throws IOException {
        Request request;
        try {
            request = accept(picture, true);
        } catch (InterruptedException e) {
            throw interrupted();
        }
        try {
            if (decoded(request)) compute(request);
        } catch (IOException | RuntimeException | Error e) {
            fail(request, e);
            throw e;
        }
        return await(request);
    }

    private Request accept(PictureInput picture, boolean awaited) throws InterruptedException {
        Calls.Call call = calls.begin();
        boolean placed = false;
        try {
            takePlace();
            placed = true;
            return new Request(picture, call, awaited, batching.deadline(), answers);
        } finally {
            if (!placed) call.close();
        }
    }

    private void takePlace() throws InterruptedException {
        if (batching.whenFull() == WhenFull.WAIT) {
            places.acquire();
        } else if (!places.tryAcquire()) {
            tell(listener::refused);
            throw new PredictorBusyException(
                    "predictor: " + batching.queue()
                            + " requests are not answered yet, and no more are allowed; try again later, or raise Batching.queue");
        }
    }

    /** Whether the pixels are there and wanted. */
    private boolean decoded(Request request) throws IOException {
        if (!request.isOver()) request.read();
        if (!request.isOver()) return true;
        fail(request, request.whyOver());
        return false;
    }

    private synchronized void compute(Request request) {
        ready.add(request);
        if (computing) notifyAll();
        else schedule();
    }

    /** Other tasks of the network's thread come between two batches. */
    private synchronized void schedule() {
        computing = true;
        CompletableFuture<Void> done = new CompletableFuture<>();
        done.whenComplete((nothing, why) -> {
            if (why != null) failAll(why);
        });
        thread.submit(
                () -> {
                    computeNext();
                    return null;
                },
                done);
    }

    private void computeNext() {
        List<Request> batch = take();
        if (!batch.isEmpty()) computeTogether(batch);
        synchronized (this) {
            if (ready.isEmpty()) computing = false;
            else schedule();
        }
    }

    /** The next batch, which waits for more as long as it may. */
    private synchronized List<Request> take() {
        List<Request> batch = new ArrayList<>();
        long until = System.nanoTime() + batching.delay().toNanos();
        while (true) {
            while (fits(ready.peek(), batch)) batch.add(ready.remove());
            long left = until - System.nanoTime();
            if (!ready.isEmpty() || isFull(batch) || left <= 0 || closing) return wanted(batch);
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return wanted(batch);
            }
        }
    }

    /** A batch is of one network: a model that was just replaced still answers what was decoded for it. */
    private boolean fits(Request next, List<Request> batch) {
        if (next == null || isFull(batch)) return false;
        return batch.isEmpty() || batch.get(0).network() == next.network();
    }

    private boolean isFull(List<Request> batch) {
        return !batch.isEmpty() && batch.size() >= most(batch.get(0).network());
    }

    private int most(ReadyNetwork network) {
        return network.mostRows(batching.most());
    }

    private List<Request> wanted(List<Request> batch) {
        List<Request> wanted = new ArrayList<>();
        for (Request request : batch) {
            if (request.isOver()) fail(request, request.whyOver());
            else wanted.add(request);
        }
        return wanted;
    }

    private void computeTogether(List<Request> batch) {
        long start = System.nanoTime();
        List<Prediction> answers;
        try {
            ReadyNetwork network = batch.get(0).network();
            answers = network.predict(batch.stream().map(Request::rows).toList(), most(network));
        } catch (RuntimeException | Error e) {
            batch.forEach(request -> fail(request, e));
            return;
        }
        long computed = System.nanoTime() - start;
        for (int i = 0; i < answers.size(); i++) {
            Request request = batch.get(i);
            Prediction prediction = answers.get(i);
            tell(() -> listener.answered(request.timing(batch.size(), computed)));
            end(request, () -> request.answer().complete(prediction));
        }
    }

    private void failAll(Throwable why) {
        List<Request> all;
        synchronized (this) {
            computing = false;
            all = new ArrayList<>(ready);
            ready.clear();
        }
        all.forEach(request -> fail(request, why));
    }

    private void fail(Request request, Throwable why) {
        tell(() -> listener.failed(why));
        end(request, () -> request.answer().completeExceptionally(why));
    }

    /** Frees what a request holds, and answers it: what a caller does with an answer must not keep the network's thread. */
    private void end(Request request, Runnable answer) {
        request.free();
        places.release();
        if (request.isAwaited()) {
            ended(request, answer);
            return;
        }
        try {
            answers.execute(() -> ended(request, answer));
        } catch (RuntimeException | Error e) { // no thread could be started: a request must not be lost for that
            ended(request, answer);
        }
    }

    private static void ended(Request request, Runnable answer) {
        try {
            answer.run();
        } finally {
            request.end();
        }
    }

    private static void tell(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException | Error e) { // it must not lose a request
            System.getLogger("dev.graft").log(System.Logger.Level.WARNING, "predictor: a listener failed", e);
        }
    }

    private Prediction await(Request request) throws IOException {
        try {
            return request.answer().get();
        } catch (InterruptedException e) {
            request.answer().cancel(false);
            throw interrupted();
        } catch (ExecutionException e) {
            throw thrown(e.getCause());
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("predictor: interrupted while it waited for an answer");
    }

    private static IOException thrown(Throwable cause) {
        if (cause instanceof TimeoutException) return new IOException(cause.getMessage(), cause);
        if (cause instanceof RuntimeException e) throw e;
        if (cause instanceof Error e) throw e;
        return cause instanceof IOException e ? e : new IOException(cause);
    }

    /** No more requests will come: batches do not wait for any. */
    synchronized void closing() {
        closing = true;
        notifyAll();
    }

    /** Ends the threads that decode and answer, after the last answer. */
    @Override
    public void close() {
        workers.end(decoders, answers);
    }
}
