package dev.graft.train;

import dev.graft.batch.HostBatch;
import dev.graft.batch.Layout;
import dev.graft.batch.Staging;
import dev.graft.data.Sample;
import dev.graft.image.PictureReader;
import dev.graft.image.Preprocessing;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.model.fuse.FusedTrunk;
import dev.graft.torch.ComputeDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Pictures as tensors, for own loops beside a run. */
final class HashImages {
    private HashImages() {}

    /** All pictures as one batch, belonging to the open scope. */
    static Tensor of(List<Sample> samples, Preprocessing preprocessing) throws IOException {
        int bytes = 3 * preprocessing.height() * preprocessing.width();
        ByteBuffer pixels = ByteBuffer.allocateDirect(samples.size() * bytes);
        PictureReader reader = new PictureReader(preprocessing);
        for (int i = 0; i < samples.size(); i++)
            reader.readBytes(samples.get(i).file(), pixels.slice(i * bytes, bytes));
        int n = samples.size();
        try (Staging staging = new Staging(ComputeDevice.CPU, Layout.CONTIGUOUS, preprocessing)) {
            return staging.toDevice(new HostBatch(staging.wrap(pixels, n), new long[n], new int[n], n))
                    .images();
        }
    }

    /** Their features, which a head can learn from, belonging to the open scope. */
    static Tensor features(Classifier classifier, Tensor images) {
        try (FusedTrunk trunk = FusedTrunk.of(classifier, Precision.FP32, ComputeDevice.CPU)) {
            return trunk.features(images).clone();
        }
    }
}
