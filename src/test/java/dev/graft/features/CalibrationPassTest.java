package dev.graft.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.batch.BatchLoader;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.batch.Unreadable;
import dev.graft.data.Sample;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.fuse.Calibration;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationPassTest {
    @TempDir
    static Path folder;

    private static Path weights;
    private static List<Sample> pictures;

    @BeforeAll
    static void draw() throws IOException {
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        pictures = SmallRun.samples(folder.resolve("pictures"), CalibrationPass.PICTURES + 6);
    }

    private static Calibration calibrate(List<Sample> samples, Path store) throws IOException {
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.CARD, random);
                Staging staging = new Staging(ComputeDevice.CPU, Layout.CHANNELS_LAST, SmallRun.CARD.preprocessing());
                BatchLoader loader = new BatchLoader(SmallRun.CARD.preprocessing(), staging, 16, 2, Unreadable.SKIP)) {
            Optional<FeatureStore> kept = Optional.ofNullable(store).map(FeatureStore::in);
            return new CalibrationPass(c, loader, staging, kept)
                    .of(Contents.of(samples, 2, () -> false).orElseThrow());
        }
    }

    @Test
    void of_otherNamesAndOrder_isTheSame_otherPicturesAreNot() throws IOException {
        List<Sample> renamed = new ArrayList<>();
        Path copies = Files.createDirectories(folder.resolve("renamed"));
        for (Sample s : pictures) {
            renamed.add(new Sample(
                    Files.copy(s.file(), copies.resolve("x" + s.file().getFileName())), s.label()));
        }
        Collections.reverse(renamed);
        renamed.add(renamed.get(3)); // a twin counts once
        float[] first = calibrate(pictures, null).ranges();
        assertArrayEquals(first, calibrate(renamed, null).ranges());
        assertFalse(Arrays.equals(first, calibrate(pictures.subList(0, 8), null).ranges()));
    }

    @Test
    void store_keepsIt_damagedIsMadeAnew() throws IOException {
        Path store = folder.resolve("store");
        float[] made = calibrate(pictures, store).ranges();
        List<Path> files = files(store);
        assertEquals(1, files.size());
        assertArrayEquals(made, calibrate(pictures, store).ranges());
        assertEquals(files, files(store), "made anew, it would lie there twice");
        byte[] bytes = Files.readAllBytes(files.get(0));
        bytes[bytes.length - 60] ^= 1; // in the numbers, or their checksum
        Files.write(files.get(0), bytes);
        assertArrayEquals(made, calibrate(pictures, store).ranges());
        assertFalse(Files.exists(files.get(0)));
        assertEquals(1, files(store).size());
    }

    private static List<Path> files(Path store) throws IOException {
        try (Stream<Path> all = Files.walk(store)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void of_unreadable_isLeftOut_nothingReadable_isTold() throws IOException {
        Sample bad = new Sample(Files.writeString(folder.resolve("bad.png"), "no picture"), 0);
        Exception e = assertThrows(IOException.class, () -> calibrate(List.of(bad), null));
        assertTrue(e.getMessage().contains("none of the 1 pictures"), e.getMessage());
        assertTrue(e.getMessage().contains("bad.png"), e.getMessage());
        List<Sample> four = new ArrayList<>(pictures.subList(0, 4));
        float[] without = calibrate(four, null).ranges();
        four.add(bad);
        assertArrayEquals(without, calibrate(four, null).ranges());
    }
}
