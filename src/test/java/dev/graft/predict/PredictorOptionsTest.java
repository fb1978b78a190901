package dev.graft.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.model.Precision;
import dev.graft.torch.ComputeDevice;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class PredictorOptionsTest {
    private static final ComputeDevice GPU = new ComputeDevice(ComputeDevice.Kind.CUDA, 0);
    private static final List<Path> PICTURES = List.of(Path.of("a.png"), Path.of("b.png"));

    private final PredictorOptions fast = PredictorOptions.fast();
    private final PredictorOptions exact = PredictorOptions.exact();

    private static String refusal(Executable options) {
        return assertThrows(IllegalArgumentException.class, options).getMessage();
    }

    @Test
    void withers_changeOneThing() {
        assertEquals(
                new PredictorOptions(Optional.of(GPU), true, Optional.empty(), List.of(), false, 1),
                fast.withDevice(GPU));
        assertEquals(
                new PredictorOptions(Optional.empty(), true, Optional.of(Precision.INT8), PICTURES, false, 1),
                fast.withInt8(PICTURES));
        assertEquals(
                new PredictorOptions(Optional.empty(), true, Optional.of(Precision.BF16), List.of(), false, 1),
                fast.withInt8(PICTURES).withPrecision(Precision.BF16));
        assertEquals(
                new PredictorOptions(Optional.of(GPU), false, Optional.of(Precision.FP32), List.of(), false, 1),
                exact.withDevice(GPU));
    }

    @Test
    void int8_withoutPicturesOrOnAGpu_isRefused() {
        assertTrue(refusal(() -> fast.withPrecision(Precision.INT8)).contains("INT8 needs calibration pictures"));
        assertTrue(refusal(() -> fast.withInt8(List.of())).contains("withInt8(pictures)"));
        assertTrue(refusal(() -> fast.withInt8(PICTURES).withDevice(GPU)).contains("INT8 runs on the processor only"));
    }

    @Test
    void pictures_forNothing_areRefused() {
        assertTrue(refusal(() ->
                        new PredictorOptions(Optional.empty(), true, Optional.of(Precision.BF16), PICTURES, false, 1))
                .contains("BF16 needs no calibration pictures"));
        assertTrue(refusal(() -> new PredictorOptions(Optional.empty(), true, Optional.empty(), PICTURES, false, 1))
                .contains("needs no calibration pictures"));
    }

    @Test
    void asSaved_inAnotherPrecision_isRefused() {
        assertTrue(refusal(() -> exact.withPrecision(Precision.BF16)).contains("computes in FP32"));
        assertTrue(refusal(() -> exact.withInt8(PICTURES)).contains("computes in FP32"));
        assertEquals(exact, exact.withPrecision(Precision.FP32));
    }

    @Test
    void gpuPrecision_onTheProcessor_isRefused() {
        assertTrue(refusal(() -> fast.withDevice(ComputeDevice.CPU).withPrecision(Precision.FP16))
                .contains("FP16 runs on GPUs only"));
    }

    @Test
    void null_isNamed() {
        assertNamed("device", () -> fast.withDevice(null));
        assertNamed("precision", () -> fast.withPrecision(null));
        assertNamed("calibration", () -> fast.withInt8(null));
        assertNamed(
                "calibration: element 1 of 1 is null; give only files",
                () -> fast.withInt8(Collections.singletonList(null)));
    }

    private static void assertNamed(String message, Executable call) {
        assertEquals(message, assertThrows(NullPointerException.class, call).getMessage());
    }
}
