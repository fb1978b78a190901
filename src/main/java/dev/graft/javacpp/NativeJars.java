package dev.graft.javacpp;

import java.io.File;
import java.io.IOException;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;

/**
 * Libraries of one folder in the jars of natives: whether this program has them, and what to do where it has not.
 *
 * <p>On the module path the natives are modules that nothing requires. Java leaves them out unless they are named, so a
 * program there needs other advice than one on the class path.
 *
 * @param name for messages, such as LibTorch
 * @param folder where the jars keep them, above the folder of the platform, such as org/bytedeco/pytorch
 * @param library one of them, without prefix and ending, such as jnitorch
 */
public record NativeJars(String name, String folder, String library) {
    /** LibTorch and its bindings. */
    public static final NativeJars TORCH = new NativeJars("LibTorch", "org/bytedeco/pytorch", "jnitorch");

    /** OpenBLAS, which LibTorch's bindings and OpenCV's need. */
    public static final NativeJars OPENBLAS =
            new NativeJars("OpenBLAS", "org/bytedeco/openblas", "jniopenblas_nolapack");

    /** OpenCV and its bindings. */
    public static final NativeJars OPENCV = new NativeJars("OpenCV", "org/bytedeco/opencv", "jniopencv_core");

    /** Graft's own, which it can do without. */
    static final NativeJars KERNELS = new NativeJars("kernels of Graft", "dev/graft/natives/global", "jniGraftKernels");

    static final String KERNEL_MODULE = "dev.graft.natives.libraries";

    /** Whether no jar that this program can see holds the library. */
    public boolean missing() {
        return Stream.of("", "-gpu").noneMatch(this::holds);
    }

    private boolean holds(String extension) {
        String file = "/" + folder + "/" + Loader.getPlatform() + extension + "/" + System.mapLibraryName(library);
        try {
            return Loader.findResource(NativeJars.class, file) != null;
        } catch (IOException e) { // a jar that cannot be read: whoever loads the library says so
            return true;
        }
    }

    /** What is missing where, and what to do, for a program that lacks it. */
    public String remedy() {
        return "natives: " + todo() + "; see docs/natives.md";
    }

    private String todo() {
        String platform = Loader.getPlatform();
        String none = "no " + name + " for " + platform + " on the " + path() + "; ";
        String dependency = "the dependency dev.graft:graft-natives-" + platform + " (type pom)";
        if (!NativeJars.class.getModule().isNamed()) return none + "add " + dependency;
        List<String> there = modules();
        String module = folder.replace('/', '.') + "." + platform.replace('-', '.');
        if (there.contains(module) || there.contains(module + ".gpu"))
            return "the module of " + name + " for " + platform + " is there, but nothing requires it; start Java with"
                    + " --add-modules " + String.join(",", there);
        return none + "put the jars of " + dependency + " on it and start Java with --add-modules ALL-MODULE-PATH, or"
                + " put them on the class path (-cp) beside it";
    }

    /** How Graft itself was started: "class path" or "module path". */
    static String path() {
        return NativeJars.class.getModule().isNamed() ? "module path" : "class path";
    }

    /** Whether Graft's kernels are a module that was not named. */
    static boolean kernelsUnused() {
        return NativeJars.class.getModule().isNamed() && modules().contains(KERNEL_MODULE);
    }

    /** The modules of natives that Java was started with, on its module path or linked into it, used or not. */
    private static List<String> modules() {
        return Stream.concat(onModulePath(), ModuleFinder.ofSystem().findAll().stream())
                .map(module -> module.descriptor().name())
                .filter(NativeJars::isNative)
                .distinct()
                .sorted()
                .toList();
    }

    private static boolean isNative(String module) {
        String platform = Loader.getPlatform().replace('-', '.');
        return module.equals(KERNEL_MODULE)
                || module.startsWith("org.bytedeco.") && (module + ".").contains("." + platform + ".");
    }

    private static Stream<ModuleReference> onModulePath() {
        Path[] entries = Arrays.stream(System.getProperty("jdk.module.path", "").split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .map(Path::of)
                .toArray(Path[]::new);
        try {
            return ModuleFinder.of(entries).findAll().stream();
        } catch (
                FindException
                        e) { // something on it is no module, which Java forgives as long as it need not look there
            System.getLogger("dev.graft").log(System.Logger.Level.DEBUG, "natives: the module path was not read", e);
            return Stream.empty();
        }
    }
}
