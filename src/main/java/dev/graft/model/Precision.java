package dev.graft.model;

import dev.graft.torch.Autocast;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Processor;
import dev.graft.torch.Tf32;
import java.util.Collections;
import java.util.Set;
import org.bytedeco.pytorch.global.torch;

/** The type of the numbers that a network computes with. */
public enum Precision {
    /** 32-bit floats, as weights come. */
    FP32(torch.ScalarType.Float, 6, Set.of()),
    /**
     * 16-bit floats with the exponent of 32-bit ones: half the memory, and twice the speed where the processor has
     * instructions for them. Elsewhere they are imitated, in a tenth of FP32's speed without AVX-512.
     */
    BF16(torch.ScalarType.BFloat16, 15, Set.of("avx512_bf16", "amx_bf16", "bf16")),
    /**
     * Whole numbers of 8 bits, for what is not trained: weights with a scale for each channel, and what flows between layers
     * in ranges that a few pictures show first, see {@link dev.graft.model.fuse.Calibration}. On the processor only, and faster than {@link #FP32}
     * on each; those without VNNI have 7 bits for what flows, see docs/precision.md.
     */
    INT8(torch.ScalarType.Float, 6, Set.of()),
    /**
     * 32-bit floats of whose fractions 10 bits count in products, for GPUs, which have units for it: see {@link Tf32}. Next to
     * {@link #FP32}, in which PyTorch multiplies so in convolutions only, unless told otherwise.
     */
    TF32(torch.ScalarType.Float, 6, Set.of()),
    /**
     * 16-bit floats with a finer fraction than {@link #BF16} and far smaller ranges, for GPUs: what learns takes a loss that is scaled
     * up, as PyTorch's {@code GradScaler} does it.
     */
    FP16(torch.ScalarType.Half, 5, Set.of());

    public final torch.ScalarType type;
    /** Its number in TorchScript's texts. */
    public final int number;
    /** Any of these, as Linux spells them, makes a processor compute with it; empty when every processor does. */
    private final Set<String> instructions;

    Precision(torch.ScalarType type, int number, Set<String> instructions) {
        this.type = type;
        this.number = number;
        this.instructions = instructions;
    }

    /**
     * What features lose nothing by that matters, as fast as this machine gives them: {@link #BF16} where the processor has
     * instructions for it, else {@link #FP32}, also on a GPU and where the system does not tell what the processor has.
     * Machines differ in it, so plans do not take it by themselves.
     */
    public static Precision bestFor(ComputeDevice device) {
        return bestFor(device, Processor.flags());
    }

    static Precision bestFor(ComputeDevice device, Set<String> flags) {
        return !device.isCuda() && BF16.isNative(flags) ? BF16 : FP32;
    }

    /** About what a number takes between two layers; INT8 has floats in the stem, bytes behind it. */
    public int bytes() {
        return type == torch.ScalarType.Float && this != INT8 ? Float.BYTES : Short.BYTES;
    }

    /**
     * Checks that it is one for this device.
     *
     * @throws IllegalArgumentException for {@link #INT8} on a GPU, and for {@link #TF32} and {@link #FP16} on the processor
     */
    public void requireFits(ComputeDevice device) {
        if (this == INT8 && device.isCuda()) {
            throw new IllegalArgumentException("precision: INT8 is for the processor, the device is " + device
                    + "; take FP32 or BF16 there, or the device cpu");
        }
        if ((this == TF32 || this == FP16) && !device.isCuda()) {
            throw new IllegalArgumentException("precision: " + this + " is for GPUs, the device is " + device
                    + "; take FP32 or BF16 there, or a device such as cuda:0");
        }
    }

    /** Whether gradients are too small for it, so that the loss is scaled up for them. */
    public boolean scalesLoss() {
        return this == FP16;
    }

    /** Whether this machine's processor has instructions for it, as far as the system tells. */
    public boolean isNativeHere() {
        return isNative(Processor.flags());
    }

    boolean isNative(Set<String> flags) {
        return instructions.isEmpty() || !Collections.disjoint(instructions, flags);
    }

    /**
     * Lets this thread compute with it until the guard is closed, as PyTorch's {@code torch.autocast} does: parameters and
     * what is learnt stay in FP32. {@link #FP32} switches it off.
     */
    public Autocast autocast(ComputeDevice device) {
        return Autocast.open(device, type);
    }

    /** Lets the process multiply in TF32 until the guard is closed, where this is {@link #TF32}; null elsewhere. */
    public Tf32 products() {
        return Tf32.openIf(this == TF32);
    }

    /** Says in the log when another precision would be faster on this device. */
    public void warnIfSlow(ComputeDevice device) {
        if (!device.isCuda() && !isNativeHere()) {
            System.getLogger("dev.graft")
                    .log(
                            System.Logger.Level.WARNING,
                            "precision: the system tells of no " + this + " in this processor ("
                                    + Processor.description() + "): it is imitated, slower than FP32; take FP32");
        }
    }
}
