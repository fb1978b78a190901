package dev.graft.torch;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;

/**
 * The device that holds tensors and computes: the processor, or one CUDA GPU.
 *
 * @param kind processor or GPU
 * @param index which GPU, from 0; 0 for the processor
 */
public record ComputeDevice(Kind kind, int index) {
    /** The two kinds of device. */
    public enum Kind {
        /** The machine's processor. */
        CPU,
        /** An NVIDIA GPU. */
        CUDA
    }

    /** The processor. */
    public static final ComputeDevice CPU = new ComputeDevice(Kind.CPU, 0);

    private static final Pattern NAME = Pattern.compile("cpu|cuda(?::(\\d{1,3}))?");

    /** Checks that the index fits the kind. */
    public ComputeDevice {
        Objects.requireNonNull(kind, "kind");
        if (index < 0 || kind == Kind.CPU && index > 0) {
            throw new IllegalArgumentException("device: index " + index + " is not allowed for " + kind);
        }
    }

    /** The first GPU if LibTorch sees one, else the processor. */
    public static ComputeDevice best() {
        Natives.load();
        return torch.cuda_is_available() ? new ComputeDevice(Kind.CUDA, 0) : CPU;
    }

    /**
     * Reads {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N} and checks that the device is available.
     *
     * @throws IllegalArgumentException for another name, or a GPU that LibTorch does not see
     */
    public static ComputeDevice of(String name) {
        if (name.equals("auto")) {
            return best();
        }
        Matcher m = NAME.matcher(name);
        if (!m.matches()) {
            throw new IllegalArgumentException("device: '" + name + "' is unknown; use auto, cpu, cuda or cuda:N");
        }
        if (name.equals("cpu")) {
            return CPU;
        }
        ComputeDevice gpu = new ComputeDevice(Kind.CUDA, m.group(1) == null ? 0 : Integer.parseInt(m.group(1)));
        gpu.requireThere();
        return gpu;
    }

    /**
     * Checks that LibTorch sees this device.
     *
     * @throws IllegalArgumentException when it does not
     */
    public void requireThere() {
        if (!isCuda()) {
            return;
        }
        Natives.load();
        long there = torch.cuda_is_available() ? torch.getNumGPUs() : 0;
        if (index >= there) {
            throw new IllegalArgumentException(
                    "device: " + this + " is not available, LibTorch sees " + there
                            + " GPUs; use cpu or auto, or run with a GPU and the natives of linux-x86_64-gpu (docs/natives.md)");
        }
    }

    /** Whether this is a GPU. */
    public boolean isCuda() {
        return kind == Kind.CUDA;
    }

    /** LibTorch's object for this device: native memory, owned by the open scope. */
    public Device toTorch() {
        return new Device(toString());
    }

    /** {@code cpu} or {@code cuda:N}, as PyTorch writes it. */
    @Override
    public String toString() {
        return isCuda() ? "cuda:" + index : "cpu";
    }
}
