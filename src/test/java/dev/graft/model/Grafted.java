package dev.graft.model;

import dev.graft.batch.HostBatch;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.image.PictureReader;
import dev.graft.image.Preprocessing;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/** Real weights and photographs, for tests that have them. */
public final class Grafted {
    private Grafted() {}

    public static Classifier of(Path weights, Architecture architecture) throws IOException {
        try (RandomSource random = new RandomSource(5)) {
            return Classifier.graft(
                    weights, new ModelCard(architecture, List.of("cat", "dog"), Preprocessing.standard()), random);
        }
    }

    /** The first {@code n} pictures under a folder, half of each of two classes, as the standard preprocessing has them. */
    public static Tensor pictures(Path folder, int n) throws IOException {
        PictureReader reader = new PictureReader(Preprocessing.standard());
        try (Staging staging = new Staging(ComputeDevice.CPU, Layout.CHANNELS_LAST, Preprocessing.standard())) {
            ByteBuffer pixels = ByteBuffer.allocateDirect(n * staging.pictureBytes());
            int row = 0;
            for (String name : List.of("cat", "dog")) {
                try (Stream<Path> files = Files.list(folder.resolve(name))) {
                    for (Path file : files.sorted().limit(n / 2).toList()) {
                        reader.readBytes(file, pixels.slice(row++ * staging.pictureBytes(), staging.pictureBytes()));
                    }
                }
            }
            return staging.toDevice(new HostBatch(staging.wrap(pixels, n), new long[n], new int[n], n))
                    .images();
        }
    }
}
