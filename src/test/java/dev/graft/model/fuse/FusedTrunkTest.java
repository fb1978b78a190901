package dev.graft.model.fuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.batch.Layout;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.HashClassifier;
import dev.graft.model.HashState;
import dev.graft.model.Precision;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FusedTrunkTest {
    @TempDir
    static Path folder;

    private static Path weights;

    @BeforeAll
    static void write() throws IOException {
        weights = HashState.write(folder.resolve("hash.pth"), 10);
    }

    /** Pictures pass in two slices, three and two in FP32, six and five in BF16: each row is that of its picture. */
    @ParameterizedTest
    @CsvSource({"FP32, 5", "BF16, 11"})
    void features_ofALargeBatch_areThoseOfEachPicture(Precision precision, int pictures) throws IOException {
        try (Classifier c = HashClassifier.load(weights, Architecture.RESNET18);
                FusedTrunk trunk = FusedTrunk.of(c, precision, ComputeDevice.CPU);
                NativeScope scope = NativeScope.open();
                InferenceMode inference = new InferenceMode(true)) {
            torch.manual_seed(7);
            Tensor images = torch.randn(pictures, 3, 224, 224).contiguous(torch.MemoryFormat.ChannelsLast);
            Tensor all = trunk.features(images);
            assertArrayEquals(new long[] {pictures, trunk.size()}, all.shape());
            double largest = all.abs().max().item_double();
            for (long i = 0; i < pictures; i++) {
                Tensor one = trunk.features(images.narrow(0, i, 1));
                double off = all.narrow(0, i, 1).sub(one).abs().max().item_double() / largest;
                assertTrue(off < (precision == Precision.FP32 ? 1e-5 : 0.02), "picture " + i + " is off by " + off);
            }
        }
    }

    @Test
    void identity_followsTheWeightsBeforeTheCut() throws IOException {
        try (Classifier c = HashClassifier.load(weights, Architecture.RESNET18);
                NativeScope scope = NativeScope.open();
                InferenceMode inference = new InferenceMode(true)) {
            Fusion whole = Fusion.of(c, Classifier.HEAD, Precision.FP32, ComputeDevice.CPU);
            Fusion cut = Fusion.of(c, "layer4", Precision.FP32, ComputeDevice.CPU);
            String ofWhole = whole.identity();
            String ofCut = cut.identity();
            assertNotEquals(ofWhole, ofCut);
            assertEquals(
                    ofWhole,
                    Fusion.of(c, "fc", Precision.FP32, ComputeDevice.CPU).identity());
            c.moveTo(ComputeDevice.CPU, Layout.CHANNELS_LAST);
            assertEquals(ofWhole, whole.identity(), "however the weights lie in memory");
            c.state().get("layer4.1.bn2.running_var").add_(new Scalar(1));
            assertNotEquals(ofWhole, whole.identity());
            assertEquals(ofCut, cut.identity());
        }
    }
}
