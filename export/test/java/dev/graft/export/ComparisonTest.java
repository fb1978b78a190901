package dev.graft.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.graft.torch.NativeScope;
import java.io.IOException;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    @Test
    void within_tellsHowFar_andRefusesWhatIsNoNumber() throws IOException {
        try (NativeScope scope = NativeScope.open()) {
            Tensor model = Tensor.create(new float[] {1, 2, -4, 1}, 2, 2);
            Comparison far = Comparison.of(model, Tensor.create(new float[] {2.5f, 2, -4, 1}, 2, 2));
            assertEquals(new Comparison(2, 1.5, 4, false), far);
            assertEquals(far, far.within(0.4));
            String why = assertThrows(IOException.class, () -> far.within(0.3)).getMessage();
            assertEquals("its logits differ by up to 1.50 where the largest is 4.00 (allowed: 1.20)", why);
            Comparison none = Comparison.of(model, Tensor.create(new float[] {Float.NaN, 2, -4, 1}, 2, 2));
            assertThrows(IOException.class, () -> none.within(1));
            assertFalse(far.sameClasses());
            assertThrows(IOException.class, () -> Comparison.of(model, Tensor.create(new float[2], 2)));
        }
    }
}
