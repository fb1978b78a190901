package dev.graft.image.codec;

import dev.graft.image.resize.ResizeFrame;
import dev.graft.javacpp.JavaCpp;
import dev.graft.javacpp.NativeJars;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * All calls into OpenCV. Native memory is released in the method that allocated it, except the memory of a returned
 * {@link Raster}.
 */
public final class OpenCv {
    private static final int RGB = opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;

    private static boolean loaded;
    /** The reason of a failed load: the JVM reports it only once for a class, and cannot load this class later. */
    private static LinkageError failed;

    private OpenCv() {}

    /**
     * Loads OpenCV if it is not loaded yet. Call it before any other method here.
     *
     * @throws IllegalStateException if its libraries are missing or cannot be unpacked
     */
    public static synchronized void load() {
        if (loaded) return;
        try {
            if (failed != null) throw failed;
            JavaCpp.load(() -> {
                // pictures are decoded in parallel, and one setting controls those threads
                opencv_core.setNumThreads(1);
                Loader.load(opencv_imgproc.class);
                Loader.load(opencv_imgcodecs.class);
            });
            OpenCvLog.silence();
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
     * Decodes a file whose header says {@code width} x {@code height}.
     *
     * @param grey whether it has one channel; of 16 bits, values above 255 become 255
     */
    static Raster decode(Bytes file, int width, int height, boolean grey) throws Refusal {
        return decode(file, width, height, grey ? opencv_imgcodecs.IMREAD_UNCHANGED : RGB);
    }

    /** Decodes a JPEG with its sides divided by 1, 2, 4 or 8 and rounded up. */
    static Raster decodeShrunk(Bytes file, int width, int height, int divisor) throws Refusal {
        int shrunk = // the bits named for grey only shrink: IMREAD_REDUCED_COLOR_2 is one of them with
                // IMREAD_COLOR, BGR
                switch (divisor) {
                    case 1 -> RGB;
                    case 2 -> RGB | opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
                    case 4 -> RGB | opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
                    case 8 -> RGB | opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
                    default -> throw new IllegalArgumentException("divisor must be 1, 2, 4 or 8, was " + divisor);
                };
        return decode(file, (width + divisor - 1) / divisor, (height + divisor - 1) / divisor, shrunk);
    }

    private static Raster decode(Bytes file, int width, int height, int flags) throws Refusal {
        try (BytePointer bytes = new BytePointer(file.data());
                Mat packed = new Mat(1, (int) file.length(), opencv_core.CV_8UC1, bytes)) {
            return raster(opencv_imgcodecs.imdecode(packed, flags), file.format(), width, height, flags);
        } catch (RuntimeException e) { // OpenCV's exceptions arrive as RuntimeException
            throw Refusal.damaged(file.format(), "OpenCV refuses it", told(e));
        }
    }

    /** The values of a PNG of 16-bit grey; an alpha channel is dropped. The caller closes the result. */
    static GreyValues grey(Bytes png, int width, int height) throws Refusal {
        try (BytePointer bytes = new BytePointer(png.data());
                Mat packed = new Mat(1, (int) png.length(), opencv_core.CV_8UC1, bytes);
                Mat picture = opencv_imgcodecs.imdecode(packed, opencv_imgcodecs.IMREAD_UNCHANGED)) {
            if (picture.depth() != opencv_core.CV_16U || picture.cols() != width || picture.rows() != height)
                throw Refusal.damaged(png.format(), "OpenCV cannot decode it");
            int channels = picture.channels(); // with alpha, OpenCV has the grey three times
            short[] row = new short[channels * width];
            return GreyValues.unsigned(width, height, 65_535, values -> {
                for (int y = 0; y < height; y++) {
                    try (ShortPointer from = new ShortPointer(picture.ptr(y))) {
                        from.get(row);
                    }
                    for (int x = 0; x < row.length; x += channels) values.put(row[x] & 65_535);
                }
            });
        } catch (RuntimeException e) {
            throw Refusal.damaged(png.format(), "OpenCV refuses it", told(e));
        }
    }

    /** Decodes a TIFF with four samples per pixel, without colour conversion. */
    static void fourSamples(Bytes tiff, int width, int height, ByteBuffer out) throws Refusal {
        try (BytePointer bytes = new BytePointer(tiff.data());
                Mat packed = new Mat(1, (int) tiff.length(), opencv_core.CV_8UC1, bytes);
                Mat picture = opencv_imgcodecs.imdecode(packed, opencv_imgcodecs.IMREAD_UNCHANGED);
                Mat ordered = new Mat()) {
            if (picture.type() != opencv_core.CV_8UC4 || picture.cols() != width || picture.rows() != height)
                throw Refusal.damaged(tiff.format(), "OpenCV cannot decode it");
            opencv_imgproc.cvtColor(picture, ordered, opencv_imgproc.COLOR_BGRA2RGBA);
            out.put(ordered.data().capacity(4L * width * height).asByteBuffer());
        } catch (RuntimeException e) {
            throw Refusal.damaged(tiff.format(), "OpenCV refuses it", told(e));
        }
    }

    /** The decoded picture; the result owns its memory. The picture is closed if it is not as expected. */
    private static Raster raster(Mat picture, String format, int width, int height, int flags) throws Refusal {
        Mat kept = null;
        try {
            if (picture.empty()) throw Refusal.damaged(format, "OpenCV cannot decode it");
            if (picture.cols() != width || picture.rows() != height)
                throw Refusal.damaged(
                        format,
                        "it holds " + picture.cols() + " x " + picture.rows() + " pixels, its header says " + width
                                + " x " + height);
            if (flags == opencv_imgcodecs.IMREAD_UNCHANGED) return clipped(picture);
            if (picture.type() != opencv_core.CV_8UC3)
                throw Refusal.unsupported(format, "OpenCV's type " + picture.type());
            kept = picture;
            return of(picture);
        } finally {
            if (kept == null) picture.close();
        }
    }

    private static Raster clipped(Mat grey) throws Refusal {
        if (grey.channels() != 1) throw Refusal.damaged("grey picture", grey.channels() + " channels");
        try (Mat bytes = new Mat()) {
            grey.convertTo(bytes, opencv_core.CV_8U);
            return made(colour -> opencv_imgproc.cvtColor(bytes, colour, opencv_imgproc.COLOR_GRAY2RGB));
        }
    }

    /** Returns the same exception, or throws a refusal if it says that there was no memory. */
    private static RuntimeException told(RuntimeException e) throws Refusal {
        String message = String.valueOf(e.getMessage());
        if (message.contains("Insufficient memory") || message.contains("bad_alloc")) throw Refusal.memory(e);
        return e;
    }

    /** Wraps a picture of three bytes per pixel, which is closed by closing the result. */
    private static Raster of(Mat picture) {
        int stride = (int) picture.step();
        long length = (picture.rows() - 1L) * stride + 3L * picture.cols();
        ByteBuffer rgb = picture.data().capacity(length).asByteBuffer().slice(0, Math.toIntExact(length));
        return new Raster(picture.cols(), picture.rows(), stride, rgb, picture);
    }

    /** The picture that an OpenCV step writes into an empty {@code Mat}. */
    private static Raster made(Consumer<Mat> step) throws Refusal {
        Mat result = new Mat();
        boolean done = false;
        try {
            step.accept(result);
            Raster raster = of(result);
            done = true;
            return raster;
        } catch (RuntimeException e) {
            throw told(e);
        } finally {
            if (!done) result.close();
        }
    }

    private static Mat mat(Raster raster, BytePointer pixels) {
        return new Mat(raster.height(), raster.width(), opencv_core.CV_8UC3, pixels, raster.stride());
    }

    /** The picture, turned and mirrored according to an EXIF orientation of 2..8. */
    public static Raster oriented(Raster source, int orientation) throws Refusal {
        try (BytePointer pixels = source.pointer();
                Mat stored = mat(source, pixels)) {
            return made(seen -> {
                boolean swapped = orientation >= 5;
                if (swapped) opencv_core.transpose(stored, seen);
                Mat from = swapped ? seen : stored;
                switch (orientation) {
                    case 2, 6 -> opencv_core.flip(from, seen, 1); // left to right
                    case 4, 8 -> opencv_core.flip(from, seen, 0); // top to bottom
                    case 3, 7 -> opencv_core.flip(from, seen, -1); // both
                    default -> {}
                }
            });
        }
    }

    /** Resizes with INTER_LINEAR to the size of the frame, and returns the frame's window. */
    public static Raster resize(Raster source, ResizeFrame frame) throws Refusal {
        try (BytePointer pixels = source.pointer();
                Mat picture = mat(source, pixels);
                Size size = new Size(frame.resizedWidth(), frame.resizedHeight())) {
            Raster whole =
                    made(resized -> opencv_imgproc.resize(picture, resized, size, 0, 0, opencv_imgproc.INTER_LINEAR));
            return whole.cut(frame.top(), frame.left(), frame.height(), frame.width());
        }
    }

    /**
     * Scales to 0..1, subtracts the mean and divides by the standard deviation, all in OpenCV. {@code rows} receives the
     * rows from top to bottom.
     *
     * @param means of red, green and blue
     * @param deviations the standard deviations of red, green and blue
     */
    public static void normalize(Raster source, List<Float> means, List<Float> deviations, Consumer<float[]> rows)
            throws Refusal {
        try (BytePointer pixels = source.pointer();
                Mat picture = mat(source, pixels);
                Mat floats = new Mat();
                Scalar mean = scalar(means);
                Scalar std = scalar(deviations);
                Mat ofMeans = new Mat(source.height(), source.width(), opencv_core.CV_32FC3, mean);
                Mat ofDeviations = new Mat(source.height(), source.width(), opencv_core.CV_32FC3, std)) {
            picture.convertTo(floats, opencv_core.CV_32F, 1 / 255.0, 0);
            opencv_core.subtract(floats, ofMeans, floats);
            opencv_core.divide(floats, ofDeviations, floats);
            float[] row = new float[3 * source.width()];
            for (int y = 0; y < source.height(); y++) {
                try (FloatPointer from = new FloatPointer(floats.ptr(y))) {
                    from.get(row);
                }
                rows.accept(row);
            }
        } catch (RuntimeException e) {
            throw told(e);
        }
    }

    /** The picture as a PNG file. */
    public static byte[] png(Raster source) throws Refusal {
        try (BytePointer pixels = source.pointer();
                Mat picture = mat(source, pixels);
                Mat ordered = new Mat();
                BytePointer file = new BytePointer()) {
            opencv_imgproc.cvtColor(picture, ordered, opencv_imgproc.COLOR_RGB2BGR);
            if (!opencv_imgcodecs.imencode(".png", ordered, file)) throw Refusal.unsupported("picture", "to write");
            byte[] bytes = new byte[Math.toIntExact(file.limit())];
            file.get(bytes);
            return bytes;
        } catch (RuntimeException e) {
            throw told(e);
        }
    }

    private static Scalar scalar(List<Float> values) {
        return new Scalar(values.get(0), values.get(1), values.get(2), 0);
    }
}
