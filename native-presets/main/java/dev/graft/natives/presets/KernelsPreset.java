package dev.graft.natives.presets;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/**
 * Settings for JavaCPP's bindings of Graft's kernels: static methods on pointers, buffers or arrays. A call copies arrays in
 * and out. JavaCPP needs only the header.
 */
@Properties(
        value = @Platform(include = "graft_kernels.h", compiler = "cpp11", library = "jniGraftKernels"),
        target = "dev.graft.natives.global",
        global = "dev.graft.natives.global.Kernels")
public class KernelsPreset implements InfoMapper {
    /** Called by JavaCPP. */
    public KernelsPreset() {}

    @Override
    public void map(InfoMap infos) {
        infos.put(new Info("GRAFT_KERNELS_H").skip());
        infos.put(
                new Info("int16_t").cast().valueTypes("short").pointerTypes("ShortPointer", "ShortBuffer", "short[]"));
    }
}
