package dev.graft.weights;

import static dev.graft.weights.WeightsFiles.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.WeightsKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models in several files beside an index. */
class ShardsTest {
    private static final String FIRST = "model-00001-of-00002.safetensors";
    private static final String SECOND = "model-00002-of-00002.safetensors";

    @TempDir
    Path folder;

    private Path index;

    @BeforeEach
    void write() throws IOException {
        safetensors(FIRST, "model.a", "model.c");
        safetensors(SECOND, "model.b");
        index = index(map("model.a", FIRST, "model.b", SECOND, "model.c", FIRST));
    }

    private static Map<String, String> map(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) map.put(pairs[i], pairs[i + 1]);
        return map;
    }

    private Path index(Map<String, String> map) throws IOException {
        List<String> items = new ArrayList<>();
        map.forEach((tensor, file) -> items.add("\"" + tensor + "\": \"" + file + "\""));
        return text("{\n  \"metadata\": {\"total_size\": 1},\n  \"weight_map\": {" + String.join(", ", items) + "}}");
    }

    private Path text(String text) throws IOException {
        return Files.writeString(folder.resolve("model.safetensors.index.json"), text);
    }

    /** Each tensor holds the last letter of its name. */
    private static ByteBuffer number(String name) {
        ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        return bytes.putFloat(0, name.charAt(name.length() - 1));
    }

    private void safetensors(String file, String... names) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter(Map.of("format", "pt"));
        for (String name : names) writer.add(name, ScalarKind.F32, List.of(1L), number(name));
        try (FileChannel out = WeightsFiles.create(folder.resolve(file))) {
            writer.write(out);
        }
    }

    private void bin(String file, String... names) throws IOException {
        StateDictWriter writer = new StateDictWriter();
        for (String name : names) writer.add(name, ScalarKind.F32, List.of(1L), number(name));
        try (FileChannel out = WeightsFiles.create(folder.resolve(file))) {
            writer.write(out);
        }
    }

    private static void assertRead(Path index) throws IOException {
        try (WeightsFile file = WeightsFile.open(index)) {
            assertEquals(WeightsKind.SHARDS, file.kind());
            assertEquals(List.of("a", "b", "c"), List.copyOf(file.tensors().keySet()));
            for (String name : file.tensors().keySet())
                assertArrayEquals(
                        new float[] {name.charAt(0)},
                        WeightsFiles.floats(file, file.tensors().get(name)));
            assertTrue(
                    file.notes().get(0).startsWith("read 2 shards: "),
                    file.notes().toString());
            assertEquals("took the prefix 'model.' off every name", file.notes().get(1));
        }
    }

    @Test
    void open_safetensors_readsAllInTheIndexsOrder() throws IOException {
        assertRead(index);
    }

    @Test
    void open_stateDicts_readsAll() throws IOException {
        bin("pytorch_model-00001-of-00002.bin", "model.c", "model.a");
        bin("pytorch_model-00002-of-00002.bin", "model.b");
        assertRead(index(map(
                "model.a",
                "pytorch_model-00001-of-00002.bin",
                "model.b",
                "pytorch_model-00002-of-00002.bin",
                "model.c",
                "pytorch_model-00001-of-00002.bin")));
    }

    @Test
    void bytes_countTheShards_andCloseClosesThem() throws IOException {
        WeightsFile file = WeightsFile.open(index);
        assertEquals(
                Files.size(index) + Files.size(folder.resolve(FIRST)) + Files.size(folder.resolve(SECOND)),
                file.bytes());
        var tensor = file.tensors().get("b");
        assertEquals('b', file.view(tensor).getFloat(0));
        file.close();
        assertThrows(IllegalStateException.class, () -> file.readStorage(tensor, ByteBuffer.allocate(4)));
        long open = open();
        for (int i = 0; i < 5; i++) WeightsFile.open(index).close();
        safetensors(SECOND, "model.x");
        for (int i = 0; i < 5; i++) assertRefused(index, "lacks model.b");
        assertEquals(open, open());
    }

    /** Open files of this process below the folder; 0 where the system does not tell. */
    private long open() throws IOException {
        Path all = Path.of("/proc/self/fd");
        if (!Files.isDirectory(all)) return 0;
        long count = 0;
        try (var links = Files.newDirectoryStream(all)) {
            for (Path link : links)
                if (target(link).startsWith(folder.toRealPath().toString())) count++;
        }
        return count;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) { // closed meanwhile
            return "";
        }
    }

    @Test
    void open_missingShard_namesIt() throws IOException {
        Files.delete(folder.resolve(SECOND));
        assertRefused(index, "names " + SECOND + ", not beside it; download all parts");
    }

    @Test
    void open_renamedShard_namesBoth() throws IOException {
        Files.move(folder.resolve(SECOND), folder.resolve("part2.safetensors"));
        assertRefused(
                index, "names " + SECOND + ", not beside it; there but not named: part2.safetensors; give a file");
    }

    @Test
    void open_surplusShard_namesIt() throws IOException {
        safetensors("model-00003-of-00003.safetensors", "model.d");
        assertRefused(index, "has beside it model-00003-of-00003.safetensors, which it does not name");
    }

    @Test
    void open_otherFilesBeside_areNoMatter() throws IOException {
        safetensors("other.safetensors", "x");
        bin("pytorch_model-00001-of-00001.bin", "x");
        assertRead(index);
    }

    @Test
    void open_shardOfOtherTensors_namesThem() throws IOException {
        safetensors(SECOND, "model.b", "model.d");
        assertRefused(index, "does not fit to " + SECOND + ", which holds model.d besides");
        safetensors(SECOND, "model.d");
        assertRefused(index, ", which lacks model.b, which holds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/etc/passwd", "a/b.bin", "..", "a\\\\b", "", "c:x", "a\\nb"})
    void open_fileElsewhere_isRefused(String name) throws IOException {
        assertRefused(text("{\"weight_map\": {\"a\": \"" + name + "\"}}"), "names the file '");
    }

    @Test
    void open_indexOfItself_isRefused() throws IOException {
        assertRefused(index(map("a", "model.safetensors.index.json")), "is text (JSON), not weights");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{\"a\": 3}", "{\"a\": 3}}", "3", "{\"a\": \"b\", \"a\": \"b\""})
    void open_mapOfSomethingElse_isRefused(String map) throws IOException {
        assertRefused(text("{\"weight_map\": " + map + "}"), "");
    }

    @Test
    void open_tensorTwice_isRefused() throws IOException {
        assertRefused(
                text("{\"weight_map\": {\"a\": \"" + FIRST + "\", \"a\": \"" + SECOND + "\"}}"),
                "two files for tensor 'a'");
    }

    @Test
    void open_shardAlone_saysWhichIndexToGive() throws IOException {
        try (WeightsFile file = WeightsFile.open(folder.resolve(FIRST))) {
            assertTrue(
                    file.notes().get(2).contains("one of 2 parts of a model: give model.safetensors.index.json"),
                    file.notes().toString());
        }
    }
}
