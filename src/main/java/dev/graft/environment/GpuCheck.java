package dev.graft.environment;

import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/**
 * Whether there is a GPU, and what it lacks to be used.
 *
 * @param driver the version of NVIDIA's driver; empty if it is not loaded
 * @param natives whether the natives of this program are those for GPUs
 * @param library whether the loader finds a library
 * @param gpus the number of GPUs that LibTorch sees; asked only if nothing is missing
 */
record GpuCheck(Optional<String> driver, boolean natives, Predicate<String> library, IntSupplier gpus) {
    /** What LibTorch's jar for GPUs needs on the machine, see docs/natives.md. */
    static final List<String> LIBRARIES = List.of(
            "libcudart.so.13",
            "libcublas.so.13",
            "libcublasLt.so.13",
            "libcusolver.so.12",
            "libcusparse.so.12",
            "libcufft.so.12",
            "libcurand.so.10",
            "libcufile.so.0",
            "libcudnn.so.9",
            "libnccl.so.2");

    private static final String NAME = "gpu";

    Checkup run() {
        if (driver.isEmpty() && !natives) return Checkup.ok(NAME, "none; Graft computes on the processor");
        String with = driver.map(d -> "NVIDIA's driver " + d).orElse("no driver of NVIDIA");
        if (!natives)
            return Checkup.warn(
                    NAME,
                    with + ", but these natives are for the processor only",
                    "use the dependency graft-natives-linux-x86_64-gpu, see docs/natives.md");
        List<String> missing = LIBRARIES.stream().filter(library.negate()).toList();
        if (!missing.isEmpty())
            return Checkup.fail(
                    NAME,
                    with + "; the loader does not find " + String.join(", ", missing),
                    "install CUDA 13, cuDNN 9 and NCCL 2, and name their folders in LD_LIBRARY_PATH, or use the natives"
                            + " for the processor");
        if (driver.isEmpty())
            return Checkup.warn(
                    NAME,
                    with + "; Graft computes on the processor",
                    "install the driver, or start the" + " container with the GPU (--gpus all)");
        int seen = gpus.getAsInt();
        return seen > 0
                ? Checkup.ok(NAME, with + ", LibTorch sees " + seen)
                : Checkup.warn(
                        NAME,
                        with + ", but LibTorch sees no GPU",
                        "see that nvidia-smi lists it, and that the driver is new enough for CUDA 13");
    }
}
