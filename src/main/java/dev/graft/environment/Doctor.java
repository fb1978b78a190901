package dev.graft.environment;

import dev.graft.files.CachePlace;
import dev.graft.image.PictureReader;
import dev.graft.image.Preprocessing;
import dev.graft.javacpp.JavaCppLimits;
import dev.graft.javacpp.KernelLibrary;
import dev.graft.javacpp.NativeJars;
import dev.graft.torch.Natives;
import dev.graft.torch.Processor;
import dev.graft.torch.Threads;
import dev.graft.torch.TorchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * Checks whether Graft can work on this machine, and what keeps it from working well. It writes into temporary files
 * only, and downloads nothing. Unlike {@link EnvironmentReport}, the results name folders of the user.
 */
public final class Doctor {
    private static final long GIBIBYTE = 1L << 30;
    private static final Path MOUNTS = Path.of("/proc/self/mounts");
    private static final String NATIVES_ELSEWHERE = "name another folder with -Dorg.bytedeco.javacpp.cachedir=FOLDER";
    private static final Pattern DRIVER = Pattern.compile("Kernel Module.*?\\s(\\d+(\\.\\d+)+)\\s");

    private Doctor() {}

    /**
     * Runs all checks, the cheap ones first. Those that load native libraries come last, because a broken library may
     * end the process. Takes a few seconds.
     *
     * @param listener receives each result at once
     */
    public static void examine(Consumer<Checkup> listener) {
        ControlGroup group = ControlGroup.read();
        int processors = Runtime.getRuntime().availableProcessors();
        List<Supplier<Checkup>> checks = List.of(
                () -> Checkup.ok("versions", EnvironmentReport.versions()),
                () -> ProcessorCheck.of(Processor.flags(), Processor.description(), System.getProperty("os.arch")),
                () -> Checkup.ok(
                        "threads", Threads.get() + " compute, " + Threads.decoders() + " decode: " + Threads.origin()),
                () -> MemoryCheck.container(group, processors),
                () -> MemoryCheck.memory(
                        Path.of("/proc/meminfo"), group, Runtime.getRuntime().maxMemory()),
                () -> LocaleCheck.of(System.getProperty("sun.jnu.encoding")),
                Doctor::cacheFolder,
                () -> new FolderCheck(
                                "temporary",
                                Path.of(System.getProperty("java.io.tmpdir")),
                                GIBIBYTE,
                                "use -Djava.io.tmpdir=FOLDER")
                        .run(),
                () -> new FolderCheck(
                                "current",
                                Path.of("").toAbsolutePath(),
                                GIBIBYTE,
                                "change to another folder, or use --out")
                        .run(),
                Doctor::nativesFolder,
                Doctor::gpu,
                Doctor::natives,
                SelfTest::run);
        checks.forEach(check -> listener.accept(result(check)));
    }

    /** A check that fails in an unexpected way is a result too. */
    private static Checkup result(Supplier<Checkup> check) {
        try {
            return check.get();
        } catch (RuntimeException | LinkageError e) {
            String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            return Checkup.fail("unexpected", e.getClass().getSimpleName() + ": " + message, "correct what it says");
        }
    }

    private static Checkup cacheFolder() {
        String name = "cache";
        try {
            return new FolderCheck(name, CachePlace.standard(), GIBIBYTE, "set GRAFT_CACHE to another folder").run();
        } catch (IOException e) {
            return Checkup.fail(name, String.valueOf(e.getMessage()), "set GRAFT_CACHE to a folder");
        }
    }

    private static Checkup nativesFolder() {
        String name = "natives' cache";
        JavaCppLimits.lift();
        try {
            Path folder = Loader.getCacheDir().toPath();
            Checkup writable = new FolderCheck(name, folder, GIBIBYTE, NATIVES_ELSEWHERE).run();
            return FolderCheck.executable(writable, folder, MOUNTS, NATIVES_ELSEWHERE);
        } catch (IOException e) {
            return Checkup.fail(name, String.valueOf(e.getMessage()), NATIVES_ELSEWHERE);
        }
    }

    private static Checkup gpu() {
        JavaCppLimits.lift();
        return new GpuCheck(
                        driver(Path.of("/proc/driver/nvidia/version")),
                        NativeJars.TORCH.forGpus(),
                        LibraryPath.read()::has,
                        () -> {
                            Natives.load();
                            return torch.cuda_is_available() ? (int) torch.getNumGPUs() : 0;
                        })
                .run();
    }

    /** The version of NVIDIA's driver as Linux reports it; empty if it is not loaded. */
    static Optional<String> driver(Path version) {
        try {
            String text = Files.readString(version, StandardCharsets.ISO_8859_1);
            Matcher found = DRIVER.matcher(text.lines().findFirst().orElse("") + " ");
            return Optional.of(found.find() ? found.group(1) : "of an unknown version");
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Checkup natives() {
        String name = "natives";
        try {
            Natives.load();
            new PictureReader(Preprocessing.standard()); // loads OpenCV
            return KernelLibrary.here()
                    ? Checkup.ok(name, "LibTorch, OpenCV, " + KernelLibrary.description())
                    : Checkup.warn(
                            name,
                            "LibTorch, OpenCV; pictures are prepared by " + KernelLibrary.description(),
                            "use the dependency graft-natives-PLATFORM, see docs/natives.md");
        } catch (TorchException | IllegalStateException e) {
            return Checkup.fail(name, String.valueOf(e.getMessage()), "see docs/natives.md");
        }
    }
}
