package dev.graft.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.batch.BatchLoader;
import dev.graft.batch.HostBatch;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.batch.Unreadable;
import dev.graft.data.Sample;
import dev.graft.files.Digests;
import dev.graft.image.PictureReader;
import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.Augmentation.Range;
import dev.graft.image.augment.SeededView;
import dev.graft.image.augment.View;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.ModelCard;
import dev.graft.model.Precision;
import dev.graft.model.fuse.Fusion;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Features of views: what the network makes of the view, kept apart from all others. */
class ViewFeaturesTest {
    private static final ModelCard CARD = SmallRun.CARD;
    private static final int PICTURES = 7;

    @TempDir
    static Path folder;

    private static Path weights;
    private static List<Sample> pictures;

    @BeforeAll
    static void draw() throws IOException {
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        pictures = SmallRun.samples(folder.resolve("pictures"), PICTURES);
    }

    private static Optional<SeededView> view(long seed, int number) {
        return Optional.of(new SeededView(Augmentation.STANDARD, seed, number));
    }

    /** What came out of one view of an extraction, by the file's name. */
    private record Result(List<float[]> rows, int computed, int found) {}

    private static List<Result> extract(List<Sample> samples, Path store, List<Optional<SeededView>> views)
            throws IOException {
        List<Result> results = new ArrayList<>();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, CARD, random);
                Staging staging = new Staging(ComputeDevice.CPU, Layout.CHANNELS_LAST, CARD.preprocessing());
                BatchLoader loader = new BatchLoader(CARD.preprocessing(), staging, 3, 2, Unreadable.FAIL);
                FeatureExtractor extractor = new FeatureExtractor(
                        fusion(c), loader, staging, Optional.ofNullable(store).map(FeatureStore::in), 2)) {
            Map<Optional<SeededView>, Features> all = extractor
                    .extract(Contents.of(samples, 2, () -> false).orElseThrow(), views)
                    .orElseThrow();
            for (Optional<SeededView> view : views) {
                try (Features f = all.get(view)) {
                    results.add(new Result(rows(f), f.computed(), f.found()));
                }
            }
        }
        return results;
    }

    private static Fusion fusion(Classifier classifier) {
        return Fusion.of(classifier, Classifier.HEAD, Precision.FP32, ComputeDevice.CPU);
    }

    private static List<float[]> rows(Features f) {
        List<float[]> rows = new ArrayList<>();
        try (NativeScope scope = NativeScope.open()) {
            int width = (int) f.values().size(1);
            for (int row : f.rows()) {
                float[] values = new float[width];
                new FloatPointer(f.values().data_ptr())
                        .position((long) row * width)
                        .get(values);
                rows.add(values);
            }
        }
        return rows;
    }

    private static int computed(List<Sample> samples, Path store, Optional<SeededView> view) throws IOException {
        Result r = extract(samples, store, List.of(view)).get(0);
        assertEquals(samples.size(), r.computed + r.found);
        return r.computed;
    }

    /** The view by hand, then the network as it was read, unfused: its head gives back what it gets. */
    private static List<float[]> slowly(Optional<SeededView> view) throws IOException {
        String[] classes = IntStream.range(0, 512).mapToObj(i -> "c" + i).toArray(String[]::new);
        PictureReader reader = new PictureReader(CARD.preprocessing());
        List<float[]> rows = new ArrayList<>();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.card(HashState.SIZE, classes), random);
                Staging staging = new Staging(ComputeDevice.CPU, Layout.CONTIGUOUS, CARD.preprocessing())) {
            float[] identity = new float[512 * 512];
            for (int i = 0; i < 512; i++) identity[513 * i] = 1;
            c.replaceHead(identity, new float[512]);
            c.trainingMode(false);
            for (Sample s : pictures) {
                View part = view.orElseThrow().of(Files.readAllBytes(s.file()), HashState.SIZE, HashState.SIZE);
                byte[] rgb = reader.decode(s.file())
                        .view(part, HashState.SIZE, HashState.SIZE)
                        .rgb();
                ByteBuffer pixels =
                        ByteBuffer.allocateDirect(rgb.length).put(rgb).flip();
                try (NativeScope scope = NativeScope.open();
                        NoGradGuard noGrad = new NoGradGuard()) {
                    HostBatch one = new HostBatch(staging.wrap(pixels, 1), new long[1], new int[1], 1);
                    Tensor out = c.forward(staging.toDevice(one).images()).contiguous();
                    float[] values = new float[512];
                    new FloatPointer(out.data_ptr()).get(values);
                    rows.add(values);
                }
            }
        }
        return rows;
    }

    private static float largest(float[] values) {
        float most = 0;
        for (float v : values) most = Math.max(most, Math.abs(v));
        return most;
    }

    @Test
    void features_equalTheUnfusedNetworksOfTheSameViews() throws IOException {
        List<Optional<SeededView>> views = List.of(view(9, 0), view(9, 1));
        List<Result> fast = extract(pictures, null, views);
        for (int v = 0; v < 2; v++) {
            List<float[]> slow = slowly(views.get(v));
            for (int i = 0; i < PICTURES; i++) {
                float[] wanted = slow.get(i);
                assertArrayEquals(wanted, fast.get(v).rows.get(i), 1e-4f * largest(wanted), "view " + v + " of " + i);
            }
        }
        assertTrue(different(fast.get(0).rows.get(0), fast.get(1).rows.get(0)));
    }

    private static boolean different(float[] a, float[] b) {
        return IntStream.range(0, a.length).anyMatch(i -> Math.abs(a[i] - b[i]) > 1e-2f * largest(a));
    }

    @Test
    void store_keepsViewsApart_fromEachOtherAndFromThePictures() throws IOException {
        Path store = folder.resolve("apart");
        Augmentation wider = new Augmentation(Augmentation.STANDARD.area(), new Range(0.5, 2), 0.5);
        List<Optional<SeededView>> all =
                List.of(Optional.empty(), view(0, 0), view(0, 1), view(1, 0), Optional.of(new SeededView(wider, 0, 0)));
        for (Optional<SeededView> view : all) assertEquals(PICTURES, computed(pictures, store, view), view.toString());
        for (Optional<SeededView> view : all) assertEquals(0, computed(pictures, store, view), view.toString());
    }

    @Test
    void view_isThePictures_whateverItsNamePlaceAndCompany() throws IOException {
        Path store = folder.resolve("company");
        Result first = extract(pictures, store, List.of(view(3, 1))).get(0);
        List<Sample> others =
                new ArrayList<>(SmallRun.samples(folder.resolve("others"), 9).subList(PICTURES, 9));
        for (Sample s : pictures) {
            Path copy = folder.resolve("copy").resolve("x" + s.file().getFileName());
            Files.createDirectories(copy.getParent());
            others.add(new Sample(Files.copy(s.file(), copy), 1 - s.label()));
        }
        Collections.reverse(others);
        assertEquals(2, computed(others, store, view(3, 1)));
        Result anew = extract(others, null, List.of(view(3, 1))).get(0);
        for (int i = 0; i < PICTURES; i++) {
            float[] wanted = first.rows.get(i);
            assertArrayEquals(wanted, anew.rows.get(PICTURES - 1 - i), 1e-5f * largest(wanted));
        }
    }

    /** The folder of pictures as they are is what it was before there were views: stores of that time stay valid. */
    @Test
    void store_plainPictures_lieWhereTheyAlwaysLay() throws IOException {
        Path store = folder.resolve("old");
        computed(pictures, store, Optional.empty());
        String key;
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, CARD, random)) {
            String text = fusion(c).identity() + "\n" + CARD.preprocessing().toJson();
            key = HexFormat.of().formatHex(Digests.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
        }
        assertEquals(Set.of(key), folders(store));
        computed(pictures, store, view(0, 0));
        assertEquals(2, folders(store).size());
    }

    private static Set<String> folders(Path store) throws IOException {
        Set<String> names = new HashSet<>();
        try (Stream<Path> all = Files.list(store)) {
            all.forEach(p -> names.add(p.getFileName().toString()));
        }
        return names;
    }

    /** What earlier views have is kept, and nothing is handed out. */
    @Test
    void stopped_inTheSecondView_keepsTheFirst() throws IOException {
        Path store = folder.resolve("stopped");
        int[] batches = {0};
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, CARD, random);
                Staging staging = new Staging(ComputeDevice.CPU, Layout.CHANNELS_LAST, CARD.preprocessing());
                BatchLoader loader = new BatchLoader(CARD.preprocessing(), staging, 3, 2, Unreadable.FAIL);
                FeatureExtractor extractor =
                        new FeatureExtractor(fusion(c), loader, staging, Optional.of(FeatureStore.in(store)), 2)) {
            Contents contents = Contents.of(pictures, 2, () -> false).orElseThrow();
            extractor.stopWhen(() -> ++batches[0] == 4);
            assertTrue(
                    extractor.extract(contents, List.of(view(2, 0), view(2, 1))).isEmpty());
        }
        assertEquals(0, computed(pictures, store, view(2, 0)));
        assertEquals(PICTURES - 3, computed(pictures, store, view(2, 1)));
    }
}
