package dev.graft.torch;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Copies small arrays to a device. */
public final class Upload {
    private Upload() {}

    /**
     * Numbers as a tensor on a device. For a GPU they are copied through page-locked memory, which LibTorch keeps until
     * the copy is done. From other memory, the host would wait for all pending work of the GPU.
     *
     * @return int64 [numbers.length], owned by the open scope
     */
    public static Tensor longs(long[] numbers, Device device) {
        Tensor here = Tensor.create(numbers, numbers.length);
        if (!device.is_cuda()) return here.to(device, torch.ScalarType.Long);
        return here.pin_memory().to(device, torch.ScalarType.Long, true, false, new MemoryFormatOptional());
    }
}
