package dev.graft.torch;

import org.bytedeco.pytorch.global.torch;

/**
 * Between its opening and its close, the operations of this thread that gain by it compute in another type, as within
 * PyTorch's {@code torch.autocast}: convolutions and linear layers do, and give that type; parameters stay as they are and
 * get gradients of their own type. Open it around the forward pass and the loss, not around the backward pass.
 *
 * <p>It belongs to the thread that opened it: try-with-resources only. Guards nest; the inner one closes first.
 */
public final class Autocast implements AutoCloseable {
    private final torch.DeviceType device;
    private final boolean enabledBefore;
    private final torch.ScalarType typeBefore;
    private boolean closed;

    private Autocast(torch.DeviceType device, torch.ScalarType type) {
        this.device = device;
        enabledBefore = torch.is_autocast_enabled(device);
        typeBefore = torch.get_autocast_dtype(device);
        torch.increment_nesting();
        boolean on = type.intern() != torch.ScalarType.Float;
        if (on) torch.set_autocast_dtype(device, type);
        torch.set_autocast_enabled(device, on);
    }

    /**
     * Begins it for the operations on one kind of device.
     *
     * @param type the smaller type, or {@link torch.ScalarType#Float}, which switches it off where it was on
     */
    public static Autocast open(ComputeDevice device, torch.ScalarType type) {
        Natives.load();
        return new Autocast(device.isCuda() ? torch.DeviceType.CUDA : torch.DeviceType.CPU, type);
    }

    /** Sets everything back as it was. */
    @Override
    public void close() {
        if (closed) return;
        closed = true;
        if (torch.decrement_nesting() == 0) torch.clear_cache(); // of the parameters that were cast
        torch.set_autocast_dtype(device, typeBefore);
        torch.set_autocast_enabled(device, enabledBefore);
    }
}
