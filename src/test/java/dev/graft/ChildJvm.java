package dev.graft;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A main class of the tests in a JVM of its own, with the tests' class path. Close it: it does not outlive its parent. */
public final class ChildJvm implements AutoCloseable {
    /** How a child ended; {@code output} holds standard output and error. */
    public record Result(int exit, String output) {}

    /** What a JVM says first that has a file of directives. */
    private static final String DIRECTIVES = "2 compiler directives added\n";

    private final Process process;
    private final Path output;

    private ChildJvm(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * Starts a child.
     *
     * @param folder where it runs and where its output goes
     * @param flags of java, such as -Xmx64m
     */
    public static ChildJvm start(Path folder, List<String> flags, Class<?> main, Object... args) throws IOException {
        return start(folder, List.of(), flags, main, args);
    }

    /** The same with files limited to {@code kilobytes}: writing beyond fails, as it does on a full disk. */
    public static ChildJvm startOnFullDisk(
            Path folder, long kilobytes, List<String> flags, Class<?> main, Object... args) throws IOException {
        return start(folder, within("-f " + kilobytes), flags, main, args);
    }

    /** Starts a child that has this much room for addresses: large libraries find none. */
    public static ChildJvm startInLittleSpace(
            Path folder, long kilobytes, List<String> flags, Class<?> main, Object... args) throws IOException {
        return start(folder, within("-v " + kilobytes), flags, main, args);
    }

    private static List<String> within(String limit) {
        return List.of("bash", "-c", "ulimit " + limit + "; exec \"$0\" \"$@\"");
    }

    private static ChildJvm start(Path folder, List<String> shell, List<String> flags, Class<?> main, Object... args)
            throws IOException {
        List<String> command = new ArrayList<>(shell);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:-CreateCoredumpOnCrash", "-XX:TieredStopAtLevel=1"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        for (Object arg : args) {
            command.add(arg.toString());
        }
        return start(folder, command);
    }

    /**
     * These flags, for a child that digests whole models or many pictures: it has C2 for digests alone, as the tests' own JVM
     * has, without which they take ten times as long.
     */
    public static List<String> digesting(String... flags) {
        List<String> all = new ArrayList<>();
        for (String own : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (own.matches("-XX:(.UnlockDiagnosticVMOptions|.DisplayVMOutputToStderr|CompilerDirectivesFile=.*)"))
                all.add(own);
        }
        if (!all.isEmpty()) all.add("-XX:TieredStopAtLevel=4");
        all.addAll(List.of(flags));
        return all;
    }

    private static ChildJvm start(Path folder, List<String> command) throws IOException {
        Path output = Files.createTempFile(folder, "child", ".out");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new ChildJvm(process, output);
    }

    /** Runs a child to its end, two minutes at most. */
    public static Result run(Path folder, List<String> flags, Class<?> main, Object... args) throws IOException {
        try (ChildJvm child = start(folder, flags, main, args)) {
            return child.await(Duration.ofMinutes(2));
        }
    }

    /** Runs java with these arguments and no others, two minutes at most. */
    public static Result runJava(Path folder, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        try (ChildJvm child = start(folder, command)) {
            return child.await(Duration.ofMinutes(2));
        }
    }

    /** Waits for the end. */
    public Result await(Duration limit) throws IOException {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the child still runs after " + limit + ": " + output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return new Result(process.exitValue(), output());
    }

    /**
     * Waits until so many whole lines begin with a text; returns all whole lines until then.
     *
     * @throws AssertionError when it ends before, or takes longer
     */
    public List<String> awaitLines(String beginning, int count, int seconds) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            boolean over = !process.isAlive();
            String text = output();
            List<String> lines =
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
            if (lines.stream().filter(l -> l.startsWith(beginning)).count() >= count) return lines;
            if (over || System.nanoTime() > end)
                throw new AssertionError("no " + count + " lines of " + beginning + ", "
                        + (over ? "it ended with " + process.exitValue() : "it still runs") + ": " + text);
            Thread.sleep(1);
        }
    }

    /** Asks it to end as a service manager does (SIGTERM). */
    public void terminate() {
        process.destroy();
    }

    /** Waits until it has written this, two minutes at most. */
    public void awaitOutput(String text) throws IOException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!output().contains(text)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new AssertionError("the child has not written '" + text + "': " + output());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** What it has written so far. */
    public String output() throws IOException {
        return Files.readString(output).replace(DIRECTIVES, "");
    }

    /** Kills it as the kernel does (SIGKILL), and waits until it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
