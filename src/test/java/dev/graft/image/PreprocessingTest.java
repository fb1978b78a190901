package dev.graft.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class PreprocessingTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void table_goldenValues_equalsTorchvisionBitForBit() {
        checkTable("table_imagenet.bin", Normalization.IMAGENET);
        checkTable("table_odd.bin", new Normalization(List.of(0.1307f, 0.5f, 0.3f), List.of(0.3081f, 0.5f, 0.7f)));
    }

    private static void checkTable(String name, Normalization normalization) {
        ByteBuffer golden = ByteBuffer.wrap(DrawnPicture.golden(name)).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] channel : normalization.table())
            for (float value : channel)
                assertEquals(Float.floatToRawIntBits(golden.getFloat()), Float.floatToRawIntBits(value), name);
    }

    @Test
    void json_everyKind_makesTheRoundTrip() throws Exception {
        Preprocessing crop = Preprocessing.opencv()
                .withResize(new Resize.ShortSideCrop(256, 224))
                .withNormalization(Normalization.IDENTITY)
                .withOrientation(Orientation.EXIF)
                .withDecoding(Decoding.SCALED)
                .withMaxPixels(1_000_000);
        for (Preprocessing p : List.of(Preprocessing.standard(), crop)) {
            String text = MAPPER.writeValueAsString(p.toJson());
            assertEquals(p, Preprocessing.fromJson(MAPPER.readTree(text)), text);
        }
    }

    /** Caches of features are found by these words. */
    @Test
    void json_fromBeforeThereWasDecoding_isExactAndStaysAsItWas() throws Exception {
        String old = "{\"resize\":{\"kind\":\"stretch\",\"height\":224,\"width\":224},\"normalization\":{\"mean\":"
                + "[0.485,0.456,0.406],\"std\":[0.229,0.224,0.225]},\"engine\":\"exact\",\"orientation\":\"ignore\","
                + "\"max_pixels\":178956970}";
        assertEquals(Preprocessing.standard(), Preprocessing.fromJson(MAPPER.readTree(old)));
        assertEquals(old, Preprocessing.standard().toJson().toString());
        String scaled =
                Preprocessing.standard().withDecoding(Decoding.SCALED).toJson().toString();
        assertTrue(scaled.contains("\"decoding\":\"scaled\""), scaled);
    }

    @Test
    void fromJson_unknownMissingOrMistypedField_namesIt() {
        refuses("sharpen", json -> json.put("sharpen", 1));
        refuses("engine", json -> json.remove("engine"));
        refuses("engine", json -> json.put("engine", "gpu"));
        refuses("orientation", json -> json.put("orientation", 3));
        refuses("decoding", json -> json.put("decoding", "half"));
        refuses("decoding", json -> json.putNull("decoding"));
        refuses("grey.kind", json -> json.putObject("grey").put("kind", "ramp"));
        refuses("grey.width", json -> json.putObject("grey")
                .put("kind", "window")
                .put("centre", 40)
                .put("width", "wide"));
        refuses("high", json -> json.putObject("grey").put("kind", "percentile").put("low", 1));
        refuses("max_pixels", json -> json.put("max_pixels", "many"));
        refuses("max_pixels", json -> json.put("max_pixels", 1.5));
        refuses("resize", json -> json.put("resize", 224));
        refuses("resize.kind", json -> json.withObject("/resize").put("kind", "magic"));
        refuses("resize.kind", json -> json.withObject("/resize").remove("kind"));
        refuses("height", json -> json.withObject("/resize").put("height", 1L << 40));
        refuses("height", json -> json.withObject("/resize").put("height", 0));
        refuses("width", json -> json.withObject("/resize").remove("width"));
        refuses("mean", json -> json.withObject("/normalization").put("mean", 0.5));
        refuses("mean", json -> json.withObject("/normalization")
                .putArray("mean")
                .add(1)
                .add(2));
        refuses("std", json -> json.withObject("/normalization")
                .putArray("std")
                .add(1)
                .add("2")
                .add(3));
        refuses("std", json -> json.withObject("/normalization")
                .putArray("std")
                .add(1)
                .add(0)
                .add(3));
    }

    private interface Change {
        Object on(ObjectNode json);
    }

    private static void refuses(String field, Change change) {
        ObjectNode json = Preprocessing.standard().toJson();
        change.on(json);
        String message = assertThrows(IllegalArgumentException.class, () -> Preprocessing.fromJson(json))
                .getMessage();
        assertTrue(message.contains(field), message);
    }

    @Test
    void fromJson_null_saysWhatItNeeds() {
        String message = assertThrows(IllegalArgumentException.class, () -> Preprocessing.fromJson(null))
                .getMessage();
        assertTrue(message.contains("preprocessing must be an object"), message);
    }

    @Test
    void constructors_outOfRange_nameTheField() {
        assertNames("crop", () -> new Resize.ShortSideCrop(224, 225));
        assertNames("shortSide", () -> new Resize.ShortSideCrop(0, 0));
        assertNames("height", () -> new Resize.Stretch(0, 5));
        assertNames("maxPixels", () -> Preprocessing.standard().withMaxPixels(0));
        assertNames("mean", () -> new Normalization(List.of(0f, 0f, Float.NaN), List.of(1f, 1f, 1f)));
        assertNames("rgb", () -> new Pixels(2, 2, new byte[11]));
    }

    private static void assertNames(String field, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.startsWith(field), message);
    }
}
