package dev.graft.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two collections of odd, old and broken pictures of other projects: Pillow's verdict and pixels, save for listed exceptions. */
class CorpusTest {
    private static final int SECONDS_PER_FILE = 5;

    /** The whole corpus, decoded and resized, in one JVM whose heap is 256 MB. */
    @Test
    void decode_corpus_heapOf256MegabytesIsEnough(@TempDir Path folder) throws Exception {
        Path corpus = SharedFolder.orSkip().resolve("corpus");
        try (ChildJvm child = ChildJvm.start(folder, ChildJvm.digesting("-Xmx256m"), PixelHashes.class, corpus)) {
            ChildJvm.Result result = child.await(Duration.ofMinutes(2));
            assertEquals(0, result.exit(), result.output());
            long decoded = result.output()
                    .lines()
                    .filter(l -> l.matches(".*(\\t[0-9a-f]{64}){3}"))
                    .count();
            assertTrue(decoded > 1_000, decoded + " pictures decoded");
        }
    }

    /** 1,229 files. AVIF, which is not read at all, is listed and does not count. */
    @Test
    void decode_corpus_agreesWithPillowSaveForTheListedExceptions() throws Exception {
        compare("corpus", 18);
    }

    /** Files of kinds on which an earlier reader and Pillow differed. */
    @Test
    void decode_secondCorpus_agreesWithPillowSaveForTheListedExceptions() throws Exception {
        compare("corpus-more", 5);
    }

    private static void compare(String name, int most) throws Exception {
        Path corpus = SharedFolder.orSkip().resolve(name);
        Map<String, String> seen = new TreeMap<>();
        ExecutorService worker = Executors.newSingleThreadExecutor(r -> {
            Thread thread = new Thread(r, "corpus");
            thread.setDaemon(true);
            return thread;
        });
        for (Map<String, String> row : manifest(corpus)) {
            String kind = worker.submit(() -> difference(corpus, row)).get(SECONDS_PER_FILE, TimeUnit.SECONDS);
            if (kind != null) seen.put(row.get("path"), kind);
        }
        worker.shutdownNow();
        Map<String, String> listed = exceptions(name);
        long counted =
                listed.keySet().stream().filter(path -> !path.endsWith(".avif")).count();
        assertTrue(counted <= most, counted + " exceptions, at most " + most);
        assertEquals(lines(listed), lines(seen), name + "-exceptions.tsv against what differs now");
    }

    /** How our verdict differs from Pillow's, or null when it does not. */
    private static String difference(Path corpus, Map<String, String> row) throws IOException {
        boolean good = row.get("path").startsWith("good/");
        Pixels pixels;
        try {
            pixels = new PictureReader(Preprocessing.standard()).decode(corpus.resolve(row.get("path")));
        } catch (PictureException e) {
            assertTrue(e.getMessage().startsWith(corpus.resolve(row.get("path")) + ": "), e.getMessage());
            return good ? "refused" : null;
        }
        if (!good) return "accepted";
        if (DrawnPicture.sha256(pixels.rgb()).equals(row.get("rgb_sha256"))) return null;
        boolean cmykWithinTwo =
                row.get("format").equals("JPEG") && row.get("mode").equals("CMYK");
        return cmykWithinTwo && row.get("opencv413_imdecode").equals("NEAR<=2") ? null : "differs";
    }

    private static List<Map<String, String>> manifest(Path corpus) throws IOException {
        List<String> lines = Files.readAllLines(corpus.resolve("manifest.tsv"));
        String[] names = lines.get(0).split("\t", -1);
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split("\t", -1);
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < names.length; i++) row.put(names[i], cells[i]);
            rows.add(row);
        }
        return rows;
    }

    private static Map<String, String> exceptions(String name) throws IOException {
        Map<String, String> listed = new TreeMap<>();
        try (var in = CorpusTest.class.getResourceAsStream("/" + name + "-exceptions.tsv")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().skip(1).toList()) {
                String[] cells = line.split("\t", -1);
                assertEquals(3, cells.length, "file, kind and reason: " + line);
                assertTrue(!cells[2].isBlank(), "a reason: " + line);
                listed.put(cells[0], cells[1]);
            }
        }
        return listed;
    }

    private static String lines(Map<String, String> map) {
        StringBuilder text = new StringBuilder();
        map.forEach((file, kind) -> text.append(file).append('\t').append(kind).append('\n'));
        return text.toString();
    }
}
