package dev.graft.torch;

import org.bytedeco.pytorch.global.torch;

/**
 * PyTorch's {@code torch.autocast} for the current thread, from {@link #open} to {@link #close}. Convolutions and
 * linear layers compute in another type and return that type. Parameters keep their type, and their gradients have it
 * too. Open it around the forward pass and the loss, not around the backward pass.
 *
 * <p>It belongs to the thread that opened it; use it in try-with-resources. Guards nest; the inner one closes first.
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
     * Switches autocast on for the operations on one kind of device.
     *
     * @param type the smaller type, or {@link torch.ScalarType#Float}, which switches autocast off
     */
    public static Autocast open(ComputeDevice device, torch.ScalarType type) {
        Natives.load();
        return new Autocast(device.isCuda() ? torch.DeviceType.CUDA : torch.DeviceType.CPU, type);
    }

    /** Restores the settings from before {@link #open}. */
    @Override
    public void close() {
        if (closed) return;
        closed = true;
        if (torch.decrement_nesting() == 0) torch.clear_cache(); // the cache of converted parameters
        torch.set_autocast_dtype(device, typeBefore);
        torch.set_autocast_enabled(device, enabledBefore);
    }
}
