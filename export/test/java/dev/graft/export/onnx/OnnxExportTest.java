package dev.graft.export.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import dev.graft.batch.Layout;
import dev.graft.export.onnx.OnnxOptions.Norms;
import dev.graft.export.onnx.OnnxOptions.Output;
import dev.graft.image.Preprocessing;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.model.TrustedScript;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files run by ONNX Runtime. */
class OnnxExportTest {
    @TempDir
    static Path folder;

    /** One of each kind of block; -Dgraft.whole=true takes all seven. */
    static Stream<Architecture> architectures() {
        return Boolean.getBoolean("graft.whole")
                ? Arrays.stream(Architecture.values())
                : Stream.of(Architecture.RESNET18, Architecture.RESNEXT50_32X4D);
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void write_onnxRuntimeGivesTheSameLogits_inAnyBatch_foldedAndNot(Architecture architecture) throws Exception {
        Path file = folder.resolve("logits.onnx");
        try (Classifier classifier = DrawnWeights.classifier(architecture, folder)) {
            for (Norms norms : Norms.values()) {
                OnnxExport.write(classifier, file, OnnxOptions.STANDARD.withNorms(norms));
                for (int batch : List.of(1, 5)) {
                    try (NativeScope scope = NativeScope.open()) {
                        Tensor images = images(batch);
                        assertClose(logits(classifier, images), run(file, images, "logits"));
                    }
                }
            }
        }
    }

    @Test
    void write_probabilities_areTheSoftmaxOfTheLogits() throws Exception {
        Path file = folder.resolve("probabilities.onnx");
        try (Classifier classifier = DrawnWeights.classifier(Architecture.RESNET18, folder);
                NativeScope scope = NativeScope.open()) {
            OnnxExport.write(classifier, file, OnnxOptions.STANDARD.withOutput(Output.PROBABILITIES));
            Tensor images = images(2);
            float[][] made = run(file, images, "probabilities");
            assertClose(torch.softmax(logits(classifier, images), 1), made);
            assertEquals(1, made[1][0] + made[1][1] + made[1][2] + made[1][3] + made[1][4], 1e-5);
        }
    }

    @Test
    void write_metadata_tellClassesPreprocessingAndOrigin() throws Exception {
        Path file = folder.resolve("metadata.onnx");
        try (Classifier classifier = DrawnWeights.classifier(Architecture.RESNET18, folder)) {
            OnnxExport.write(classifier, file, OnnxOptions.STANDARD);
            ModelCard card = classifier.card();
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                    OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString(), options)) {
                Map<String, String> texts = session.getMetadata().getCustomMetadata();
                ObjectMapper json = new ObjectMapper();
                assertEquals(card.classes(), json.readValue(texts.get("classes"), List.class));
                assertEquals(card.preprocessing(), Preprocessing.fromJson(json.readTree(texts.get("preprocessing"))));
                assertEquals("resnet18", texts.get("architecture"));
                assertEquals("graft", texts.get("producer"));
                assertFalse(texts.get("version").isEmpty());
                assertEquals("graft", session.getMetadata().getProducerName());
                assertArrayEquals(new long[] {-1, 3, 64, 64}, shape(session.getInputInfo()));
                assertArrayEquals(new long[] {-1, 5}, shape(session.getOutputInfo()));
                assertEquals(1, session.getNumOutputs());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Norms.class)
    void write_twice_givesEqualBytes_inAnyLayout(Norms norms) throws IOException {
        Path one = folder.resolve("one.onnx");
        Path two = folder.resolve("two.onnx");
        try (Classifier classifier = DrawnWeights.classifier(Architecture.RESNET18, folder)) {
            OnnxExport.write(classifier, one, OnnxOptions.STANDARD.withNorms(norms));
            classifier.moveTo(ComputeDevice.CPU, Layout.CHANNELS_LAST);
            OnnxExport.write(classifier, two, OnnxOptions.STANDARD.withNorms(norms));
        }
        assertEquals(-1, Files.mismatch(one, two));
        try (Stream<Path> all = Files.list(folder)) {
            assertTrue(all.noneMatch(f -> f.toString().endsWith(".part")));
        }
    }

    /** The file has 45 MB; the heap sees the nodes and the names. */
    @Test
    void writeAndCompare_tensors_stayOffTheHeap() throws IOException {
        Path file = folder.resolve("heap.onnx");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Classifier classifier = DrawnWeights.classifier(Architecture.RESNET18, folder);
                NativeScope scope = NativeScope.open()) {
            Tensor images = images(1);
            for (int round = 0; round < 2; round++) { // the first loads classes
                long before = threads.getCurrentThreadAllocatedBytes();
                OnnxExport.write(classifier, file, OnnxOptions.STANDARD);
                OnnxCheck.compare(file, classifier, images);
                long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                assertTrue(round == 0 || allocated < 4_000_000, () -> allocated + " bytes");
            }
            assertTrue(Files.size(file) > 44_000_000);
        }
    }

    @Test
    void write_networkWhoseCodeIsInAFile_isRefused() throws IOException {
        Path script = folder.resolve("script.pt");
        Path file = folder.resolve("never.onnx");
        try (Classifier own = DrawnWeights.classifier(Architecture.RESNET18, folder)) {
            own.save(script);
        }
        try (RandomSource random = new RandomSource(1);
                Classifier other =
                        Classifier.graft(TrustedScript.of(script), DrawnWeights.CLASSES, DrawnWeights.SMALL, random)) {
            Exception e = assertThrows(
                    IllegalArgumentException.class, () -> OnnxExport.write(other, file, OnnxOptions.STANDARD));
            assertTrue(e.getMessage().startsWith("onnx: the network of script.pt is code in a TorchScript file"));
            assertTrue(e.getMessage().contains("torch.onnx.export"), e.getMessage());
        }
        assertFalse(Files.exists(file));
    }

    @Test
    void write_noFolderThere_saysSo() throws IOException {
        Path notAFolder = Files.writeString(folder.resolve("plain"), "text");
        try (Classifier classifier = DrawnWeights.classifier(Architecture.RESNET18, folder)) {
            Path target = notAFolder.resolve("model.onnx");
            Exception e =
                    assertThrows(IOException.class, () -> OnnxExport.write(classifier, target, OnnxOptions.STANDARD));
            assertTrue(e.getMessage().contains(target.toString()), e.getMessage());
        }
    }

    /** Pictures of noise from a seed, owned by the open scope. */
    static Tensor images(int n) {
        float[] noise = new float[n * 3 * DrawnWeights.SIZE * DrawnWeights.SIZE];
        SplittableRandom random = new SplittableRandom(n);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextDouble(-2, 2);
        }
        return Tensor.create(noise, n, 3, DrawnWeights.SIZE, DrawnWeights.SIZE);
    }

    static Tensor logits(Classifier classifier, Tensor images) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            classifier.trainingMode(false);
            return classifier.forward(images);
        }
    }

    private static float[][] run(Path file, Tensor images, String output) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        FloatBuffer numbers =
                new FloatPointer(images.data_ptr()).capacity(images.numel()).asBuffer();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(2);
            try (OrtSession session = environment.createSession(file.toString(), options);
                    OnnxTensor input = OnnxTensor.createTensor(environment, numbers, images.shape());
                    OrtSession.Result result = session.run(Map.of("images", input))) {
                return (float[][]) result.get(output).orElseThrow().getValue();
            }
        }
    }

    private static long[] shape(Map<String, NodeInfo> values) {
        return ((TensorInfo) values.values().iterator().next().getInfo()).getShape();
    }

    /** Each number within 1e-4, and the same class: no two of the expected logits are closer than 2e-4. */
    private static void assertClose(Tensor expected, float[][] made) {
        for (int row = 0; row < made.length; row++) {
            float[] right = new float[made[row].length];
            new FloatPointer(expected.contiguous().data_ptr())
                    .position((long) row * right.length)
                    .get(right);
            assertArrayEquals(right, made[row], 1e-4f);
            assertEquals(largest(right), largest(made[row]));
            assertNotEquals(0, right[largest(right)]);
        }
        assertEquals(expected.size(0), made.length);
    }

    private static int largest(float[] numbers) {
        int largest = 0;
        for (int i = 1; i < numbers.length; i++) {
            largest = numbers[i] > numbers[largest] ? i : largest;
        }
        return largest;
    }
}
