/** Graft's own native kernels, bound through JavaCPP. */
module dev.graft.natives {
    requires transitive org.bytedeco.javacpp;

    exports dev.graft.natives.global;
    exports dev.graft.natives.presets;
}
