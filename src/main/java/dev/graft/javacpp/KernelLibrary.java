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
 * Whether Graft's own native library is there for this machine. It is asked for once: a machine does not change.
 *
 * <p>{@code -Dgraft.kernels=java} leaves the library alone, to compare: all that it does gives the same numbers without.
 */
public final class KernelLibrary {
    private static final System.Logger LOG = System.getLogger("dev.graft");
    private static final String SWITCH = "graft.kernels";
    private static final String JAVA = "java";
    private static final String NATIVE = "native";
    private static final String[] INSTRUCTIONS = {"plain C", "NEON", "AVX2", "AVX-512", "AVX-512 with BF16"};

    private KernelLibrary() {}

    /** Loaded with the first question. */
    private static final class Library {
        static final boolean HERE = load();

        private static boolean load() {
            if (isSwitchedOff()) return false;
            JavaCppLimits.lift();
            try {
                forgetOtherBuild();
                Loader.load(Kernels.class);
                String used = instructions(); // a library of another version may lack what is asked for
                LOG.log(System.Logger.Level.DEBUG, () -> "natives: Graft's kernels use " + used);
                return true;
            } catch (LinkageError e) {
                LOG.log(
                        System.Logger.Level.INFO,
                        () -> "natives: " + none() + ": pictures are prepared in Java, slower, with the same result;"
                                + " docs/natives.md says how the kernels are built");
                LOG.log(System.Logger.Level.DEBUG, "natives: the kernels were not loaded", e);
                return false;
            }
        }
    }

    /**
     * JavaCPP unpacks a library anew when its size or time differ from what lies in its cache; two builds of one version
     * may have both in common, and the calls of one would meet the code of the other.
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
        } catch (IOException e) { // told by whoever loads it
            LOG.log(System.Logger.Level.DEBUG, "natives: the unpacked kernels were not compared", e);
        }
    }

    /** Whether there is a library for this machine; loads it. */
    public static boolean here() {
        return Library.HERE;
    }

    private static boolean isSwitchedOff() {
        String asked = System.getProperty(SWITCH, NATIVE);
        if (!asked.equals(JAVA) && !asked.equals(NATIVE)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "natives: -D" + SWITCH + "=" + asked + " is not known; there are: " + JAVA + ", " + NATIVE);
        }
        return asked.equals(JAVA);
    }

    /** Which engine prepares pictures, in words. */
    public static String description() {
        if (here()) return "Graft's native ones, " + instructions();
        if (isSwitchedOff()) return "Java's (-Dgraft.kernels=java)";
        return "Java's: " + none();
    }

    private static String none() {
        if (!NativeJars.KERNELS.missing()) return "Graft's kernels are there and do not load";
        if (NativeJars.kernelsUnused())
            return "nothing requires the module of Graft's kernels (start Java with --add-modules "
                    + NativeJars.KERNEL_MODULE + ")";
        return "no kernels of Graft for " + Loader.getPlatform() + " on the " + NativeJars.path();
    }

    /** The instructions that the library uses here; only where it is {@link #here}. */
    public static String instructions() {
        return INSTRUCTIONS[Kernels.graft_instructions()];
    }
}
