package dev.graft.natives.presets;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/**
 * Tells JavaCPP how Graft's kernels look from Java: static methods on pointers, buffers or arrays; arrays are copied in
 * and out by the call. The header is all it needs.
 */
@Properties(
        value = @Platform(include = "graft_kernels.h", compiler = "cpp11", library = "jniGraftKernels"),
        target = "dev.graft.natives.global",
        global = "dev.graft.natives.global.Kernels")
public class KernelsPreset implements InfoMapper {
    /** JavaCPP makes one. */
    public KernelsPreset() {}

    @Override
    public void map(InfoMap infos) {
        infos.put(new Info("GRAFT_KERNELS_H").skip());
        infos.put(
                new Info("int16_t").cast().valueTypes("short").pointerTypes("ShortPointer", "ShortBuffer", "short[]"));
    }
}
