package dev.graft.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchvisionOrderTest {
    @Test
    void open_nastyTree_givesTorchvisionsClassesAndSamples(@TempDir Path root) throws IOException {
        String encoding = System.getProperty("sun.jnu.encoding");
        assumeTrue("UTF-8".equalsIgnoreCase(encoding), "file names are " + encoding + ": set LC_ALL=C.UTF-8");
        JsonNode tree = tree();
        for (JsonNode file : tree.get("files")) Trees.write(root, file.asText());
        for (Map.Entry<String, JsonNode> link : tree.get("links").properties())
            Files.createSymbolicLink(
                    root.resolve(link.getKey()), Path.of(link.getValue().asText()));

        ImageFolder folder = ImageFolder.open(root);

        List<String> classes = new ArrayList<>();
        tree.get("classes").forEach(c -> classes.add(c.asText()));
        assertEquals(classes, folder.classes());
        assertEquals(samples(root, tree.get("train")), folder.train());
        assertEquals(samples(root, tree.get("val")), folder.validation());
    }

    private static List<Sample> samples(Path root, JsonNode listing) {
        List<Sample> samples = new ArrayList<>();
        for (JsonNode pair : listing)
            samples.add(
                    new Sample(root.resolve(pair.get(0).asText()), pair.get(1).asInt()));
        return samples;
    }

    private static JsonNode tree() throws IOException {
        try (InputStream in = TorchvisionOrderTest.class.getResourceAsStream("/golden/data/tree.json")) {
            return new ObjectMapper().readTree(in);
        }
    }
}
