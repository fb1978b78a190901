package dev.graft.javacpp;

import java.util.Locale;
import org.bytedeco.javacpp.Pointer;

/**
 * Switches off JavaCPP's limits of native memory, unless the user set them.
 *
 * <p>JavaCPP refuses to allocate if its own pointers exceed -Xmx or the process exceeds 4 x -Xmx. This does not suit
 * Graft: LibTorch's memory is outside the heap, and scopes free it. JavaCPP reads the limits when its class {@code
 * Pointer} is loaded, so {@link #lift} must be called before.
 */
public final class JavaCppLimits {
    private static final String[] LIMITS = {"org.bytedeco.javacpp.maxBytes", "org.bytedeco.javacpp.maxPhysicalBytes"};

    private static boolean setByUser;
    private static boolean lifted;
    private static boolean checked;

    private JavaCppLimits() {}

    /** Switches the limits off unless the user set one. Loads no native library; only the first call has an effect. */
    public static synchronized void lift() {
        if (lifted) {
            return;
        }
        lifted = true;
        for (String limit : LIMITS) {
            if (System.getProperty(limit) == null && System.getProperty(limit.toLowerCase(Locale.ROOT)) == null) {
                System.setProperty(limit, "0");
            } else {
                setByUser = true;
            }
        }
    }

    /**
     * Warns once if other code loaded JavaCPP before {@link #lift}, so that a limit below the machine's memory is
     * active. Loads JavaCPP.
     */
    public static synchronized void warnIfInForce() {
        if (checked) {
            return;
        }
        checked = true;
        long limit = Pointer.maxPhysicalBytes();
        if (!setByUser && limit > 0 && limit < Pointer.totalPhysicalBytes()) {
            System.getLogger("dev.graft")
                    .log(
                            System.Logger.Level.WARNING,
                            "natives: JavaCPP was loaded before Graft and limits this process to " + (limit >> 20)
                                    + " MB (4 x -Xmx); above that it throws OutOfMemoryError; start Java with"
                                    + " -Dorg.bytedeco.javacpp.maxBytes=0 -Dorg.bytedeco.javacpp.maxPhysicalBytes=0, or"
                                    + " call dev.graft.torch.Natives.load() before any other use of JavaCPP");
        }
    }
}
