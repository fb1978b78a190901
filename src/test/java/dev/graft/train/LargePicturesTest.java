package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.image.LargePictures;
import dev.graft.model.HashState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures of 48 megapixels, whose pixels take 144 MB, in a heap of 64 MB. */
class LargePicturesTest {
    @TempDir
    static Path folder;

    @Test
    void everything_heapSmallerThanAPicture_isEnough() throws IOException {
        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        Path baseline = LargePictures.jpeg(pictures.resolve("baseline.jpg"), 8000, 6000, false, 1);
        assertTrue(Files.size(baseline) > 4 << 20, "a file of " + Files.size(baseline));
        LargePictures.jpeg(pictures.resolve("progressive.jpg"), 8000, 6000, true, 1);
        LargePictures.jpeg(pictures.resolve("rotated.jpg"), 8000, 6000, false, 6);
        LargePictures.png(pictures.resolve("picture.png"), 4000, 3000);
        Path weights = HashState.write(folder.resolve("hash.pth"), 10);
        try (ChildJvm child = ChildJvm.start(
                folder, ChildJvm.digesting("-Xmx64m"), SmallHeapLargePictures.class, weights, pictures, folder)) {
            ChildJvm.Result result = child.await(Duration.ofMinutes(5));
            assertEquals(0, result.exit(), result.output());
            assertTrue(result.output().endsWith("OK\n"), result.output());
            assertTrue(!result.output().contains("WARNING"), result.output());
            // Whole pictures as arrays are refused with what to do; that of 36 MB may fit.
            assertTrue(result.output().split("told\n", -1).length - 1 >= 3, result.output());
        }
    }
}
