package dev.graft.explain;

import dev.graft.image.Normalization;
import dev.graft.image.Pixels;
import dev.graft.image.Preprocessing;
import dev.graft.torch.ComputeDevice;
import java.nio.FloatBuffer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A picture as the network sees it: normalised floats, RGB, interleaved, of the preprocessing's size. On Java's heap. */
record SeenPicture(Preprocessing preprocessing, float[] values) {
    static SeenPicture empty(Preprocessing preprocessing) {
        int numbers = Math.multiplyExact(3, Math.multiplyExact(preprocessing.height(), preprocessing.width()));
        return new SeenPicture(preprocessing, new float[numbers]);
    }

    /** Where a reader writes the values. */
    FloatBuffer floats() {
        return FloatBuffer.wrap(values);
    }

    /** The network's input [1, 3, height, width], channels_last. The open scope owns it. */
    Tensor tensor(ComputeDevice device) {
        return Tensor.create(values, 1, preprocessing.height(), preprocessing.width(), 3)
                .permute(0, 3, 1, 2)
                .to(device.toTorch(), torch.ScalarType.Float);
    }

    /** The picture before the normalisation. */
    Pixels pixels() {
        Normalization n = preprocessing.normalization();
        byte[] rgb = new byte[values.length];
        for (int i = 0; i < rgb.length; i++) {
            float unit = values[i] * n.std().get(i % 3) + n.mean().get(i % 3);
            rgb[i] = (byte) Math.max(0, Math.min(255, Math.round(unit * 255)));
        }
        return new Pixels(preprocessing.width(), preprocessing.height(), rgb);
    }
}
