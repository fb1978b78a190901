package dev.graft.model;

import dev.graft.torch.Autocast;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Processor;
import dev.graft.torch.Tf32;
import java.util.Collections;
import java.util.Set;
import org.bytedeco.pytorch.global.torch;

/** The number type that a network computes with. */
public enum Precision {
    /** 32-bit floats, the type of the weights. */
    FP32(torch.ScalarType.Float, 6, Set.of()),
    /**
     * 16-bit floats with the exponent of 32-bit floats: half the memory, and twice the speed if the processor has
     * instructions for them. Other processors emulate them, at a tenth of FP32's speed without AVX-512.
     */
    BF16(torch.ScalarType.BFloat16, 15, Set.of("avx512_bf16", "amx_bf16", "bf16")),
    /**
     * 8-bit integers, for frozen layers: weights with a scale for each channel, activations in ranges that are measured
     * with a few pictures, see {@link dev.graft.model.fuse.Calibration}. Processors only, where it is faster than
     * {@link #FP32}. Without VNNI, activations use 7 bits, see docs/precision.md.
     */
    INT8(torch.ScalarType.Float, 6, Set.of()),
    /**
     * 32-bit floats that a GPU rounds to 10 bits of fraction before it multiplies: see {@link Tf32}. GPUs only. With
     * {@link #FP32}, PyTorch does this in convolutions only, by default.
     */
    TF32(torch.ScalarType.Float, 6, Set.of()),
    /**
     * 16-bit floats with a finer fraction and a much smaller range than {@link #BF16}, GPUs only. Training scales the
     * loss up, as PyTorch's {@code GradScaler} does.
     */
    FP16(torch.ScalarType.Half, 5, Set.of());

    /** LibTorch's type of the floats: 16-bit for BF16 and FP16, 32-bit for the others. */
    public final torch.ScalarType type;
    /** The number of {@link #type} in TorchScript code. */
    public final int number;
    /**
     * CPU flags, as Linux spells them; one of them is enough for native support. Empty if every processor supports it.
     */
    private final Set<String> instructions;

    Precision(torch.ScalarType type, int number, Set<String> instructions) {
        this.type = type;
        this.number = number;
        this.instructions = instructions;
    }

    /**
     * The fastest precision without a loss of accuracy that matters: {@link #BF16} if the processor has instructions
     * for it that are faster, else {@link #FP32}. It is {@link #FP32} on a GPU, and if the system does not report the
     * processor's instructions. The result depends on the machine, so plans do not choose it by default.
     *
     * <p>AMX, Arm's BF16 and AVX-512 BF16 on AMD's processors are faster (a frozen ResNet18: 2.1 times on an EPYC). Intel's
     * AVX-512 BF16 without AMX, as some virtual machines have it, multiplies at half of FP32's rate.
     */
    public static Precision bestFor(ComputeDevice device) {
        return bestFor(device, Processor.flags(), Processor.vendor());
    }

    static Precision bestFor(ComputeDevice device, Set<String> flags, String vendor) {
        if (device.isCuda() || !BF16.isNative(flags)) return FP32;
        boolean avxOnly = !flags.contains("amx_bf16") && flags.contains("avx512_bf16");
        return avxOnly && vendor.equals("GenuineIntel") ? FP32 : BF16;
    }

    /**
     * Bytes for one element of an activation, used in estimates: 4 for FP32 and TF32, else 2. (INT8 has floats in the
     * stem and bytes after it.)
     */
    public int bytes() {
        return type == torch.ScalarType.Float && this != INT8 ? Float.BYTES : Short.BYTES;
    }

    /**
     * Checks that this device supports it.
     *
     * @throws IllegalArgumentException for {@link #INT8} on a GPU, and for {@link #TF32} and {@link #FP16} on the
     *     processor
     */
    public void requireFits(ComputeDevice device) {
        if (this == INT8 && device.isCuda()) {
            throw new IllegalArgumentException("precision: INT8 runs on the processor only, the device is " + device
                    + "; use FP32 or BF16, or the device cpu");
        }
        if ((this == TF32 || this == FP16) && !device.isCuda()) {
            throw new IllegalArgumentException("precision: " + this + " runs on GPUs only, the device is " + device
                    + "; use FP32 or BF16, or a device such as cuda:0");
        }
    }

    /** Whether the loss must be scaled up because gradients would be too small for this type. */
    public boolean scalesLoss() {
        return this == FP16;
    }

    /** Whether this machine's processor has instructions for it, as far as the system reports them. */
    public boolean isNativeHere() {
        return isNative(Processor.flags());
    }

    boolean isNative(Set<String> flags) {
        return instructions.isEmpty() || !Collections.disjoint(instructions, flags);
    }

    /**
     * Switches autocast to this type on for this thread until the guard is closed, as PyTorch's {@code torch.autocast}
     * does. Parameters and their gradients stay in FP32. {@link #FP32} switches autocast off.
     */
    public Autocast autocast(ComputeDevice device) {
        return Autocast.open(device, type);
    }

    /** For {@link #TF32}: the whole process multiplies in TF32 until the guard is closed. Null for other precisions. */
    public Tf32 products() {
        return Tf32.openIf(this == TF32);
    }

    /** Logs a warning if this device emulates this precision, so that FP32 would be faster. */
    public void warnIfSlow(ComputeDevice device) {
        if (!device.isCuda() && !isNativeHere()) {
            System.getLogger("dev.graft")
                    .log(
                            System.Logger.Level.WARNING,
                            "precision: the system reports no " + this + " instructions in this processor ("
                                    + Processor.description() + "): they are emulated, slower than FP32; use FP32");
        }
    }
}
