package dev.graft.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PreprocessingSampleTest {
    /** By Pillow and torchvision: tools/golden_samples.py. */
    @Test
    void checksum_exactEngine_equalsThatOfPillowAndTorchvision() throws Exception {
        List<Preprocessing> all = List.of(
                Preprocessing.standard(),
                Preprocessing.standard().withOrientation(Orientation.EXIF),
                Preprocessing.standard().withResize(new Resize.ShortSideCrop(256, 224)),
                Preprocessing.standard().withResize(new Resize.Stretch(64, 96)));
        String golden;
        try (var in = PreprocessingSampleTest.class.getResourceAsStream("/golden/samples/checksums.txt")) {
            golden = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
        }
        assertEquals(
                List.of(golden.split("\n")),
                all.stream().map(PreprocessingSample::checksum).toList());
    }

    @Test
    void checksum_anySetting_makesADifference_butNormalisationAndLimitsDoNot() {
        Preprocessing standard = Preprocessing.standard();
        String expected = PreprocessingSample.checksum(standard);
        assertEquals(
                expected,
                PreprocessingSample.checksum(
                        standard.withNormalization(Normalization.IDENTITY).withMaxPixels(1)));
        Set<String> all = new HashSet<>(List.of(expected));
        for (Preprocessing other : List.of(
                standard.withEngine(Engine.OPENCV),
                standard.withOrientation(Orientation.EXIF),
                standard.withDecoding(Decoding.SCALED),
                standard.withResize(new Resize.Stretch(224, 223)),
                standard.withResize(new Resize.ShortSideCrop(224, 224)))) {
            assertTrue(all.add(PreprocessingSample.checksum(other)), other.toString());
        }
    }

    /** As large as a preprocessing may be, it takes no gigabyte and no second. */
    @Test
    void checksum_hugeSides_countAs512() {
        assertEquals(
                PreprocessingSample.checksum(Preprocessing.standard().withResize(new Resize.Stretch(512, 512))),
                PreprocessingSample.checksum(Preprocessing.standard().withResize(new Resize.Stretch(16_384, 16_384))));
        assertEquals(
                PreprocessingSample.checksum(Preprocessing.opencv().withResize(new Resize.ShortSideCrop(512, 300))),
                PreprocessingSample.checksum(Preprocessing.opencv().withResize(new Resize.ShortSideCrop(9000, 300))));
    }
}
