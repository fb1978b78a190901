package dev.graft.image;

import dev.graft.image.codec.OpenCv;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Pictures of many megapixels as cameras make them: faint noise, so that their files are large too. */
public final class LargePictures {
    private LargePictures() {}

    /** A JPEG, baseline or progressive, with an EXIF orientation. */
    public static Path jpeg(Path file, int width, int height, boolean progressive, int orientation) throws IOException {
        OpenCv.load();
        try (Mat picture = noise(width, height);
                BytePointer packed = new BytePointer();
                IntPointer options = new IntPointer(
                        opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE,
                        progressive ? 1 : 0,
                        opencv_imgcodecs.IMWRITE_JPEG_QUALITY,
                        90)) {
            opencv_imgcodecs.imencode(".jpg", picture, packed, options);
            ByteBuffer all = packed.asByteBuffer();
            try (var out = Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                out.write(all.slice(0, 2));
                out.write(exif(orientation));
                out.write(all.slice(2, all.limit() - 2));
            }
        }
        return file;
    }

    /** An APP1 segment that says nothing but the orientation. */
    static ByteBuffer exif(int orientation) {
        ByteBuffer segment = ByteBuffer.allocate(2 + 2 + 6 + 26);
        segment.putShort((short) 0xffe1).putShort((short) (2 + 6 + 26)).put(new byte[] {'E', 'x', 'i', 'f', 0, 0});
        return segment.put(block(orientation)).flip();
    }

    /** A TIFF structure with one entry. */
    static byte[] block(int orientation) {
        ByteBuffer block = ByteBuffer.allocate(26)
                .put(new byte[] {'M', 'M', 0, 42})
                .putInt(8)
                .putShort((short) 1);
        block.putShort((short) 274).putShort((short) 3).putInt(1).putShort((short) orientation);
        return block.array();
    }

    /** A PNG. */
    public static Path png(Path file, int width, int height) throws IOException {
        OpenCv.load();
        try (Mat picture = noise(width, height);
                BytePointer packed = new BytePointer();
                IntPointer options = new IntPointer(opencv_imgcodecs.IMWRITE_PNG_COMPRESSION, 1)) {
            opencv_imgcodecs.imencode(".png", picture, packed, options);
            try (var out = Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                out.write(packed.asByteBuffer());
            }
        }
        return file;
    }

    private static Mat noise(int width, int height) {
        Mat picture = new Mat(height, width, opencv_core.CV_8UC3);
        try (Mat low = new Mat(1, 1, opencv_core.CV_64F, new Scalar(90));
                Mat high = new Mat(1, 1, opencv_core.CV_64F, new Scalar(106))) {
            opencv_core.randu(picture, low, high);
        }
        return picture;
    }
}
