package dev.graft.javacpp;

import dev.graft.natives.global.Kernels;
import org.bytedeco.javacpp.Loader;

/**
 * Whether Graft's own native library is there for this machine. It is asked for once: a machine does not change.
 *
 * <p>{@code -Dgraft.kernels=java} leaves the library alone, to compare: all that it does gives the same numbers without.
 */
public final class KernelLibrary {
    private static final System.Logger LOG = System.getLogger("dev.graft");
    private static final String[] INSTRUCTIONS = {"plain C", "NEON", "AVX2", "AVX-512", "AVX-512 with BF16"};

    private KernelLibrary() {}

    /** Loaded with the first question. */
    private static final class Library {
        static final boolean HERE = load();

        private static boolean load() {
            if (isSwitchedOff()) return false;
            JavaCppLimits.lift();
            try {
                Loader.load(Kernels.class);
                LOG.log(System.Logger.Level.DEBUG, () -> "natives: Graft's kernels use " + instructions());
                return true;
            } catch (LinkageError e) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "natives: no kernels of Graft for " + Loader.getPlatform()
                                + ": pictures are prepared without, with the same result (docs/natives.md): "
                                + e.getMessage());
                return false;
            }
        }
    }

    /** Whether there is a library for this machine; loads it. */
    public static boolean here() {
        return Library.HERE;
    }

    private static boolean isSwitchedOff() {
        return "java".equals(System.getProperty("graft.kernels"));
    }

    /** Which engine prepares pictures, in words. */
    public static String description() {
        if (here()) return "Graft's native ones, " + instructions();
        return "Java's"
                + (isSwitchedOff() ? " (-Dgraft.kernels=java)" : ": no native ones for " + Loader.getPlatform());
    }

    /** The instructions that the library uses here; only where it is {@link #here}. */
    public static String instructions() {
        return INSTRUCTIONS[Kernels.graft_instructions()];
    }
}
