package dev.graft.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutOfMemoryExceptionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of 8.00 GiB of which 1 GiB is free",
                "CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported",
                "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
                "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
                "[enforce fail at alloc_cpu.cpp:121] data. DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes.",
                "std::bad_alloc",
                "Traceback of TorchScript (most recent call last):\nRuntimeError: could not create a primitive\n"
            })
    void isMeantBy_whatLibrariesSay_alsoAsACause(String message) {
        assertTrue(OutOfMemoryException.isMeantBy(new RuntimeException(message)));
        assertTrue(OutOfMemoryException.isMeantBy(new TorchException("model: failed", new RuntimeException(message))));
    }

    @Test
    void isMeantBy_otherFailures_areNot() {
        assertFalse(OutOfMemoryException.isMeantBy(new RuntimeException()));
        assertFalse(OutOfMemoryException.isMeantBy(new OutOfMemoryError("Java heap space")));
        assertFalse(OutOfMemoryException.isMeantBy(new RuntimeException(
                "could not create a primitive descriptor for a convolution forward propagation primitive")));
        assertFalse(OutOfMemoryException.isMeantBy(
                new RuntimeException("Expected all tensors to be on the same device, memory format channels_last")));
    }

    @Test
    void isMeantBy_whatThisLibTorchAndThisJavaCppSay() {
        Natives.load();
        RuntimeException torchs = assertThrows(RuntimeException.class, () -> torch.empty(1L << 50));
        assertTrue(OutOfMemoryException.isMeantBy(torchs), torchs.getMessage());
        OutOfMemoryError javaCpps = assertThrows(OutOfMemoryError.class, () -> new BytePointer(1L << 50));
        assertTrue(OutOfMemoryException.isMeantBy(javaCpps), javaCpps.getMessage());
    }

    @Test
    void message_saysWhatHowMuchAndWhatToDo() {
        Exception e = new OutOfMemoryException("a thing", 2_345_000_000L, "make it smaller", null);
        assertEquals("memory: no room for a thing, which takes about 2.3 GB; make it smaller", e.getMessage());
        assertEquals("7 MB", OutOfMemoryException.size(7_000_001));
        assertEquals(
                "memory: no room for a thing; make it smaller",
                new OutOfMemoryException("a thing", 0, "make it smaller", null).getMessage());
    }
}
