package dev.graft.image;

import dev.graft.javacpp.JavaCppLimits;
import dev.graft.javacpp.NativeJars;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** The calls into OpenCV. Everything native dies in the method that made it. */
final class OpenCv {
    private static final int RGB = opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;

    private static boolean loaded;
    /** Why it failed: the JVM tells it of a class once only, and cannot load that class later. */
    private static LinkageError failed;

    private OpenCv() {}

    /**
     * Loads OpenCV if that has not happened yet; must come before any other call here.
     *
     * @throws IllegalStateException when its libraries are not there or cannot be unpacked
     */
    static synchronized void load() {
        if (loaded) return;
        JavaCppLimits.lift(); // before the first pointer: the limits are read only once
        try {
            if (failed != null) throw failed;
            opencv_core.setNumThreads(1); // pictures are decoded side by side: one setting says in how many threads
            Loader.load(opencv_imgproc.class);
            Loader.load(opencv_imgcodecs.class);
        } catch (LinkageError e) {
            failed = e;
            throw new IllegalStateException(whyNot(e), e);
        }
        loaded = true;
    }

    private static String whyNot(LinkageError e) {
        if (NativeJars.OPENCV.missing()) return NativeJars.OPENCV.remedy();
        if (NativeJars.OPENBLAS.missing()) return NativeJars.OPENBLAS.remedy();
        return "natives: OpenCV's libraries could not be loaded (" + e.getMessage()
                + "); see that JavaCPP's cache folder (-Dorg.bytedeco.javacpp.cachedir) is writable with room";
    }

    /**
     * Decodes a file whose header said {@code width} x {@code height}.
     *
     * @param deepGrey one channel of 16 bits: values above 255 become 255
     */
    static Raster decode(Bytes file, int width, int height, boolean deepGrey, Scratch scratch) throws Refusal {
        return decode(file, width, height, deepGrey ? opencv_imgcodecs.IMREAD_UNCHANGED : RGB, scratch);
    }

    /** Decodes a JPEG with its sides divided by 1, 2, 4 or 8, rounded up. */
    static Raster decodeShrunk(Bytes file, int width, int height, int divisor, Scratch scratch) throws Refusal {
        int shrunk = // the bits named for grey only shrink: IMREAD_REDUCED_COLOR_2 is one of them with
                // IMREAD_COLOR, BGR
                switch (divisor) {
                    case 1 -> RGB;
                    case 2 -> RGB | opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
                    case 4 -> RGB | opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
                    case 8 -> RGB | opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
                    default -> throw new IllegalArgumentException("divisor must be 1, 2, 4 or 8, was " + divisor);
                };
        return decode(file, (width + divisor - 1) / divisor, (height + divisor - 1) / divisor, shrunk, scratch);
    }

    private static Raster decode(Bytes file, int width, int height, int flags, Scratch scratch) throws Refusal {
        boolean deepGrey = flags == opencv_imgcodecs.IMREAD_UNCHANGED;
        byte[] rgb = scratch.pixels(3L * width * height);
        try (BytePointer bytes = new BytePointer(file.data());
                Mat packed = new Mat(1, file.length(), opencv_core.CV_8UC1, bytes);
                Mat picture = opencv_imgcodecs.imdecode(packed, flags)) {
            if (picture.empty()) throw Refusal.damaged(file.format(), "OpenCV cannot decode it");
            if (picture.cols() != width || picture.rows() != height)
                throw Refusal.damaged(
                        file.format(),
                        "it holds " + picture.cols() + " x " + picture.rows() + " pixels, its header says " + width
                                + " x " + height);
            if (deepGrey) clip(picture, rgb);
            else {
                if (picture.type() != opencv_core.CV_8UC3 || !picture.isContinuous())
                    throw Refusal.unsupported(file.format(), "OpenCV's type " + picture.type());
                try (BytePointer data = picture.data()) {
                    data.get(rgb, 0, 3 * width * height);
                }
            }
            return new Raster(width, height, rgb);
        } catch (RuntimeException e) { // what OpenCV throws arrives as one
            throw Refusal.damaged(file.format(), "OpenCV refuses it", e);
        }
    }

    private static void clip(Mat grey, byte[] rgb) throws Refusal {
        try (Mat bytes = new Mat();
                Mat colour = new Mat()) {
            if (grey.channels() != 1) throw Refusal.damaged("grey picture", grey.channels() + " channels");
            grey.convertTo(bytes, opencv_core.CV_8U);
            opencv_imgproc.cvtColor(bytes, colour, opencv_imgproc.COLOR_GRAY2RGB);
            try (BytePointer data = colour.data()) {
                data.get(rgb, 0, 3 * grey.cols() * grey.rows());
            }
        }
    }

    /** INTER_LINEAR to the frame's size, and the frame's window of it. */
    static void resize(Raster source, Resize.Frame frame, byte[] result) {
        try (Mat window = window(source, frame);
                BytePointer data = window.data()) {
            data.get(result, 0, 3 * frame.width() * frame.height());
        }
    }

    /** The same, then scaled to 0..1, minus the mean, by the standard deviation, all in OpenCV. */
    static void resizeAndNormalize(Raster source, Resize.Frame frame, Normalization values, float[] result) {
        try (Mat window = window(source, frame);
                Mat floats = new Mat();
                Scalar mean = scalar(values.mean());
                Scalar std = scalar(values.std());
                Mat means = new Mat(frame.height(), frame.width(), opencv_core.CV_32FC3, mean);
                Mat stds = new Mat(frame.height(), frame.width(), opencv_core.CV_32FC3, std)) {
            window.convertTo(floats, opencv_core.CV_32F, 1 / 255.0, 0);
            opencv_core.subtract(floats, means, floats);
            opencv_core.divide(floats, stds, floats);
            try (BytePointer data = floats.data();
                    FloatPointer normalized = new FloatPointer(data)) {
                normalized.get(result, 0, 3 * frame.width() * frame.height());
            }
        }
    }

    private static Mat window(Raster source, Resize.Frame frame) {
        int bytes = 3 * source.width() * source.height();
        try (BytePointer rgb = new BytePointer((long) bytes);
                Mat picture = new Mat(source.height(), source.width(), opencv_core.CV_8UC3, rgb);
                Size size = new Size(frame.resizedWidth(), frame.resizedHeight());
                Mat resized = new Mat();
                Rect rect = new Rect(frame.left(), frame.top(), frame.width(), frame.height())) {
            rgb.put(source.rgb(), 0, bytes);
            opencv_imgproc.resize(picture, resized, size, 0, 0, opencv_imgproc.INTER_LINEAR);
            try (Mat view = new Mat(resized, rect)) {
                return view.clone();
            }
        }
    }

    private static Scalar scalar(List<Float> values) {
        return new Scalar(values.get(0), values.get(1), values.get(2), 0);
    }
}
