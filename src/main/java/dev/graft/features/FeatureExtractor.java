package dev.graft.features;

import dev.graft.batch.BatchLoader;
import dev.graft.batch.BatchStream;
import dev.graft.batch.HostBatch;
import dev.graft.batch.Staging;
import dev.graft.data.Sample;
import dev.graft.distributed.RankGroup;
import dev.graft.files.Digests;
import dev.graft.image.augment.SeededView;
import dev.graft.model.Trunk;
import dev.graft.model.TrunkSource;
import dev.graft.torch.NativeScope;
import dev.graft.torch.OutOfMemoryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Computes features: runs samples through the frozen layers, each picture content once. Features that an earlier run
 * left in the store are not computed again. Use it from one thread; the caller still owns everything that it passes in.
 * The frozen layers are built when the first picture needs them: close the extractor.
 */
public final class FeatureExtractor implements AutoCloseable {
    /** The number of rows in one file of the store. A killed run loses at most this many. */
    private static final int ROWS_A_FILE = 1024;

    private final TrunkSource fusion;
    private final BatchLoader loader;
    private final Staging staging;
    private final Optional<FeatureStore> store;
    private final int features;
    private final int threads;
    private final String computedBy;
    private BooleanSupplier stop = () -> false;
    private IntConsumer progress = n -> {};
    private Optional<SharedRows> sharing = Optional.empty();
    private long waited;
    private Trunk trunk;

    /**
     * Creates an extractor.
     *
     * @param fusion builds the frozen layers of a classifier whose weights must not change meanwhile
     * @param staging has the same preprocessing as the loader
     * @param threads the number of threads that read the files first in {@link #extract(List)}, at least 1
     */
    public FeatureExtractor(
            TrunkSource fusion, BatchLoader loader, Staging staging, Optional<FeatureStore> store, int threads) {
        this.fusion = fusion;
        this.loader = loader;
        this.staging = staging;
        this.store = store;
        this.features = fusion.size();
        this.threads = threads;
        this.computedBy = store.map(
                        s -> fusion.identity() + "\n" + staging.preprocessing().toJson())
                .orElse("");
    }

    /**
     * Sets a stop request. It is checked after every batch and while files are read. Once it returns true, {@link
     * #extract} writes the features computed so far to the store and returns nothing.
     */
    public FeatureExtractor stopWhen(BooleanSupplier request) {
        stop = request;
        return this;
    }

    /** Sets a listener that receives, after every batch, the number of pictures in this batch. */
    public FeatureExtractor progress(IntConsumer listener) {
        progress = listener;
        return this;
    }

    /**
     * Divides the pictures among ranks, which all extract the same lists: each computes a share, and gets all features. The progress
     * of a rank is that of its own share.
     */
    public FeatureExtractor among(RankGroup group) {
        sharing = Optional.of(new SharedRows(group));
        return this;
    }

    /**
     * The nanoseconds for which the frozen layers have waited for pictures so far, without the first batch of each list.
     */
    public long waitedNanos() {
        return waited;
    }

    /**
     * The features of these samples. The caller owns them. Empty if a stop was requested before the end.
     *
     * @throws IOException if a picture cannot be read and the loader does not skip such pictures; the message names it
     */
    public Optional<Features> extract(List<Sample> samples) throws IOException {
        Optional<Contents> contents = Contents.of(samples, threads, stop);
        if (contents.isEmpty()) return Optional.empty();
        return extract(contents.get(), List.of(Optional.empty())).map(one -> one.get(Optional.<SeededView>empty()));
    }

    /**
     * The features of these samples in several views. The caller owns each of them. Empty if a stop was requested before
     * the end. All features of one view are computed before the next view starts.
     *
     * @param views all different; an empty {@code Optional} stands for the pictures without augmentation
     * @throws IOException as in {@link #extract(List)}
     */
    public Optional<Map<Optional<SeededView>, Features>> extract(Contents contents, List<Optional<SeededView>> views)
            throws IOException {
        Map<Optional<SeededView>, Features> all = new LinkedHashMap<>();
        boolean whole = false;
        try {
            for (Optional<SeededView> view : views) {
                Optional<Features> features = extract(new Wanted(contents, view, key(view)));
                if (features.isEmpty()) return Optional.empty();
                all.put(view, features.get());
            }
            whole = true;
            return Optional.of(all);
        } finally {
            if (!whole) all.values().forEach(Features::close);
        }
    }

    /** The store's key for what computes the features, for a view or for the pictures without augmentation. */
    private String key(Optional<SeededView> view) {
        String text = computedBy + view.map(v -> "\n" + v.identity()).orElse("");
        return HexFormat.of().formatHex(Digests.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The features that are wanted.
     *
     * @param key of the store
     */
    private record Wanted(Contents contents, Optional<SeededView> view, String key) {}

    /** Empty if a stop was requested before the end. */
    private Optional<Features> extract(Wanted wanted) throws IOException {
        List<Digest> digests = wanted.contents.digests();
        Map<Digest, Integer> rowOf = new LinkedHashMap<>();
        int[] rows = new int[digests.size()];
        int count = 0;
        for (int i = 0; i < rows.length; i++) {
            Integer there = digests.get(i) == null ? null : rowOf.putIfAbsent(digests.get(i), count);
            rows[i] = there == null ? count++ : there;
        }
        Tensor values;
        try (NativeScope scope = NativeScope.open()) {
            values = NativeScope.own(torch.empty(Math.max(1, count), features));
        } catch (RuntimeException e) {
            if (!OutOfMemoryException.isMeantBy(e)) throw e;
            throw new OutOfMemoryException(
                    "the features of " + count + " pictures, " + features + " numbers each",
                    (long) Float.BYTES * count * features,
                    "train on fewer pictures, or let them pass the frozen layers in every epoch (FrozenLayers.EVERY_EPOCH)",
                    e);
        }
        Features result = null;
        try (FloatPointer memory = NativeScope.own(new FloatPointer(values.data_ptr()))) {
            Map<Digest, Integer> missing = new HashMap<>(rowOf);
            missing.values().removeIf(r -> !isOwn(r));
            boolean[] filled = new boolean[count];
            float[] row = new float[features];
            store.ifPresent(s -> s.find(wanted.key, missing, features, (at, bytes) -> {
                bytes.asFloatBuffer().get(row);
                memory.position((long) at * features).put(row);
                filled[at] = true;
            }));
            int found = count(filled);
            boolean whole = compute(wanted, rows, filled, memory);
            if (sharing.isPresent()) {
                whole = sharing.get().all(whole);
                if (whole) found = sharing.get().gather(values, filled, found);
            }
            if (whole) {
                for (int i = 0; i < rows.length; i++) rows[i] = filled[rows[i]] ? rows[i] : -1;
                result = new Features(values, rows, count(filled) - found, found);
            }
            return Optional.ofNullable(result);
        } finally {
            if (result == null) values.close();
        }
    }

    private static int count(boolean[] filled) {
        return (int) IntStream.range(0, filled.length).filter(r -> filled[r]).count();
    }

    private boolean isOwn(int row) {
        return sharing.isEmpty() || sharing.get().isOwn(row);
    }

    /** Fills the rows that are not filled yet. Returns false if a stop was requested. */
    private boolean compute(Wanted wanted, int[] rows, boolean[] filled, FloatPointer memory) throws IOException {
        boolean[] planned = filled.clone();
        IntStream.Builder order = IntStream.builder();
        IntStream.Builder twins = IntStream.builder();
        for (int i = 0; i < rows.length; i++) {
            if (filled[rows[i]] || !isOwn(rows[i])) continue;
            (planned[rows[i]] ? twins : order).add(i);
            planned[rows[i]] = true;
        }
        if (!pass(wanted, rows, order.build().toArray(), filled, memory)) return false;
        // Duplicates of pictures that could not be read: each is tried too, and a failure is reported by name.
        int[] left = twins.build().filter(i -> !filled[rows[i]]).toArray();
        return pass(wanted, rows, left, filled, memory);
    }

    private boolean pass(Wanted wanted, int[] rows, int[] order, boolean[] filled, FloatPointer memory)
            throws IOException {
        if (order.length == 0) return true;
        if (trunk == null) trunk = fusion.fuse(loader.batchSize());
        Segment segment = new Segment(wanted.key);
        try (BatchStream stream = loader.stream(wanted.contents.samples(), order, 0, wanted.view);
                InferenceMode inference = new InferenceMode(true)) {
            for (HostBatch host = stream.next(); host != null; host = stream.next()) {
                float[] made = new float[host.size() * features];
                try (NativeScope step = NativeScope.open()) {
                    Tensor out = trunk.features(staging.toDevice(host).images())
                            .cpu()
                            .contiguous(); // waits for the device
                    new FloatPointer(out.data_ptr()).get(made);
                }
                for (int i = 0; i < host.size(); i++) {
                    int sample = host.samples()[i];
                    memory.position((long) rows[sample] * features).put(made, i * features, features);
                    filled[rows[sample]] = true;
                    segment.add(wanted.contents.digests().get(sample), made, i * features);
                }
                progress.accept(host.size());
                sharing.ifPresent(SharedRows::check);
                if (stop.getAsBoolean()) return false;
            }
            waited += stream.waitedNanos();
            return true;
        } finally {
            segment.flush();
        }
    }

    boolean hasTrunk() {
        return trunk != null;
    }

    @Override
    public void close() {
        if (trunk != null) trunk.close();
    }

    /** Rows that wait to be written to the store. */
    private final class Segment {
        private final String key;
        private final List<Digest> digests = new ArrayList<>();
        private ByteBuffer bytes;

        Segment(String key) {
            this.key = key;
        }

        void add(Digest digest, float[] values, int from) {
            if (store.isEmpty() || digest == null) return;
            if (bytes == null)
                bytes = ByteBuffer.allocate(ROWS_A_FILE * features * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(digests.size() * features, values, from, features);
            digests.add(digest);
            if (digests.size() == ROWS_A_FILE) flush();
        }

        void flush() {
            store.ifPresent(s -> s.add(key, digests, bytes, features));
            digests.clear();
        }
    }
}
