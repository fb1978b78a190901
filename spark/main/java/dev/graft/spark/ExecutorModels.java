package dev.graft.spark;

import dev.graft.model.Precision;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.torch.Natives;
import dev.graft.torch.SharedCores;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The models of this JVM: each is loaded once, whatever the number of tasks and jobs. Each has one thread that calls LibTorch. A model
 * that no task uses stays for later tasks; of those, the oldest are freed. Thread-safe.
 */
final class ExecutorModels {
    /** Those of a pipeline of features and predictions. A ResNet18 takes 50 MB, a ResNet152 250 MB. */
    private static final int MOST_IDLE = 2;

    private static final Map<Key, Entry> OPEN = new LinkedHashMap<>(); // the latest use last; guarded by the class
    private static int loads; // guarded by the class

    private ExecutorModels() {}

    /**
     * What a model is loaded from.
     *
     * @param sha256 of its archive
     * @param precision as {@link PictureStage#setPrecision} takes it
     * @param batch how many pictures are usually computed together
     */
    record Key(String sha256, String precision, int batch) {}

    private static final class Entry {
        private final Predictor predictor;
        private int users;

        Entry(Predictor predictor) {
            this.predictor = predictor;
        }
    }

    /** The use of a model by one task. Close it. */
    static final class Lease implements AutoCloseable {
        private final Key key;
        private final Entry entry;
        private boolean closed;

        private Lease(Key key, Entry entry) {
            this.key = key;
            this.entry = entry;
        }

        Predictor predictor() {
            return entry.predictor;
        }

        @Override
        public void close() {
            synchronized (ExecutorModels.class) {
                if (closed) return;
                closed = true;
                entry.users--;
                OPEN.remove(key, entry);
                OPEN.put(key, entry);
                freeOldest();
            }
        }
    }

    /**
     * Begins to use a model, which is loaded if it is not there.
     *
     * @param threads how many threads compute in this JVM; 0 leaves the setting
     */
    static synchronized Lease use(Key key, Supplier<byte[]> archive, int threads) throws IOException {
        Entry entry = OPEN.get(key);
        if (entry == null) {
            entry = new Entry(load(key, archive.get(), threads));
            OPEN.put(key, entry);
        }
        entry.users++;
        return new Lease(key, entry);
    }

    private static Predictor load(Key key, byte[] archive, int threads) throws IOException {
        Natives.load(); // before anything else of JavaCPP: it fills the cache of libraries safely, and lifts JavaCPP's
        // limits
        if (threads > 0 && Threads.get() != threads) Threads.set(threads);
        SharedCores.expect(); // tasks decode on the same cores
        PredictorOptions options = PredictorOptions.fast().withBatch(key.batch).withFeatures();
        if (!key.precision.equals("auto"))
            options = options.withPrecision(key.precision.equals("bf16") ? Precision.BF16 : Precision.FP32);
        try (TemporaryFile file = TemporaryFile.with(archive)) {
            Predictor predictor = Predictor.open(file.path(), options);
            loads++;
            return predictor;
        }
    }

    private static void freeOldest() {
        long idle = OPEN.values().stream().filter(e -> e.users == 0).count();
        for (Iterator<Entry> all = OPEN.values().iterator(); all.hasNext() && idle > MOST_IDLE; ) {
            Entry entry = all.next();
            if (entry.users > 0) continue;
            all.remove();
            entry.predictor.close();
            idle--;
        }
    }

    /** How many models this JVM has loaded so far. */
    static synchronized int loads() {
        return loads;
    }

    /** How many models are open. */
    static synchronized int open() {
        return OPEN.size();
    }
}
