package dev.graft;

import dev.graft.torch.Natives;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.global.torch;

/** What the tests' tolerances depend on. */
public final class TestMachine {
    private TestMachine() {}

    /** Whether LibTorch takes the same code paths as where the golden values were made. */
    public static boolean hasNoMoreThanAvx2() {
        Natives.load();
        try (BytePointer capability = torch.get_cpu_capability()) {
            return capability.getString().equals("AVX2");
        }
    }
}
