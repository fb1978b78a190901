package dev.graft.bench;

import dev.graft.torch.Natives;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** The picture files that a bench works on: JPEGs drawn from a seed, or those of a folder of the user's. */
final class PictureFiles implements AutoCloseable {
    private static final Pattern DRAWN = Pattern.compile("drawn:(\\d{1,5})x(\\d{1,5})");
    /** With it a drawn picture has 0.2 bytes a pixel, as photographs have. */
    private static final int QUALITY = 85;

    private final List<Path> files;
    private final Path drawn; // null: the files are the user's

    private PictureFiles(List<Path> files, Path drawn) {
        this.files = files;
        this.drawn = drawn;
    }

    /**
     * Finds or draws them.
     *
     * @param folder {@code drawn:WIDTHxHEIGHT}, or a folder whose JPEGs are taken in the order of their paths, those of its
     *     folders too
     * @param most how many at most, and how many are drawn
     */
    static PictureFiles of(String folder, int most) throws IOException {
        Matcher m = DRAWN.matcher(folder);
        if (m.matches()) {
            return draw(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)), most);
        }
        if (!Files.isDirectory(Path.of(folder))) {
            throw new IllegalArgumentException(
                    "folder: there is no folder '" + folder + "'; give one of JPEG files, or drawn:WIDTHxHEIGHT");
        }
        try (Stream<Path> all = Files.walk(Path.of(folder))) {
            List<Path> files = all.filter(f -> f.toString().matches("(?i).*\\.jpe?g"))
                    .sorted(Comparator.comparing(Path::toString))
                    .limit(most)
                    .toList();
            if (files.isEmpty()) throw new IllegalArgumentException("folder: no .jpg or .jpeg in " + folder);
            return new PictureFiles(files, null);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Draws {@code count} pictures, each another. */
    static PictureFiles draw(int width, int height, int count) throws IOException {
        Path folder = Files.createTempDirectory("graft-bench");
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(Files.write(folder.resolve(String.format("%05d.jpg", i)), jpeg(width, height, i)));
        }
        return new PictureFiles(files, folder);
    }

    /** Large soft patches of colour with a little noise, as a JPEG. */
    static byte[] jpeg(int width, int height, int seed) {
        Natives.load(); // lifts JavaCPP's limits before OpenCV is loaded
        byte[] patches = new byte[3 * (width / 24 + 2) * (height / 24 + 2)];
        new Random(seed).nextBytes(patches);
        opencv_core.setRNGSeed(seed);
        try (BytePointer bytes = new BytePointer(patches);
                Mat coarse = new Mat(height / 24 + 2, width / 24 + 2, opencv_core.CV_8UC3, bytes);
                Mat picture = new Mat();
                Size size = new Size(width, height);
                Mat noise = new Mat(height, width, opencv_core.CV_8UC3);
                Mat mean = new Mat(10.0);
                Mat spread = new Mat(5.0);
                BytePointer ending = new BytePointer(".jpg");
                BytePointer file = new BytePointer();
                IntPointer options = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, QUALITY)) {
            opencv_imgproc.resize(coarse, picture, size, 0, 0, opencv_imgproc.INTER_CUBIC);
            opencv_core.randn(noise, mean, spread);
            opencv_core.add(picture, noise, picture);
            if (!opencv_imgcodecs.imencode(ending, picture, file, options))
                throw new IllegalStateException("OpenCV could not write a JPEG");
            byte[] jpeg = new byte[(int) file.limit()];
            file.get(jpeg);
            return jpeg;
        }
    }

    List<Path> files() {
        return files;
    }

    /** Their contents. */
    List<byte[]> contents() throws IOException {
        List<byte[]> all = new ArrayList<>();
        for (Path f : files) all.add(Files.readAllBytes(f));
        return all;
    }

    /** Removes what was drawn. */
    @Override
    public void close() throws IOException {
        if (drawn == null) return;
        for (Path f : files) Files.delete(f);
        Files.delete(drawn);
    }
}
