package dev.graft.torch;

import dev.graft.javacpp.ClassLoaders;
import dev.graft.javacpp.JavaCpp;
import dev.graft.javacpp.JavaCppLimits;
import dev.graft.javacpp.NativeJars;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/**
 * Loads LibTorch once, before its first use. Thread-safe; the first caller does the work.
 *
 * <p>JavaCPP unpacks the native libraries of the jars into a cache folder (the system property {@code
 * org.bytedeco.javacpp.cachedir}, else {@code ~/.javacpp/cache}). Its loader links {@code libtorch.so} before the
 * larger {@code libtorch_cpu.so} is complete. A second JVM that starts at that moment dies with SIGBUS, and a truncated
 * file crashes every later start. Therefore this class first puts every library into the cache, under the cache's own
 * lock, and compares its size. Then it loads LibTorch.
 */
public final class Natives {
    private static final String CACHE = "org.bytedeco.javacpp.cachedir";

    /**
     * The libraries of LibTorch's jar, by the first word of the platform. Which of them exist depends on the platform's
     * other words.
     */
    private static final Map<String, List<String>> TORCH_LIBRARIES = Map.of(
            "linux",
            List.of(
                    "libgomp.so.1",
                    "libc10.so",
                    "libtorch_cpu.so",
                    "libtorch.so",
                    "libc10_cuda.so",
                    "libtorch_cuda.so",
                    "libtorch_cuda_linalg.so",
                    "libjnitorch.so"),
            "macosx",
            List.of("libc10.dylib", "libtorch_cpu.dylib", "libtorch.dylib", "libjnitorch.dylib"),
            "windows",
            List.of("c10.dll", "torch_cpu.dll", "torch.dll", "jnitorch.dll"));

    private static volatile boolean loaded;
    /** Why loading failed: the JVM reports the cause for a class only once and cannot load that class later. */
    private static LinkageError failed;

    private Natives() {}

    /**
     * Loads LibTorch if it is not loaded yet.
     *
     * @throws TorchException when the native libraries are missing, cannot be unpacked or do not fit this machine
     */
    public static void load() {
        if (!loaded) {
            loadOnce();
        }
    }

    private static synchronized void loadOnce() {
        if (loaded) {
            return;
        }
        if (failed != null) throw unusable(failed);
        JavaCppLimits.lift();
        try {
            warnOfOtherFolder();
            if (NativeJars.TORCH.missing()) throw new TorchException(NativeJars.TORCH.remedy());
            JavaCpp.load(() -> {
                unpack(torch.class);
                Loader.load(openblas_nolapack.class);
                Loader.load(torch.class);
            });
        } catch (IOException e) {
            throw new TorchException(cacheMessage("could not be unpacked: " + e.getMessage()), e);
        } catch (LinkageError e) { // also for a class of JavaCPP that could not be initialised
            failed = e;
            throw unusable(e);
        }
        Threads.begin();
        ClassLoaders.countThis();
        JavaCppLimits.warnIfInForce();
        loaded = true;
    }

    private static TorchException unusable(LinkageError e) {
        String conflict = ClassLoaders.conflict(e);
        if (conflict != null) return new TorchException(conflict, e);
        if (NativeJars.OPENBLAS.missing()) return new TorchException(NativeJars.OPENBLAS.remedy(), e);
        return new TorchException(cacheMessage("could not be loaded: " + firstLine(e)), e);
    }

    /** JavaCPP silently uses another folder if it cannot use the given one. */
    private static void warnOfOtherFolder() throws IOException {
        String asked = System.getProperty(CACHE);
        if (asked != null && !Loader.getCacheDir().equals(new File(asked).getCanonicalFile())) {
            System.getLogger("dev.graft")
                    .log(
                            System.Logger.Level.WARNING,
                            "natives: the cache folder " + asked + " is not a folder that can be read and written; the"
                                    + " libraries are unpacked to " + Loader.getCacheDir() + " instead; correct -D"
                                    + CACHE);
        }
    }

    private static void unpack(Class<?> owner) throws IOException {
        String platform = Loader.getPlatform();
        List<String> libraries = TORCH_LIBRARIES.getOrDefault(platform.split("-", 2)[0], List.of());
        for (String extension : new String[] {"", "-gpu"}) {
            for (String library : libraries) {
                URL[] urls = Loader.findResources(
                        owner, "/" + NativeJars.TORCH.folder() + "/" + platform + extension + "/" + library);
                for (URL url : urls) {
                    cache(url);
                }
            }
        }
    }

    /** Unpacks one library if the cache does not hold it completely. */
    private static void cache(URL url) throws IOException {
        File file = Loader.cacheResource(url);
        long expected = url.openConnection().getContentLengthLong();
        if (file == null || file.length() != expected) {
            throw new IOException((file == null ? url.toString() : file.getPath()) + " has "
                    + (file == null ? 0 : file.length()) + " of " + expected + " bytes");
        }
    }

    private static String cacheMessage(String what) {
        return "natives: LibTorch's libraries " + what + ". The cache folder " + cacheFolder()
                + " must be writable, with 600 MB free; name another one with -D" + CACHE
                + "=FOLDER, or delete the folder if it is damaged";
    }

    private static String cacheFolder() {
        try {
            return Loader.getCacheDir().getPath();
        } catch (IOException e) { // JavaCPP found no folder that it can write to
            return System.getProperty(CACHE, "~/.javacpp/cache");
        }
    }

    private static String firstLine(Throwable e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
