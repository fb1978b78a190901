package dev.graft.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A main class in a JVM of its own, with this one's class path. */
final class Child {
    private Child() {}

    /**
     * Runs it to its end.
     *
     * @param flags of java, such as -Xmx64m
     * @return what it wrote, errors too
     * @throws IOException with what it wrote when it failed
     */
    static String run(List<String> flags, Class<?> main, Object... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        for (Object arg : args) command.add(arg.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) throw new IOException(main.getSimpleName() + " ended with " + exit + ": " + said);
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(main.getSimpleName() + ": interrupted while it ran", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
