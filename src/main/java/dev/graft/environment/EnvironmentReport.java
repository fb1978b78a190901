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
 * What a run depends on beside its input, for a report of an error or of a measurement. It names no file, no user and no
 * host.
 *
 * @param facts from a name such as {@code libtorch} to what is there, in the order of the report
 */
public record EnvironmentReport(Map<String, String> facts) {
    private static final Pattern ONEDNN = Pattern.compile("v(\\d+(\\.\\d+)+)");

    /** Keeps the order. */
    public EnvironmentReport {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /**
     * Looks at this process and its machine; loads the native libraries. Any thread may call.
     *
     * @throws dev.graft.torch.TorchException when LibTorch cannot be loaded
     */
    public static EnvironmentReport read() {
        Natives.load();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("graft", version("dev.graft", "graft"));
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

    private static String property(String name) {
        return System.getProperty(name);
    }

    /** Of a jar; for bytedeco's the library's version, then that of the bindings. */
    private static String version(String group, String artifact) {
        try {
            return Loader.getVersion(group, artifact);
        } catch (IOException e) { // in no jar, or packed anew without what Maven noted in it
            return "of unknown version";
        }
    }

    /** A line for each fact. */
    @Override
    public String toString() {
        return facts.entrySet().stream()
                .map(fact -> String.format("%-10s %s", fact.getKey(), fact.getValue()))
                .collect(Collectors.joining("\n"));
    }
}
