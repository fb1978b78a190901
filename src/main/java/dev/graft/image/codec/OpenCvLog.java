package dev.graft.image.codec;

import dev.graft.javacpp.JavaCpp;
import dev.graft.javacpp.KernelLibrary;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.opencv.opencv_core.ErrorCallback;

/**
 * OpenCV's own log on standard error. Its lines name no file, and our refusals contain the same information. Set the
 * environment variable OPENCV_LOG_LEVEL to get these lines.
 */
final class OpenCvLog {
    private static final String VARIABLE = "OPENCV_LOG_LEVEL";
    private static final int SILENT = 0;
    private static final String LIBRARY = "libopencv_core.so.413";
    /** The mangled names of {@code cv::utils::logging::setLogLevel}, by compilers for Linux and macOS, and for Windows. */
    private static final List<String> SET_LEVEL = List.of(
            "_ZN2cv5utils7logging11setLogLevelENS1_8LogLevelE",
            "?setLogLevel@logging@utils@cv@@YA?AW4LogLevel@123@W44123@@Z");

    private OpenCvLog() {}

    /** Switches the log off. OpenCV must be loaded. If the function is not found, the lines stay. */
    static void silence() {
        if (System.getenv(VARIABLE) != null) return;
        if (KernelLibrary.call(LIBRARY, SET_LEVEL.get(0), SILENT)) return;
        JavaCpp.load(
                () -> { // no library may be loaded meanwhile
                    for (String name : SET_LEVEL) {
                        Pointer function = Loader.addressof(name);
                        if (function != null) call(function);
                    }
                });
    }

    /**
     * Calls the function, which the bindings do not have. They can call other functions by address if the first argument
     * is a number, as here; this function ignores further arguments.
     */
    private static void call(Pointer function) {
        try (PointerPointer<Pointer> holder = new PointerPointer<>(2)) {
            holder.put(0, function).put(1, (Pointer) null);
            new ErrorCallback(holder).call(SILENT, null, null, null, 0, null);
        }
    }
}
