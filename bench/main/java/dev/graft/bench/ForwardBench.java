package dev.graft.bench;

import dev.graft.batch.HostBatch;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.model.Precision;
import dev.graft.model.fuse.Calibration;
import dev.graft.model.fuse.Calibrator;
import dev.graft.model.fuse.FusedTrunk;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Normalised pictures through a frozen network, an invocation a batch: the fused trunk, and the network as it is. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 5, time = 5)
public class ForwardBench {
    /** The pictures and the network, in FP32. */
    @State(Scope.Benchmark)
    public static class Network {
        /** The network. */
        @Param({"RESNET18", "RESNET50"})
        public Architecture architecture;

        /** Pictures a call. */
        @Param({"1", "32"})
        public int batch;

        /** Height and width of a picture. */
        @Param("224")
        public int side;

        /** How the pictures and the weights of convolutions lie in memory. */
        @Param({"CHANNELS_LAST", "CONTIGUOUS"})
        public Layout layout;

        /** Where the network runs: cpu, cuda, cuda:N or auto. */
        @Param("cpu")
        public String device;

        /** Threads that compute on the processor; 0 leaves Graft's choice. */
        @Param("0")
        public int threads;

        private ComputeDevice where;
        private Classifier classifier;
        private Tensor images;

        @Setup
        public void graft() throws IOException {
            if (threads > 0) Threads.set(threads);
            where = ComputeDevice.of(device);
            Preprocessing preprocessing = Preprocessing.standard().withResize(new Resize.Stretch(side, side));
            classifier = RandomWeights.graft(new ModelCard(architecture, List.of("cat", "dog"), preprocessing));
            classifier.moveTo(where, layout);
            classifier.trainingMode(false);
            try (Staging staging = new Staging(where, layout, preprocessing);
                    NativeScope scope = NativeScope.open()) {
                HostBatch pictures = RandomBatch.draw(batch, staging, where);
                images = NativeScope.own(staging.toDevice(pictures).images());
                pictures.pixels().close();
            }
        }

        private Calibration calibration() {
            try (Calibrator calibrator = new Calibrator(classifier);
                    NativeScope scope = NativeScope.open();
                    InferenceMode inference = new InferenceMode(true)) {
                calibrator.see(images);
                return calibrator.calibration();
            }
        }

        @TearDown
        public void close() {
            images.close();
            classifier.close();
        }
    }

    /** Its trunk, fused. */
    @State(Scope.Benchmark)
    public static class Fused {
        /** What it computes with; on a GPU also TF32 and FP16. */
        @Param({"FP32", "BF16", "INT8"})
        public Precision precision;

        private FusedTrunk trunk;

        @Setup
        public void fuse(Network network) {
            trunk = precision == Precision.INT8
                    ? FusedTrunk.int8(network.classifier, network.calibration())
                    : FusedTrunk.of(network.classifier, precision, network.where);
        }

        @TearDown
        public void close() {
            trunk.close();
        }
    }

    @Benchmark
    public float fused(Network network, Fused fused, PictureCount count) {
        count.pictures += network.batch;
        try (NativeScope scope = NativeScope.open();
                InferenceMode inference = new InferenceMode(true)) {
            return Wait.forDevice(fused.trunk.features(network.images));
        }
    }

    /** Baseline: the same network as it is trained, in evaluation mode. */
    @Benchmark
    public float plain(Network network, PictureCount count) {
        count.pictures += network.batch;
        try (NativeScope scope = NativeScope.open();
                InferenceMode inference = new InferenceMode(true)) {
            return Wait.forDevice(network.classifier.forward(network.images));
        }
    }
}
