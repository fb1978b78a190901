package dev.graft.bench;

import dev.graft.image.PictureReader;
import dev.graft.image.Preprocessing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** JPEG files in memory to pixels on one core: as Graft reads them, by OpenCV alone, and by Java's own ImageIO. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecodeBench {
    /** The pictures: drawn:WIDTHxHEIGHT, or a folder of JPEGs. */
    @Param({"drawn:500x375", "drawn:3000x2000"})
    public String folder;

    /** How many of them at most. */
    @Param("8")
    public int most;

    private List<byte[]> pictures;
    private PictureReader reader;

    @Setup
    public void read() throws IOException {
        reader = new PictureReader(Preprocessing.standard());
        opencv_core.setNumThreads(1);
        try (PictureFiles files = PictureFiles.of(folder, most)) {
            pictures = files.contents();
        }
    }

    @Benchmark
    public void graft(PictureCount count, Blackhole sink) throws IOException {
        for (byte[] picture : pictures) sink.consume(reader.decode(picture, "picture"));
        count.pictures += pictures.size();
    }

    /** Baseline: the codec, without a look at the header, and without the copy to Java. */
    @Benchmark
    public void openCv(PictureCount count, Blackhole sink) {
        for (byte[] picture : pictures) {
            try (BytePointer bytes = new BytePointer(picture);
                    Mat packed = new Mat(1, picture.length, opencv_core.CV_8UC1, bytes);
                    Mat pixels = opencv_imgcodecs.imdecode(packed, opencv_imgcodecs.IMREAD_COLOR_RGB)) {
                sink.consume(pixels.cols());
            }
        }
        count.pictures += pictures.size();
    }

    /** Baseline: what a JVM has. */
    @Benchmark
    public void imageIo(PictureCount count, Blackhole sink) throws IOException {
        for (byte[] picture : pictures) sink.consume(ImageIO.read(new ByteArrayInputStream(picture)));
        count.pictures += pictures.size();
    }
}
