package dev.graft.features;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.batch.BatchLoader;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.batch.Unreadable;
import dev.graft.data.Sample;
import dev.graft.image.GreyScaling;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.ModelCard;
import dev.graft.model.Precision;
import dev.graft.model.fuse.FusedTrunk;
import dev.graft.model.fuse.Fusion;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureExtractorTest {
    @TempDir
    static Path folder;

    private static Path weights;
    private static List<Sample> pictures;

    @BeforeAll
    static void draw() throws IOException {
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        pictures = SmallRun.samples(folder.resolve("pictures"), 7);
    }

    /** What came out of one extraction. */
    private record Result(float[][] rows, int computed, int found, Map<String, String> skipped, int told) {}

    private static Result extract(List<Sample> samples, Path store, ModelCard card, long seed, Path file)
            throws IOException {
        int[] told = {0};
        try (RandomSource random = new RandomSource(seed);
                Classifier c = Classifier.graft(file, card, random);
                Staging staging = new Staging(ComputeDevice.CPU, Layout.CHANNELS_LAST, card.preprocessing());
                BatchLoader loader = new BatchLoader(card.preprocessing(), staging, 3, 2, Unreadable.SKIP);
                FeatureExtractor extractor = new FeatureExtractor(
                        Fusion.of(c, Classifier.HEAD, Precision.FP32, ComputeDevice.CPU),
                        loader,
                        staging,
                        Optional.ofNullable(store).map(FeatureStore::in),
                        2);
                Features f =
                        extractor.progress(n -> told[0] += n).extract(samples).orElseThrow()) {
            if (store != null && f.found() == samples.size())
                assertFalse(extractor.hasTrunk(), "nothing had to pass it");
            int size = (int) f.values().size(1);
            float[][] rows = new float[samples.size()][];
            for (int i = 0; i < rows.length; i++) {
                if (f.rows()[i] < 0) continue;
                rows[i] = new float[size];
                try (NativeScope scope = NativeScope.open()) {
                    new FloatPointer(f.values().data_ptr())
                            .position((long) f.rows()[i] * size)
                            .get(rows[i]);
                }
            }
            return new Result(rows, f.computed(), f.found(), Map.copyOf(loader.skipped()), told[0]);
        }
    }

    private static Result extract(List<Sample> samples, Path store) throws IOException {
        return extract(samples, store, SmallRun.CARD, 5, weights);
    }

    private static List<Sample> copies(String name, List<Sample> samples) throws IOException {
        List<Sample> copies = new ArrayList<>();
        for (Sample s : samples) {
            Path copy = folder.resolve(name).resolve("copy-of-" + s.file().getFileName());
            Files.createDirectories(copy.getParent());
            Files.copy(s.file(), copy);
            copies.add(new Sample(copy, s.label()));
        }
        return copies;
    }

    /** Ramps of 16-bit grey. */
    private static List<Sample> scans(Path into, int n) throws IOException {
        List<Sample> scans = new ArrayList<>();
        Files.createDirectories(into);
        for (int i = 0; i < n; i++) {
            ByteBuffer file = ByteBuffer.allocate(2 * 64 * 64 + 15).put("P5 64 64 65535\n".getBytes(UTF_8));
            for (int p = 0; p < 64 * 64; p++) file.putShort((short) (500 + 900 * i + (p % 64) * (p / 64)));
            scans.add(new Sample(Files.write(into.resolve(i + ".pgm"), file.array()), i % 2));
        }
        return scans;
    }

    private static ModelCard scaled(double centre) {
        ModelCard card = SmallRun.CARD;
        return new ModelCard(
                card.network(), card.classes(), card.preprocessing().withGrey(new GreyScaling.Window(centre, 2000)));
    }

    @Test
    void store_otherWindowOfGreyValues_findsNothing() throws IOException {
        Path store = folder.resolve("windows");
        List<Sample> scans = scans(folder.resolve("scans"), 3);
        Result first = extract(scans, store, scaled(1500), 5, weights);
        assertEquals(3, first.computed);
        assertEquals(3, extract(scans, store, scaled(1500), 5, weights).found);
        Result other = extract(scans, store, scaled(2500), 5, weights);
        assertEquals(3, other.computed);
        assertFalse(Arrays.equals(first.rows[0], other.rows[0]));
        assertEquals(3, extract(scans, store, SmallRun.CARD, 5, weights).computed, "without a window");
    }

    @Test
    void store_renamedAndTouched_costsNothing_changed_onlyThatOne() throws IOException {
        Path store = folder.resolve("store");
        Result first = extract(pictures, store);
        assertEquals(7, first.computed);
        assertEquals(7, first.told);
        List<Sample> renamed = copies("renamed", pictures);
        Result again = extract(renamed, store);
        assertEquals(0, again.computed);
        assertEquals(7, again.found);
        assertArrayEquals(first.rows, again.rows);
        HashState.picture(renamed.get(2).file(), 400);
        Result changed = extract(renamed, store);
        assertEquals(1, changed.computed);
        assertEquals(6, changed.found);
        assertNotEquals(first.rows[2][0], changed.rows[2][0]);
        assertArrayEquals(extract(renamed, null).rows[2], changed.rows[2], 1e-5f * largest(changed.rows[2]));
    }

    @Test
    void store_otherWeightsOrPreprocessing_isAnother() throws IOException {
        Path store = folder.resolve("keys");
        assertEquals(7, extract(pictures, store).computed);
        assertEquals(7, extract(pictures, store, SmallRun.card(48, "cat", "dog"), 5, weights).computed);
        Preprocessing opencv = SmallRun.CARD.preprocessing().withEngine(dev.graft.image.Engine.OPENCV);
        ModelCard other = new ModelCard(SmallRun.CARD.network(), List.of("a", "b"), opencv);
        assertEquals(7, extract(pictures, store, other, 5, weights).computed);
        Path more = HashState.write(folder.resolve("other.pth"), 10);
        assertEquals(0, extract(pictures, store, SmallRun.CARD, 77, more).computed, "the head does not matter");
    }

    @Test
    void equalPictures_passOnce_andShareARow() throws IOException {
        List<Sample> all = new ArrayList<>(pictures);
        all.addAll(copies("twins", pictures.subList(0, 3)));
        Result r = extract(all, null);
        assertEquals(7, r.computed);
        for (int i = 0; i < 3; i++) assertArrayEquals(r.rows[i], r.rows[7 + i]);
    }

    @Test
    void unreadable_isLeftOut_andItsTwinsAreNamedToo() throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.png"), "no picture");
        Path twin = Files.writeString(folder.resolve("twin.png"), "no picture");
        Path gone = folder.resolve("gone.png");
        List<Sample> all = new ArrayList<>(pictures);
        for (Path p : List.of(bad, twin, gone)) all.add(new Sample(p, 0));
        Result r = extract(all, folder.resolve("with-bad"));
        assertEquals(7, r.computed);
        for (int i = 7; i < 10; i++) assertNull(r.rows[i]);
        assertEquals(java.util.Set.of(bad.toString(), twin.toString(), gone.toString()), r.skipped.keySet());
        assertEquals(7, extract(all, folder.resolve("with-bad")).found);
    }

    @Test
    void stopped_keepsWhatItHas() throws IOException {
        Path store = folder.resolve("stopped");
        ModelCard card = SmallRun.CARD;
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, card, random);
                Staging staging = new Staging(ComputeDevice.CPU, Layout.CHANNELS_LAST, card.preprocessing());
                BatchLoader loader = new BatchLoader(card.preprocessing(), staging, 3, 2, Unreadable.FAIL);
                FeatureExtractor extractor = new FeatureExtractor(
                        Fusion.of(c, Classifier.HEAD, Precision.FP32, ComputeDevice.CPU),
                        loader,
                        staging,
                        Optional.of(FeatureStore.in(store)),
                        2)) {
            assertTrue(extractor.stopWhen(() -> true).extract(pictures).isEmpty());
        }
        Result r = extract(pictures, store);
        assertEquals(3, r.found);
        assertEquals(4, r.computed);
    }

    @Test
    void trunk_afterClose_orOnAForeignNetwork_isRefused() throws IOException {
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.CARD, random)) {
            FusedTrunk trunk = FusedTrunk.of(c, Precision.FP32, ComputeDevice.CPU);
            trunk.close();
            trunk.close();
            String told = assertThrows(IllegalStateException.class, () -> trunk.features(null))
                    .getMessage();
            assertTrue(told.contains("after close"), told);
        }
    }

    private static float largest(float[] values) {
        float most = 0;
        for (float v : values) most = Math.max(most, Math.abs(v));
        return most;
    }
}
