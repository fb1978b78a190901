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
 * The native libraries of one folder in the jars: whether this program has them, and what to do if it does not.
 *
 * <p>On the module path, the jars of natives are modules that no module requires, so Java does not load them unless
 * {@code --add-modules} names them. The advice depends on that.
 *
 * @param name for messages, such as LibTorch
 * @param folder their folder in the jars, above the folder of the platform, such as org/bytedeco/pytorch
 * @param library one of them, without prefix and extension, such as jnitorch
 */
public record NativeJars(String name, String folder, String library) {
    /** LibTorch and its bindings. */
    public static final NativeJars TORCH = new NativeJars("LibTorch", "org/bytedeco/pytorch", "jnitorch");

    /** OpenBLAS, which LibTorch's bindings and OpenCV's need. */
    public static final NativeJars OPENBLAS =
            new NativeJars("OpenBLAS", "org/bytedeco/openblas", "jniopenblas_nolapack");

    /** OpenCV and its bindings. */
    public static final NativeJars OPENCV = new NativeJars("OpenCV", "org/bytedeco/opencv", "jniopencv_core");

    /** Graft's own kernels, which are optional. */
    static final NativeJars KERNELS = new NativeJars("kernels of Graft", "dev/graft/natives/global", "jniGraftKernels");

    static final String KERNEL_MODULE = "dev.graft.natives.libraries";

    /** Whether the library is in no jar of this program. */
    public boolean missing() {
        return Stream.of("", "-gpu").noneMatch(this::holds);
    }

    /** Whether the library is in a jar for GPUs. */
    public boolean forGpus() {
        return holds("-gpu");
    }

    private boolean holds(String extension) {
        String file = "/" + folder + "/" + Loader.getPlatform() + extension + "/" + System.mapLibraryName(library);
        try {
            return Loader.findResource(NativeJars.class, file) != null;
        } catch (IOException e) { // a jar that cannot be read: loading the library reports it
            return true;
        }
    }

    /** A message with what is missing and what to do. */
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
            return "the module of " + name + " for " + platform
                    + " is there, but no module requires it; start Java with" + " --add-modules "
                    + String.join(",", there);
        return none + "put the jars of " + dependency + " on it and start Java with --add-modules ALL-MODULE-PATH, or"
                + " put them on the class path (-cp) beside it";
    }

    /** Where Graft itself is: "class path" or "module path". */
    static String path() {
        return NativeJars.class.getModule().isNamed() ? "module path" : "class path";
    }

    /** Whether Graft's kernels are an available module that is not used. */
    static boolean kernelsUnused() {
        return NativeJars.class.getModule().isNamed() && modules().contains(KERNEL_MODULE);
    }

    /** The modules of native libraries on the module path or in the run-time image, used or not. */
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
        } catch (FindException e) { // an entry is not a module; Java itself ignores that if it need not look there
            System.getLogger("dev.graft").log(System.Logger.Level.DEBUG, "natives: the module path was not read", e);
            return Stream.empty();
        }
    }
}
