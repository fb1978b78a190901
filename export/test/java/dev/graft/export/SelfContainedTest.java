package dev.graft.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.Engine;
import dev.graft.image.PictureReader;
import dev.graft.image.Pixels;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The preprocessing inside a self-contained model, in LibTorch. */
class SelfContainedTest {
    private static final int SIZES = Integer.getInteger("graft.sizes", 25);

    private static final List<String> CLASSES = List.of("\u00fc", "\"dog\"\n");

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path weights;

    @BeforeAll
    static void draw() throws IOException {
        weights = SmallModel.weights(shared.resolve("weights.pth"), Architecture.RESNET18);
    }

    private ReopenedScript script(Preprocessing preprocessing) throws IOException {
        ModelCard card = new ModelCard(Architecture.RESNET18, CLASSES, preprocessing);
        Path target = folder.resolve("self.pt");
        try (RandomSource random = new RandomSource(5);
                Classifier classifier = Classifier.graft(weights, card, random)) {
            new SelfContainedFormat().write(classifier, target);
        }
        return ReopenedScript.open(target);
    }

    @Test
    void pixels_ofAnySize_areWithinALevelOfOurs() throws IOException {
        Preprocessing standard = Preprocessing.standard();
        withinALevel(standard.withResize(new Resize.ShortSideCrop(72, 61)));
        withinALevel(standard.withResize(new Resize.Stretch(61, 90)));
        withinALevel(standard.withResize(new Resize.ShortSideCrop(72, 61)).withEngine(Engine.OPENCV));
    }

    private void withinALevel(Preprocessing preprocessing) throws IOException {
        PictureReader reader = new PictureReader(preprocessing);
        Random random = new Random(3);
        try (ReopenedScript script = script(preprocessing)) {
            for (int i = 0; i < SIZES; i++) {
                int width = 1 + random.nextInt(i < 10 ? 12 : 700);
                int height = 1 + random.nextInt(i % 7 == 0 ? 12 : 700);
                Pixels picture = SamplePictures.drawn(width, height, i);
                ByteBuffer ours = ByteBuffer.allocate(3 * preprocessing.height() * preprocessing.width());
                reader.readBytes(SamplePictures.pnm(picture), "drawn", ours);
                try (NativeScope scope = NativeScope.open()) {
                    byte[] theirs = new byte[ours.capacity()];
                    Tensor pixels =
                            script.run("pixels", ReopenedScript.tensor(picture)).contiguous();
                    assertEquals(theirs.length, pixels.numel());
                    new BytePointer(pixels.data_ptr()).get(theirs);
                    assertEquals(0, farther(ours.array(), theirs), width + " x " + height + " for " + preprocessing);
                }
            }
        }
    }

    /** How many bytes differ by more than one. */
    private static int farther(byte[] ours, byte[] theirs) {
        int count = 0;
        for (int i = 0; i < ours.length; i++) if (Math.abs((ours[i] & 0xFF) - (theirs[i] & 0xFF)) > 1) count++;
        return count;
    }

    @Test
    void model_givesProbabilitiesOfOneAndOfSeveral_andNamesTheClasses() throws IOException {
        try (ReopenedScript script = script(Preprocessing.standard().withResize(SmallModel.SQUARE));
                NativeScope scope = NativeScope.open()) {
            Tensor one = ReopenedScript.tensor(SamplePictures.drawn(80, 50, 1));
            Tensor two = torch.stack(new TensorVector(one, ReopenedScript.tensor(SamplePictures.drawn(80, 50, 2))));
            Tensor probabilities = script.run("forward", one);
            assertEquals(1, probabilities.dim());
            assertEquals(1, probabilities.sum().item_double(), 1e-6);
            Tensor first = script.run("forward", two).select(0, 0);
            assertEquals(0, first.sub(probabilities).abs().max().item_double(), 1e-5);
            IValue classes = script.module().attr("classes");
            for (int i = 0; i < CLASSES.size(); i++)
                assertEquals(
                        CLASSES.get(i), classes.toListRef().get(i).toStringRef().getString());
        }
    }

    @Test
    void whatIsNoPicture_isRefusedWithWhatIsTaken() throws IOException {
        try (ReopenedScript script = script(Preprocessing.standard().withResize(SmallModel.SQUARE));
                NativeScope scope = NativeScope.open()) {
            List<Tensor> wrong = List.of(
                    torch.zeros(5, 5, 3), // float32
                    torch.zeros(5, 5, 4).to(torch.ScalarType.Byte),
                    torch.zeros(5, 3).to(torch.ScalarType.Byte),
                    torch.zeros(0, 5, 3).to(torch.ScalarType.Byte));
            for (Tensor t : wrong) {
                String message = assertThrows(RuntimeException.class, () -> script.run("forward", t))
                        .getMessage();
                assertTrue(message.contains("takes RGB pixels as uint8 [height, width, 3]"), message);
            }
        }
    }
}
