package dev.graft.weights;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Python's own reader of a format, in a process of its own ({@code tools/reference_reader.py}). */
final class ReferenceReader implements AutoCloseable {
    /** Its verdict on a file that ends the process or keeps it busy for longer than it has patience. */
    static final String DIED = "died";

    private final List<String> command;
    private final Path batch;
    private Process process;
    private OutputStream questions;
    private BufferedReader answers;

    /** @param format what the script takes: {@code safetensors} or {@code torch} */
    ReferenceReader(String python, String format, Path folder) throws IOException {
        Path script = WeightsFiles.repository().resolve("tools/reference_reader.py");
        command = List.of(python, script.toString(), format);
        batch = folder.resolve("batch");
        start();
    }

    private void start() throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        questions = process.getOutputStream();
        answers = process.inputReader(StandardCharsets.US_ASCII);
    }

    /** Asks of several files at once, and does not wait. */
    void ask(List<byte[]> files) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(batch)))) {
            for (byte[] file : files) {
                out.writeInt(Integer.reverseBytes(file.length));
                out.write(file);
            }
        }
        questions.write((batch + "\n").getBytes(StandardCharsets.UTF_8));
        questions.flush();
    }

    /** The answers to {@link #ask}. */
    List<String> answers(List<byte[]> files) {
        try {
            List<String> verdicts = new ArrayList<>();
            while (verdicts.size() < files.size()) {
                String line = answers.readLine();
                if (line == null) restart(files.subList(verdicts.size() + 1, files.size()));
                verdicts.add(line == null ? DIED : line);
            }
            return verdicts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void restart(List<byte[]> rest) throws IOException {
        close();
        start();
        if (!rest.isEmpty()) ask(rest); // the batch of an empty question could be overwritten before it is read
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
