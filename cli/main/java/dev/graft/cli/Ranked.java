package dev.graft.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.distributed.RankException;
import dev.graft.distributed.RankGroup;
import dev.graft.distributed.World;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.ExitGuard;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Runs a verb as one of several ranks. What fails here is told to the others, and their failure is told here, by name. */
final class Ranked {
    private static final String ERROR_FILE = "TORCHELASTIC_ERROR_FILE";

    /** What a rank does. */
    interface Work {
        int run(RankGroup group) throws IOException;
    }

    private Ranked() {}

    /** Joins the ranks and does the work. */
    static int run(RankOptions options, MachineOptions machine, Work done) throws IOException {
        try {
            watchParent();
            World world = options.world();
            if (machine.threads().isEmpty()) Threads.set(Math.max(1, Threads.get() / world.localSize()));
            try (ExitGuard.Work work = ExitGuard.begin(); // an exit waits until the connections are closed
                    RankGroup group = RankGroup.join(world, device(machine, world), options.patience())) {
                return run(group, done);
            }
        } catch (RuntimeException e) {
            report(e);
            throw e;
        } catch (IOException e) {
            report(e);
            throw e;
        }
    }

    private static int run(RankGroup group, Work work) throws IOException {
        try {
            return work.run(group);
        } catch (RankException | UsageException e) {
            group.fail(e);
            throw e;
        } catch (RuntimeException | IOException e) {
            group.fail(e);
            throw new IllegalStateException(group.at() + ": " + group.name() + ": " + e.getMessage(), e);
        } catch (Error e) {
            group.fail(e);
            throw e;
        }
    }

    /** On GPUs each rank of a machine has its own; this was never run. */
    private static ComputeDevice device(MachineOptions machine, World world) {
        ComputeDevice device = machine.device();
        boolean numbered = machine.deviceName().contains(":");
        return device.isCuda() && !numbered ? new ComputeDevice(ComputeDevice.Kind.CUDA, world.localRank()) : device;
    }

    /** A rank whose launcher was killed stops, with a checkpoint: nobody would wait for it. */
    private static void watchParent() {
        String parent = System.getenv(RankLauncher.PARENT);
        if (parent == null) return;
        Optional<ProcessHandle> there = ProcessHandle.of(Long.parseLong(parent));
        if (there.isEmpty()) throw new IllegalStateException("ranks: the process that started this rank has ended");
        there.get().onExit().thenRun(() -> new Thread(() -> System.exit(143), "graft-orphan").start());
    }

    /** Tells torchrun, which shows it in its own report. */
    private static void report(Exception e) {
        String place = System.getenv(ERROR_FILE);
        if (place == null || place.isEmpty()) return;
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace, true));
        Map<String, String> extra = Map.of(
                "py_callstack",
                trace.toString(),
                "timestamp",
                Long.toString(Instant.now().getEpochSecond()));
        try {
            Path file = Path.of(place);
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(
                    file,
                    new ObjectMapper()
                            .writeValueAsBytes(Map.of(
                                    "message", Map.of("message", String.valueOf(e.getMessage()), "extraInfo", extra))));
        } catch (IOException again) {
            e.addSuppressed(again); // the error itself is printed
        }
    }
}
