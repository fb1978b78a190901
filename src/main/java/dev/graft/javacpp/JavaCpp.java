package dev.graft.javacpp;

import dev.graft.files.Lasting;
import java.util.List;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.javacpp.BooleanPointer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.CLongPointer;
import org.bytedeco.javacpp.CharPointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.FunctionPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * Loads native libraries one after the other, whichever threads ask.
 *
 * <p>JavaCPP's loader holds a lock while it loads a library. The library then initialises JavaCPP's classes, such as
 * {@code Pointer}. The first use of such a class, in another thread, initialises it too, and needs the same lock: both
 * threads would wait for each other forever. Therefore these classes are initialised here first, before any library.
 */
public final class JavaCpp {
    /** The classes that the libraries share. */
    private static final List<Class<? extends Pointer>> SHARED = List.of(
            Pointer.class,
            BoolPointer.class,
            BooleanPointer.class,
            BytePointer.class,
            CharPointer.class,
            CLongPointer.class,
            DoublePointer.class,
            FloatPointer.class,
            FunctionPointer.class,
            IntPointer.class,
            LongPointer.class,
            PointerPointer.class,
            ShortPointer.class,
            SizeTPointer.class);

    private static volatile boolean begun;
    /** Why it failed: the JVM reports the cause for a class only once. */
    private static LinkageError failed;

    private JavaCpp() {}

    /** Loads one or more libraries. */
    @FunctionalInterface
    public interface Loading<E extends Exception> {
        /** Loads them. */
        void run() throws E;
    }

    /**
     * Makes JavaCPP's own classes usable, and lifts its limits first, see {@link JavaCppLimits}. Call it before the first
     * use of any of them. Only the first call does something; others wait for it. Thread-safe.
     *
     * @throws LinkageError when JavaCPP's own library is missing or cannot be unpacked
     */
    public static void begin() {
        if (!begun) beginOnce();
    }

    private static synchronized void beginOnce() {
        if (begun) return;
        JavaCppLimits.lift();
        if (failed != null) throw failed;
        try {
            Lasting.apart(JavaCpp::initialise); // Pointer starts a thread
        } catch (LinkageError e) {
            failed = e;
            throw e;
        }
        begun = true;
    }

    private static void initialise() {
        try {
            for (Class<?> type : SHARED) Class.forName(type.getName(), true, type.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e); // it is there: SHARED names it
        }
    }

    /**
     * Loads libraries while no other thread loads any by this method. Thread-safe.
     *
     * @throws LinkageError when a library is missing or cannot be loaded
     */
    public static synchronized <E extends Exception> void load(Loading<E> libraries) throws E {
        begin();
        libraries.run();
    }
}
