package dev.graft.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.image.Engine;
import dev.graft.image.Normalization;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every figure against torchvision's own (tools/golden_hub.py); no network. */
class KnownWeightsTest {
    private static JsonNode golden() throws IOException {
        try (InputStream in = KnownWeightsTest.class.getResourceAsStream("/golden/hub/known.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static List<Float> floats(JsonNode numbers) {
        List<Float> list = new ArrayList<>();
        numbers.forEach(n -> list.add((float) n.asDouble()));
        return list;
    }

    @Test
    void values_areTorchvisions() throws IOException {
        JsonNode known = golden().get("known");
        assertEquals(known.size(), KnownWeights.values().length);
        for (JsonNode k : known) {
            KnownWeights w = KnownWeights.valueOf(k.get("name").asText());
            assertEquals(k.get("url").asText(), w.file().address().toString());
            assertEquals(k.get("architecture").asText(), w.architecture().title());
            assertEquals(k.get("top1").asDouble(), w.top1Percent());
            assertEquals(k.get("top5").asDouble(), w.top5Percent());
            int shortSide = k.get("resize").get(0).asInt();
            int crop = k.get("crop").get(0).asInt();
            Preprocessing p = w.preprocessing();
            assertEquals(new Resize.ShortSideCrop(shortSide, crop), p.resize(), w.name());
            assertEquals(new Normalization(floats(k.get("mean")), floats(k.get("std"))), p.normalization());
            assertEquals(Engine.EXACT, p.engine());
            for (long bytes :
                    new long[] {w.file().size().least(), w.file().size().most()}) {
                assertEquals(k.get("mebibytes").asDouble(), Math.rint(bytes / 1048576.0 * 1000) / 1000, w.name());
            }
        }
    }

    @Test
    void digests_beginAsTheFilesName_andThreeAreKnownWhole() {
        for (KnownWeights w : KnownWeights.values()) {
            String name = w.file().name();
            String digits = name.substring(name.lastIndexOf('-') + 1, name.lastIndexOf('.'));
            assertTrue(w.file().digest().hex().startsWith(digits), w.name());
        }
        assertEquals(
                List.of(
                        KnownWeights.RESNET18_IMAGENET1K_V1,
                        KnownWeights.RESNET50_IMAGENET1K_V1,
                        KnownWeights.RESNET50_IMAGENET1K_V2),
                Stream.of(KnownWeights.values())
                        .filter(w ->
                                w.file().digest().isWhole() && w.file().size().isExact())
                        .toList());
    }

    @Test
    void classes_areTorchvisionsInItsOrder() throws IOException {
        List<String> classes = KnownWeights.RESNET18_IMAGENET1K_V1.classes();
        assertEquals(1000, classes.size());
        assertEquals(1000, classes.stream().distinct().count());
        byte[] text = (String.join("\n", classes) + "\n").getBytes(StandardCharsets.UTF_8);
        assertEquals(golden().get("classes").asText(), HubFixture.digest(text).hex());
    }

    @Test
    void at_address_findsTheWeightsThere() {
        for (KnownWeights w : KnownWeights.values()) {
            assertEquals(Optional.of(w), KnownWeights.at(w.file().address() + "?x=y"));
        }
        assertEquals(
                Optional.of(KnownWeights.RESNET34_IMAGENET1K_V1),
                KnownWeights.at("http://download.pytorch.org/models/resnet34-b627a593.pth"));
        assertEquals(Optional.empty(), KnownWeights.at("https://example.com/models/resnet34-b627a593.pth"));
    }

    @Test
    void named_anyCase_findsIt_andUnknownOnesAreToldWhatThereIs() {
        assertEquals(KnownWeights.RESNET50_IMAGENET1K_V2, KnownWeights.named("resnet50_imagenet1k-v2"));
        Exception e = assertThrows(IllegalArgumentException.class, () -> KnownWeights.named("ResNet50_V2"));
        assertEquals(
                "weights: unknown name 'ResNet50_V2'; did you mean one of [RESNET50_IMAGENET1K_V1,"
                        + " RESNET50_IMAGENET1K_V2]?",
                e.getMessage());
        for (String one : List.of("resnet34", "ResNet34_Weights.IMAGENET1K_V1", "ResNet34_Weights.DEFAULT")) {
            assertEquals("did you mean RESNET34_IMAGENET1K_V1?", KnownWeights.suggestion(one));
        }
        assertEquals(
                "did you mean WIDE_RESNET50_2_IMAGENET1K_V2?",
                KnownWeights.suggestion("Wide_ResNet50_2_Weights.IMAGENET1K_V2"));
        e = assertThrows(IllegalArgumentException.class, () -> KnownWeights.named("vgg"));
        assertTrue(e.getMessage().contains("there are [RESNET18_IMAGENET1K_V1, "), e.getMessage());
    }
}
