package dev.graft.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of Graft in PyTorch, and files of PyTorch in Graft: every dtype, both formats, in one run of Python. */
class TorchRoundTripTest {
    @TempDir
    Path folder;

    @Test
    void files_ofEach_areReadByTheOther() throws IOException, InterruptedException {
        String python = System.getProperty("graft.python", System.getenv("GRAFT_PYTHON"));
        Assumptions.assumeTrue(python != null, "needs a Python with torchvision (set GRAFT_PYTHON to its path)");
        writeOurs();
        runPython(python);
        readTheirs();
        for (String line : Files.readAllLines(folder.resolve("refuse.tsv"))) {
            String[] words = line.split("\t");
            WeightsFiles.assertRefused(
                    folder.resolve(words[0]),
                    List.of(words).subList(1, words.length).toArray(new String[0]));
        }
        for (String line : Files.readAllLines(folder.resolve("leave.tsv"))) {
            String[] words = line.split("\t");
            try (WeightsFile file = WeightsFile.open(folder.resolve(words[0]))) {
                assertEquals(Map.of(), file.tensors());
                for (int i = 1; i < words.length; i++)
                    assertTrue(file.notes().get(0).contains(words[i]), file.notes() + " lacks: " + words[i]);
            }
        }
    }

    private void writeOurs() throws IOException {
        StateDictWriter all = new StateDictWriter();
        StateDictWriter old = new StateDictWriter();
        for (ScalarKind kind : ScalarKind.values()) {
            add(all, kind.name(), kind, List.of(2L, 3L));
            if (kind.storageClass().isPresent()) add(old, kind.name(), kind, List.of(2L, 3L));
        }
        for (StateDictWriter file : List.of(all, old)) {
            add(file, "größe.one", ScalarKind.I64, List.of());
            add(file, "none", ScalarKind.F32, List.of(2L, 0L, 3L));
            add(file, "deep", ScalarKind.I16, List.of(1L, 2L, 1L, 3L, 2L));
        }
        try (FileChannel zip = WeightsFiles.create(folder.resolve("graft.pth"));
                FileChannel legacy = WeightsFiles.create(folder.resolve("graft-old.pth"))) {
            all.write(zip);
            old.writeLegacy(legacy);
        }
        LegacyBytes.python2().write(folder.resolve("python2.pth"));
        List<String> rows = new ArrayList<>();
        for (String file : List.of("graft.pth", "graft-old.pth", "python2.pth")) rows.addAll(rows(file));
        Files.write(folder.resolve("written.tsv"), rows);
    }

    private static void add(StateDictWriter file, String name, ScalarKind kind, List<Long> shape) {
        long elements = 1;
        for (long size : shape) elements *= size;
        byte[] bytes = new byte[(int) elements * kind.width()];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (kind == ScalarKind.BOOL ? i % 2 : 3 * i);
        int middle = bytes.length / 2;
        file.add(
                name,
                kind,
                shape,
                ByteBuffer.wrap(bytes, 0, middle),
                ByteBuffer.wrap(bytes, middle, bytes.length - middle));
    }

    private void runPython(String python) throws IOException, InterruptedException {
        Path script = WeightsFiles.repository().resolve("tools/check_torch_files.py");
        Process process = new ProcessBuilder(python, script.toString(), folder.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(120, TimeUnit.SECONDS));
        assertTrue(output.endsWith("all right\n"), output);
    }

    private void readTheirs() throws IOException {
        Map<String, List<String>> expected = new LinkedHashMap<>();
        for (String line : Files.readAllLines(folder.resolve("tell.tsv")))
            expected.computeIfAbsent(line.substring(0, line.indexOf('\t')), file -> new ArrayList<>())
                    .add(line);
        assertEquals(18, expected.size());
        for (Map.Entry<String, List<String>> file : expected.entrySet())
            assertEquals(String.join("\n", file.getValue()), String.join("\n", rows(file.getKey())));
    }

    private List<String> rows(String name) throws IOException {
        List<String> rows = new ArrayList<>();
        try (WeightsFile file = WeightsFile.open(folder.resolve(name))) {
            for (StoredTensor t : file.tensors().values()) {
                String shape =
                        String.join(",", t.shape().stream().map(String::valueOf).toList());
                byte[] digest = sha256(WeightsFiles.rowOrder(file, t));
                rows.add(String.join(
                        "\t",
                        name,
                        t.name(),
                        t.kind().dtype(),
                        shape,
                        HexFormat.of().formatHex(digest)));
            }
        }
        return rows;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
