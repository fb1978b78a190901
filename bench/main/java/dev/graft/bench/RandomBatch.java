package dev.graft.bench;

import dev.graft.batch.HostBatch;
import dev.graft.batch.Staging;
import dev.graft.image.Preprocessing;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import java.nio.ByteBuffer;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;

/** Pictures that are decoded already, drawn from seed 0. */
final class RandomBatch {
    private RandomBatch() {}

    /**
     * Random pixels of two classes in a buffer of the kind that the loader fills: page-locked for a GPU. The caller closes
     * the pixels.
     */
    static HostBatch draw(int pictures, Staging staging, ComputeDevice device) {
        Preprocessing size = staging.preprocessing();
        Random random = new Random(0);
        byte[] bytes = new byte[pictures * size.height() * size.width() * 3];
        random.nextBytes(bytes);
        long[] labels = random.longs(pictures, 0, 2).toArray();
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        try (NativeScope scope = NativeScope.open()) {
            Tensor pixels = staging.wrap(direct, pictures);
            Tensor own = NativeScope.own(device.isCuda() ? pixels.pin_memory() : pixels.clone());
            return new HostBatch(own, labels, new int[pictures], pictures);
        }
    }
}
