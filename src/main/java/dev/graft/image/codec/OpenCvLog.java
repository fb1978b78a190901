package dev.graft.image.codec;

import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.opencv.opencv_core.ErrorCallback;

/**
 * OpenCV's own log, on standard error: its lines name no file, and what they tell is in our refusal. Who sets the environment
 * variable OPENCV_LOG_LEVEL gets them.
 */
final class OpenCvLog {
    private static final String VARIABLE = "OPENCV_LOG_LEVEL";
    private static final int SILENT = 0;
    /** {@code cv::utils::logging::setLogLevel} as compilers of Linux and macOS, and of Windows, name it. */
    private static final List<String> SET_LEVEL = List.of(
            "_ZN2cv5utils7logging11setLogLevelENS1_8LogLevelE",
            "?setLogLevel@logging@utils@cv@@YA?AW4LogLevel@123@W44123@@Z");

    private OpenCvLog() {}

    /** Switches it off; OpenCV is loaded. Where the function is not found, the lines stay. */
    static void silence() {
        if (System.getenv(VARIABLE) != null) return;
        for (String name : SET_LEVEL) {
            Pointer function = Loader.addressof(name);
            if (function != null) call(function);
        }
    }

    /**
     * The bindings lack this function. They can call others by their address whose first argument is a number too, and it does not
     * look at the arguments behind that.
     */
    private static void call(Pointer function) {
        try (PointerPointer<Pointer> holder = new PointerPointer<>(2)) {
            holder.put(0, function).put(1, (Pointer) null);
            new ErrorCallback(holder).call(SILENT, null, null, null, 0, null);
        }
    }
}
