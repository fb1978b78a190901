package dev.graft.javacpp;

import dev.graft.natives.global.Kernels;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.util.Arrays;
import org.bytedeco.javacpp.Loader;

/**
 * Loads Graft's own native library, if there is one for this machine. It is tried only once.
 *
 * <p>{@code -Dgraft.kernels=java} switches the library off, for comparisons. The Java code gives the same numbers.
 */
public final class KernelLibrary {
    private static final System.Logger LOG = System.getLogger("dev.graft");
    private static final String SWITCH = "graft.kernels";
    private static final String JAVA = "java";
    private static final String NATIVE = "native";
    private static final String[] INSTRUCTIONS = {"plain C", "NEON", "AVX2", "AVX-512", "AVX-512 with BF16"};

    private static int printing; // how many threads do at the moment
    private static boolean held; // whether the output is, meanwhile
    private static volatile Boolean here; // null: not tried yet

    private KernelLibrary() {}

    private static boolean load() {
        if (isSwitchedOff()) return false;
        try {
            forgetOtherBuild();
            Loader.load(Kernels.class);
            String used = instructions(); // a library of another version may lack a function
            LOG.log(System.Logger.Level.DEBUG, () -> "natives: Graft's kernels use " + used);
            return true;
        } catch (LinkageError e) {
            return missing(e);
        }
    }

    private static boolean missing(LinkageError why) {
        LOG.log(
                System.Logger.Level.INFO,
                () -> "natives: " + none() + ": pictures are prepared in Java, which is slower, with the same result;"
                        + " docs/natives.md tells how to build the kernels");
        LOG.log(System.Logger.Level.DEBUG, "natives: the kernels were not loaded", why);
        return false;
    }

    /**
     * Deletes an unpacked library with other content. JavaCPP unpacks a library again only if its size or time differ,
     * but two builds of one version may have the same size and time.
     */
    private static void forgetOtherBuild() {
        try {
            URL packed = Loader.findResource(
                    Kernels.class, Loader.getPlatform() + "/" + System.mapLibraryName("jniGraftKernels"));
            File unpacked = packed == null ? null : Loader.cacheResource(packed);
            if (unpacked == null) return;
            try (InputStream in = packed.openStream()) {
                if (!Arrays.equals(in.readAllBytes(), Files.readAllBytes(unpacked.toPath())))
                    Files.deleteIfExists(unpacked.toPath());
            }
        } catch (IOException e) { // loading reports it
            LOG.log(System.Logger.Level.DEBUG, "natives: the unpacked kernels were not compared", e);
        }
    }

    /** Whether there is a library for this machine. Loads it in the first call. Thread-safe. */
    public static boolean here() {
        Boolean known = here;
        return known != null ? known : loaded();
    }

    private static boolean loaded() {
        try {
            JavaCpp.load(() -> here = here == null ? load() : here);
        } catch (LinkageError e) { // JavaCPP itself is missing
            here = missing(e);
        }
        return here;
    }

    /**
     * Calls a function with one int in a library that this process has loaded. JavaCPP's {@code Loader.addressof} finds such
     * functions too, but it opens all libraries in turn while it holds a lock of the C library, and waits forever if another
     * thread loads a library meanwhile.
     *
     * @param library its soname, such as {@code libopenblas.so.0}
     * @return false when there are no kernels here, or no such function
     */
    public static boolean call(String library, String function, int argument) {
        return here() && Kernels.graft_call(library, function, argument) == 0;
    }

    /**
     * Runs what lets a library print lines, and leaves these lines out. Other output of the process comes when it has run. Without kernels,
     * the lines are printed. Thread-safe.
     *
     * @param lines the begin of each of them
     */
    public static void withoutLines(String lines, Runnable printing) {
        hold();
        try {
            printing.run();
        } finally {
            release(lines);
        }
    }

    private static synchronized void hold() {
        try {
            if (printing++ == 0) held = here() && Kernels.graft_hold_output() == 0;
        } catch (LinkageError e) { // a library of an earlier version
            held = false;
        }
    }

    private static synchronized void release(String lines) {
        if (--printing > 0 || !held) return;
        held = false;
        if (Kernels.graft_release_output(lines) != 0)
            LOG.log(System.Logger.Level.WARNING, "natives: some of the standard output was lost");
    }

    private static boolean isSwitchedOff() {
        String asked = System.getProperty(SWITCH, NATIVE);
        if (!asked.equals(JAVA) && !asked.equals(NATIVE)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "natives: -D" + SWITCH + "=" + asked + " is unknown, allowed are: " + JAVA + ", " + NATIVE);
        }
        return asked.equals(JAVA);
    }

    /** The code that prepares pictures, in words. */
    public static String description() {
        if (here()) return "Graft's native kernels, " + instructions();
        if (isSwitchedOff()) return "Java's (-Dgraft.kernels=java)";
        return "Java's: " + none();
    }

    private static String none() {
        if (!NativeJars.KERNELS.missing()) return "Graft's kernels were found but could not be loaded";
        if (NativeJars.kernelsUnused())
            return "no module requires Graft's kernels (start Java with --add-modules " + NativeJars.KERNEL_MODULE
                    + ")";
        return "no kernels of Graft for " + Loader.getPlatform() + " on the " + NativeJars.path();
    }

    /** The instruction set that the library uses on this machine. Call it only if {@link #here} is true. */
    public static String instructions() {
        return INSTRUCTIONS[Kernels.graft_instructions()];
    }
}
