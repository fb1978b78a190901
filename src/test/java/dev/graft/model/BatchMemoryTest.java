package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class BatchMemoryTest {
    /** Golden values by tools/golden_memory.py. */
    @ParameterizedTest
    @CsvFileSource(resources = "/golden/memory/kept.csv", numLinesToSkip = 1)
    void withGradients_isWhatPyTorchKeeps(String network, String learns, int height, int width, long bytes) {
        Predicate<String> layers = layer -> learns.equals("all") || layer.startsWith(learns);
        long estimate =
                BatchMemory.ofPicture(Architecture.named(network).graph().orElseThrow(), height, width, layers);
        // A head's few features aside; and what the frozen part holds at its height counts where that is more.
        long frozen =
                BatchMemory.ofPicture(Architecture.named(network).graph().orElseThrow(), height, width, layer -> false);
        assertEquals(Math.max(bytes, frozen), estimate, 0.01 * bytes);
    }

    @Test
    void withoutGradients_isTheMostAtOneLayer() {
        // The stem of a ResNet18: the picture, 64 channels of 112 x 112 before its batch norm and behind.
        long stem = 4L * (3 * 224 * 224 + 2 * 64 * 112 * 112);
        assertEquals(
                stem, BatchMemory.ofPicture(Architecture.RESNET18.graph().orElseThrow(), 224, 224, layer -> false));
        long deeper = BatchMemory.ofPicture(Architecture.RESNET50.graph().orElseThrow(), 224, 224, layer -> false);
        assertTrue(deeper > stem && deeper < 2 * stem, "" + deeper);
    }
}
