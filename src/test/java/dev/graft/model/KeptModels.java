package dev.graft.model;

import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Writes the files that a version of Graft saves, to be kept under src/test/resources/saved/VERSION: every later version must open them.
 * Arguments: the folder, and a TorchScript file of another network. The weights repeat after 64 values, so that two rounds of gzip make
 * hundreds of bytes of 45 MB. Then {@code tools/kept_models.py} adds what PyTorch says of them.
 */
final class KeptModels {
    static final List<String> CLASSES = List.of("cat", "dog", "owl");
    private static final int PERIOD = 64;
    private static final Preprocessing PREPROCESSING =
            Preprocessing.standard().withResize(new Resize.ShortSideCrop(72, 64));

    private KeptModels() {}

    public static void main(String[] args) throws IOException {
        Path kept = Files.createDirectories(Path.of(args[0]));
        Path work = Files.createTempDirectory("graft-kept");
        Path weights = HashState.write(work.resolve("hash.pth"), 10);
        try (RandomSource random = new RandomSource(32);
                Classifier c = Classifier.graft(
                        weights, new ModelCard(Architecture.RESNET18, CLASSES, PREPROCESSING), random)) {
            repeat(c);
            c.save(work.resolve("model.pt"));
            Checkpoint.write(work.resolve("checkpoint.pt"), SmallRun.contents(c, random));
        }
        try (RandomSource random = new RandomSource(32);
                Classifier c = Classifier.graft(
                        TrustedScript.of(Path.of(args[1])),
                        CLASSES,
                        PREPROCESSING.withResize(new Resize.Stretch(24, 32)),
                        random)) {
            c.save(work.resolve("foreign.pt"));
        }
        for (String name : List.of("model.pt", "checkpoint.pt", "foreign.pt")) {
            try (OutputStream file = Files.newOutputStream(kept.resolve(name + ".gz.gz"));
                    OutputStream outer = new GZIPOutputStream(file);
                    OutputStream inner = new GZIPOutputStream(outer)) {
                Files.copy(work.resolve(name), inner);
            }
            Files.delete(work.resolve(name));
        }
        Files.delete(weights);
        Files.delete(work);
    }

    private static void repeat(Classifier c) {
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            for (Tensor t : c.state().values()) {
                long n = t.numel();
                if (n <= PERIOD) continue;
                Tensor first = t.flatten().narrow(0, 0, PERIOD).clone();
                t.copy_(first.repeat((n + PERIOD - 1) / PERIOD).narrow(0, 0, n).view_as(t));
            }
        }
    }
}
