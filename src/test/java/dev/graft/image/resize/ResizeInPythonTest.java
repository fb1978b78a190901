package dev.graft.image.resize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.graft.image.DrawnPicture;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random pictures, filters, boxes and sizes, resized by Graft and by the Pillow that is installed. */
class ResizeInPythonTest {
    private static final int JOBS = 3000;

    @TempDir
    Path folder;

    @Test
    void resize_noise_equalsPillow() throws Exception {
        String python = System.getenv("GRAFT_PYTHON");
        Assumptions.assumeTrue(python != null, "needs a Python with Pillow (set GRAFT_PYTHON to its path)");
        Random random = new Random(Long.getLong("graft.seed", 5));
        Path jobs = folder.resolve("jobs");
        List<String> lines = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        try (OutputStream out = Files.newOutputStream(jobs)) {
            for (int i = 0; i < JOBS; i++) one(random, out, lines, ours);
        }
        Path script = Path.of("..").resolve("tools/check_resize.py").toAbsolutePath();
        Path said = folder.resolve("said");
        Process p = new ProcessBuilder(python, script.toString(), jobs.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertEquals(0, p.waitFor(), Files.readString(said));
        List<String> theirs = Files.readAllLines(said);
        assertEquals(JOBS, theirs.size());
        for (int i = 0; i < JOBS; i++) assertEquals(theirs.get(i), ours.get(i), lines.get(i));
    }

    private static void one(Random random, OutputStream out, List<String> lines, List<String> ours) throws IOException {
        int width = side(random);
        int height = side(random);
        int toWidth = side(random);
        int toHeight = side(random);
        int channels = List.of(1, 3, 4).get(random.nextInt(3));
        ResizeFilter filter = ResizeFilter.values()[random.nextInt(ResizeFilter.values().length)];
        PillowResize.Box box = new PillowResize.Box(0, 0, width, height);
        if (random.nextBoolean()) {
            float left = random.nextFloat() * width * 0.9f;
            float top = random.nextFloat() * height * 0.9f;
            float right = Math.min(width, left + Math.max(0.01f, random.nextFloat() * (width - left)));
            float bottom = Math.min(height, top + Math.max(0.01f, random.nextFloat() * (height - top)));
            box = new PillowResize.Box(left, top, right, bottom);
        }
        byte[] pixels = new byte[width * height * channels];
        random.nextBytes(pixels);
        // A float as the double that it is: Python's would be another one for the same digits.
        String line = filter + " " + width + " " + height + " " + channels + " " + (double) box.left() + " "
                + (double) box.top() + " " + (double) box.right() + " " + (double) box.bottom() + " " + toWidth + " "
                + toHeight;
        out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        out.write(pixels);
        lines.add(line);
        Bitmap bitmap = Bitmap.of(pixels, width, height, channels);
        byte[] resized = channels == 4
                ? PillowResize.resizeRgba(bitmap, filter, box, toHeight, toWidth)
                : PillowResize.resize(bitmap, filter, box, toHeight, toWidth);
        ours.add(DrawnPicture.sha256(resized));
    }

    private static int side(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> 1 + random.nextInt(4);
            case 1 -> 1 + random.nextInt(400);
            default -> 1 + random.nextInt(90);
        };
    }
}
