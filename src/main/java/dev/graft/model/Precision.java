package dev.graft.model;

import org.bytedeco.pytorch.global.torch;

/** The type of the numbers that a frozen trunk computes with. */
public enum Precision {
    /** 32-bit floats, as weights come. */
    FP32(torch.ScalarType.Float, 6),
    /** 16-bit floats with the exponent of 32-bit ones: half the memory, and twice the speed where the processor has it. */
    BF16(torch.ScalarType.BFloat16, 15);

    final torch.ScalarType type;
    /** Its number in TorchScript's texts. */
    final int number;

    Precision(torch.ScalarType type, int number) {
        this.type = type;
        this.number = number;
    }
}
