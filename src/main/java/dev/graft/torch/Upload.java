package dev.graft.torch;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Small arrays on their way to a device. */
public final class Upload {
    private Upload() {}

    /**
     * Numbers as a tensor on a device. For a GPU they go through page-locked memory, which LibTorch keeps until the copy is
     * through: from other memory the host would wait for all that the GPU has to do.
     *
     * @return int64 [numbers], belonging to the open scope
     */
    public static Tensor longs(long[] numbers, Device device) {
        Tensor here = Tensor.create(numbers, numbers.length);
        if (!device.is_cuda()) return here.to(device, torch.ScalarType.Long);
        return here.pin_memory().to(device, torch.ScalarType.Long, true, false, new MemoryFormatOptional());
    }
}
