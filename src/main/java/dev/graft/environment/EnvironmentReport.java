package dev.graft.environment;

import dev.graft.javacpp.KernelLibrary;
import dev.graft.torch.Natives;
import dev.graft.torch.Processor;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * The versions and the hardware of a run, for error reports and measurements. It contains no file, user or host name.
 *
 * @param facts from a name such as {@code libtorch} to its value, in the order of the report
 */
public record EnvironmentReport(Map<String, String> facts) {
    private static final Pattern ONEDNN = Pattern.compile("v(\\d+(\\.\\d+)+)");

    /** Copies the map and keeps its order. */
    public EnvironmentReport {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /**
     * Describes this process and its machine; loads the native libraries. Thread-safe.
     *
     * @throws dev.graft.torch.TorchException when LibTorch cannot be loaded
     */
    public static EnvironmentReport read() {
        Natives.load();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("graft", version());
        facts.put(
                "java",
                Runtime.version() + " of " + System.getProperty("java.vendor") + ", heap of at most "
                        + (Runtime.getRuntime().maxMemory() >> 20) + " MiB");
        facts.put("system", property("os.name") + " " + property("os.version") + ", " + property("os.arch"));
        facts.put("processor", Processor.description());
        try (BytePointer capability = torch.get_cpu_capability();
                BytePointer oneDnn = torch.get_mkldnn_version()) {
            facts.put("libtorch", version("org.bytedeco", "pytorch") + ", kernels for " + capability.getString());
            Matcher version = ONEDNN.matcher(oneDnn.getString());
            facts.put("onednn", version.find() ? version.group(1) : "none");
        }
        facts.put("openblas", version("org.bytedeco", "openblas"));
        facts.put("opencv", version("org.bytedeco", "opencv"));
        facts.put("kernels", KernelLibrary.description());
        facts.put("threads", Threads.get() + " compute, " + Threads.decoders() + " decode: " + Threads.origin());
        facts.put("gpus", torch.cuda_is_available() ? Long.toString(torch.getNumGPUs()) : "none");
        return new EnvironmentReport(facts);
    }

    /** The versions alone, in one line; loads nothing native. */
    public static String versions() {
        return "graft " + version() + " (libtorch " + version("org.bytedeco", "pytorch") + ", java " + Runtime.version()
                + ")";
    }

    /** The version of Graft, such as {@code 0.1.0}; "unknown version" when its classes are not in a jar. */
    public static String version() {
        return version("dev.graft", "graft");
    }

    private static String property(String name) {
        return System.getProperty(name);
    }

    /** The version of a jar. For bytedeco's jars it is the library's version, then that of the bindings. */
    private static String version(String group, String artifact) {
        String found = null;
        try {
            found = Loader.getVersion(group, artifact);
        } catch (IOException e) { // as with null: not in a jar, or repacked without Maven's properties
        }
        return found == null ? "unknown version" : found;
    }

    /** A line for each fact. */
    @Override
    public String toString() {
        return facts.entrySet().stream()
                .map(fact -> String.format("%-10s %s", fact.getKey(), fact.getValue()))
                .collect(Collectors.joining("\n"));
    }
}
