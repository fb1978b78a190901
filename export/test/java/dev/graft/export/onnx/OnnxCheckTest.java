package dev.graft.export.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.export.onnx.OnnxModel.Stored;
import dev.graft.export.onnx.OnnxOptions.Norms;
import dev.graft.export.onnx.OnnxOptions.Output;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxCheckTest {
    @TempDir
    static Path folder;

    private static Classifier classifier;
    private static Path whole;

    @BeforeAll
    static void write() throws IOException {
        classifier = DrawnWeights.classifier(Architecture.RESNET18, folder);
        whole = folder.resolve("whole.onnx");
        OnnxExport.write(classifier, whole, OnnxOptions.STANDARD);
    }

    @AfterAll
    static void close() {
        classifier.close();
    }

    /** The largest difference of a logit. */
    private static double compare(Path file, Classifier with) throws IOException {
        try (NativeScope scope = NativeScope.open()) {
            Tensor images = OnnxExportTest.images(2);
            Tensor logits = OnnxCheck.compare(file, with, images);
            return logits.sub(OnnxExportTest.logits(with, images)).abs().max().item_double();
        }
    }

    private static String refusal(Path file) {
        Exception e = assertThrows(IOException.class, () -> compare(file, classifier));
        assertTrue(e.getMessage().startsWith("onnx: " + file + " does not hold the classifier: "), e.getMessage());
        return e.getMessage();
    }

    @ParameterizedTest
    @EnumSource(Norms.class)
    void compare_bottleneck_isClose(Norms norms) throws IOException {
        Path file = folder.resolve("bottleneck.onnx");
        try (Classifier other = DrawnWeights.classifier(Architecture.RESNET50, folder)) {
            OnnxExport.write(other, file, new OnnxOptions(norms, Output.PROBABILITIES));
            double difference = compare(file, other);
            assertTrue(difference > 0 == (norms == Norms.FOLDED) && difference < 1e-5, () -> "" + difference);
        }
    }

    /** The exponent's first bit, and the last bit of the fraction, little-endian. */
    @ParameterizedTest
    @CsvSource({"3, 0x40, logits differ by", "0, 0x01, is not the one that was written"})
    void compare_flippedWeight_isNoticed(int place, int bit, String reason) throws IOException {
        Path file = Files.copy(whole, folder.resolve("flipped" + place));
        Stored weight = parse(file).tensors().get("layer2.0.conv1.weight");
        flip(file, weight.at() + 4000 + place, bit);
        assertTrue(refusal(file).contains(reason), refusal(file));
    }

    /** Flips bits of one byte; twice gives the file as it was. */
    private static void flip(Path file, long at, int bits) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int right = bytes.read();
            bytes.seek(at);
            bytes.write(right ^ bits);
        }
    }

    @Test
    void compare_longerFile_isNoticed() throws IOException {
        Path file = Files.copy(whole, folder.resolve("longer.onnx"));
        Files.write(file, new byte[] {(byte) 0xa0, 6, 1}, StandardOpenOption.APPEND); // a field 100
        assertTrue(refusal(file).contains(" bytes, "), refusal(file));
    }

    @Test
    void compare_anotherClassifiersFile_isNoticed() throws IOException {
        Path file = folder.resolve("other.onnx");
        try (Classifier other = DrawnWeights.classifier(Architecture.RESNET34, folder)) {
            OnnxExport.write(other, file, OnnxOptions.STANDARD);
        }
        assertTrue(refusal(file).contains("as architecture resnet34, expected was resnet18"), refusal(file));
    }

    @Test
    void compare_otherClassNames_areNoticed() throws IOException {
        byte[] bytes = Files.readAllBytes(whole);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("dog");
        bytes[at] = 'D';
        Path file = Files.write(folder.resolve("names.onnx"), bytes);
        assertTrue(refusal(file).contains("\\\"Dog\\\"\","), refusal(file));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 50, 2_000, 20_000_000})
    void compare_truncatedFile_isNoticed(int length) throws IOException {
        Path file = folder.resolve("short-" + length);
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(file, Arrays.copyOf(bytes, length));
        refusal(file);
    }

    /** The start of the file holds the nodes, the end names and metadata. */
    @Test
    void compare_damagedStructure_isRefused() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        Path file = Files.copy(whole, folder.resolve("damaged.onnx"));
        long size = Files.size(file);
        for (int i = 0; i < (Boolean.getBoolean("graft.whole") ? 1000 : 12); i++) {
            long at = i % 2 == 0 ? random.nextLong(2_500) : size - 1 - random.nextLong(700);
            int bits = 1 << random.nextInt(8);
            flip(file, at, bits);
            refusal(file);
            flip(file, at, bits);
        }
        assertTrue(compare(file, classifier) < 1e-5);
    }

    @Test
    void compare_noFile_saysSo() {
        assertTrue(refusal(folder.resolve("none.onnx")).contains("there is no "));
    }

    @Test
    void parse_file_hasTheGraphOfResNet18() throws IOException {
        OnnxModel folded = parse(whole);
        assertEquals(49, folded.nodes().size()); // 20 conv, 17 relu, 8 add, max pool, average pool, flatten, gemm
        assertEquals(20 * 2 + 2, folded.tensors().size());
        Path file = folder.resolve("kept.onnx");
        OnnxExport.write(classifier, file, OnnxOptions.STANDARD.withNorms(Norms.KEPT));
        OnnxModel kept = parse(file);
        assertEquals(49 + 20, kept.nodes().size());
        assertEquals(20 * 5 + 2, kept.tensors().size());
    }

    private static OnnxModel parse(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return OnnxParser.parse(in);
        }
    }
}
