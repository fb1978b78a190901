package dev.graft.head;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.torch.NativeScope;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What no head can be fitted to is refused. */
class HeadDataTest {
    private static final int WIDTH = 16;

    @Test
    void new_wrongInput_isRefusedInALine() {
        try (NativeScope scope = NativeScope.open()) {
            HeadData good = HeadFitterTest.drawn(4, 2, 1, 1, i -> i % 2);
            for (Executable wrong : List.<Executable>of(
                    () -> new HeadFitter(1, 0),
                    () -> HeadFitter.at(good, 0),
                    () -> HeadFitter.at(good, Double.NaN),
                    () -> new HeadData(good.features(), List.of(), new int[] {0, 1}, 2, true),
                    () -> new HeadData(good.features(), List.of(), new int[] {0, 1, 2, 0}, 2, true),
                    () -> new HeadData(good.features(), List.of(), new int[0], 2, true),
                    () -> new HeadData(good.features(), List.of(), good.labels(), 1, true),
                    () -> new HeadData(good.features(), List.of(Tensor.create(1f)), good.labels(), 2, true))) {
                String message =
                        assertThrows(IllegalArgumentException.class, wrong).getMessage();
                assertTrue(message.startsWith("head: ") && !message.contains("\n"), message);
            }
        }
    }

    @Test
    void new_featuresThatAreNoNumbers_areCounted_andTheFirstIsNamed() {
        try (NativeScope scope = NativeScope.open()) {
            HeadData good = HeadFitterTest.drawn(40, 2, 1, 1, i -> i % 2);
            float[] values = new float[40 * WIDTH];
            values[7 * WIDTH + 3] = Float.NaN;
            values[7 * WIDTH + 4] = Float.NaN;
            values[21 * WIDTH] = Float.NEGATIVE_INFINITY;
            Tensor bad = Tensor.create(values, 40, WIDTH);
            String row = " of 2 of 40 pictures are NaN or infinite, first those of row 8; ";
            assertRefused("head: the features" + row, () -> new HeadData(bad, List.of(), good.labels(), 2, true));
            List<Tensor> views = List.of(good.features(), bad);
            assertRefused(
                    "head: the features of view 2" + row,
                    () -> new HeadData(good.features(), views, good.labels(), 2, true));
        }
    }

    private static void assertRefused(String start, Executable wrong) {
        String message = assertThrows(IllegalArgumentException.class, wrong).getMessage();
        assertTrue(message.startsWith(start), message);
        assertTrue(message.contains("check the weights") && message.contains("FP32"), message);
    }
}
