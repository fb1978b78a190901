package dev.graft.weights;

import static dev.graft.weights.SafetensorsBytes.A;
import static dev.graft.weights.SafetensorsBytes.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.graft.weights.tensor.StoredTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Safetensors files that lie, are cut, or carry what the format does not have. */
class HostileSafetensorsTest {
    @TempDir
    Path folder;

    @Test
    void header_honest_isRead() throws IOException {
        assertEquals(1, read("{" + A + "}", 2));
        assertEquals(1, read("{" + A + ",\"__metadata__\":{}} \n\t\r", 2));
        assertEquals(1, read(tensor("\"U8\"", "[]", "[0,1]"), 1));
        assertEquals(1, read(tensor("\"I64\"", "[0,9223372036854775807]", "[0,0]"), 0));
        assertEquals(1, read(tensor("\"U8\"", ones(64), "[0,1]"), 1));
        assertEquals(0, read("{}", 0));
        String twoEmpty = "{\"x\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[2,2]},"
                + "\"y\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}," + A + "}";
        assertEquals(3, read(twoEmpty, 2));
        assertEquals(1, read(A.replace("\"a\"", "{\"" + "n".repeat(200_000) + "\"") + "}", 2));
    }

    @Test
    void length_thatLies_isRefused() throws IOException {
        byte[] header = ("{" + A + "}").getBytes(StandardCharsets.UTF_8);
        refused(SafetensorsBytes.of(100_000_001, header, 2), "length of a safetensors header (at most 100000000");
        refused(SafetensorsBytes.of(100_000_000, header, 2), "is truncated: its header has 100000000 bytes");
        refused(SafetensorsBytes.of(header.length + 3, header, 2), "is truncated: its header has");
        refused(SafetensorsBytes.of(header.length + 1, header, 2), "is not JSON");
        refused(SafetensorsBytes.of(header.length - 1, header, 2), "is not JSON");
        refused(SafetensorsBytes.of(0, header, 2), "does not begin with '{'");
        refused(SafetensorsBytes.of(-1, header, 2), "begins with ff ff");
    }

    @Test
    void file_cutAnywhere_isRefused() throws IOException {
        byte[] whole = Files.readAllBytes(WeightsFiles.golden("../safetensors/kinds.safetensors"));
        for (int bytes = 0; bytes < whole.length; bytes++)
            refused(Arrays.copyOf(whole, bytes), bytes > 8 ? "is truncated" : "");
        refused(Arrays.copyOf(whole, whole.length + 1), "1 bytes that belong to no tensor", "download it again");
    }

    @Test
    void text_thatIsNoJson_isRefused() throws IOException {
        for (String bad : new String[] {
            "{" + A + ",}",
            "{" + A,
            "{" + A + "}x",
            "{'a':1}",
            "{/**/}",
            "{\"a\":NaN}",
            "{\"a\u0001\":1}",
            "{\"\\x\":1}",
            "{\"a\":01}",
            "{\"a\":+1}",
            "{\f}",
            "{" + A + "}\0"
        }) refused(SafetensorsBytes.of(bad, 2), "has a header that is not JSON", "re-save it");
        refused(SafetensorsBytes.of("{" + A + "} {}", 2), "more than one object");
        for (int[] bytes : new int[][] {{0xC0, 0x80}, {0xED, 0xA0, 0x80}, {0xFF}, {0xF8, 0x88, 0x80, 0x80, 0x80}}) {
            String mark = "m".repeat(bytes.length);
            byte[] header = ("{\"" + mark + "\":1}").getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 0; i < bytes.length; i++) header[2 + i] = (byte) bytes[i];
            refused(SafetensorsBytes.of(header, 0), "is not UTF-8");
        }
        for (String half : new String[] {"\\ud800", "\\udc00", "\\ud83dx", "\\udc00\\ud800"})
            refused(SafetensorsBytes.of(("{" + A + "}").replace("\"a\"", "\"" + half + "\""), 2), "surrogate");
    }

    @Test
    void names_twice_areRefused() throws IOException {
        refused(SafetensorsBytes.of("{" + A + "," + A + "}", 2), "two tensors named 'a'");
        refused(
                SafetensorsBytes.of("{" + A + "," + A.replace("\"a\"", "\"\\u0061\"") + "}", 2),
                "two tensors named 'a'");
        refused(SafetensorsBytes.of("{\"__metadata__\":{},\"__metadata__\":{}}", 0), "two entries __metadata__");
        refused(SafetensorsBytes.of("{\"__metadata__\":{\"k\":\"\",\"k\":\"\"}}", 0), "two texts 'k'");
        refused(SafetensorsBytes.of(tensor("\"U8\",\"dtype\":\"U8\"", "[2]", "[0,2]"), 2), "two dtypes");
        refused(SafetensorsBytes.of(tensor("\"U8\"", "[2],\"shape\":[2]", "[0,2]"), 2), "two shapes");
        refused(SafetensorsBytes.of(tensor("\"U8\"", "[2]", "[0,2],\"data_offsets\":[0,2]"), 2), "two data_offsets");
    }

    @Test
    void entries_ofAnotherForm_areRefused() throws IOException {
        for (String value : new String[] {"null", "1", "\"x\"", "[\"U8\",[2],[0,2]]", "[".repeat(100_000)})
            refused(SafetensorsBytes.of("{\"a\":" + value + "}", 2), "something else than an object for tensor 'a'");
        refused(SafetensorsBytes.of("{\"a\":{\"dtype\":\"U8\",\"shape\":[2]}}", 2), "without its dtype, shape");
        refused(SafetensorsBytes.of(tensor("\"U8\"", "[2]", "[0,2],\"x\":" + "[".repeat(9)), 2), "'x' of tensor 'a'");
        refused(SafetensorsBytes.of("{\"__metadata__\":null}", 0), "an object of texts under __metadata__");
        refused(SafetensorsBytes.of("{\"__metadata__\":{\"k\":1}}", 0), "a text under __metadata__");
        for (String dtype : new String[] {"null", "1", "{\"U8\":null}"})
            refused(SafetensorsBytes.of(tensor(dtype, "[2]", "[0,2]"), 2), "something else than a dtype");
        for (String dtype : new String[] {"u8", "C128", "F4_X2", "float32", ""})
            refused(SafetensorsBytes.of(tensor("\"" + dtype + "\"", "[2]", "[0,2]"), 2), "(allowed: BOOL, U8, I8, ");
        for (String dtype : new String[] {"F4", "F6_E2M3", "F6_E3M2"})
            refused(SafetensorsBytes.of(tensor("\"" + dtype + "\"", "[4]", "[0,2]"), 2), "less than a byte each");
    }

    @Test
    void sizes_thatAreNoSizes_areRefused() throws IOException {
        for (String size : new String[] {
            "-1",
            "-0",
            "2.0",
            "2e0",
            "\"2\"",
            "null",
            "true",
            "{}",
            "9223372036854775808",
            "18446744073709551616",
            "1".repeat(900)
        }) {
            refused(SafetensorsBytes.of(tensor("\"U8\"", "[" + size + "]", "[0,2]"), 2), "whole numbers from 0");
            refused(SafetensorsBytes.of(tensor("\"U8\"", "[2]", "[" + size + ",2]"), 2), "whole numbers from 0");
        }
        for (String list : new String[] {"null", "2", "{\"0\":2}", "\"[2]\""}) {
            refused(SafetensorsBytes.of(tensor("\"U8\"", list, "[0,2]"), 2), "a list as the shape");
            refused(SafetensorsBytes.of(tensor("\"U8\"", "[2]", list), 2), "a list as the data_offsets");
        }
        refused(SafetensorsBytes.of(tensor("\"U8\"", ones(65), "[0,1]"), 1), "more than 64 numbers");
        refused(SafetensorsBytes.of(tensor("\"U8\"", "[2]", "[0,2,2]"), 2), "more than 2 numbers");
        refused(SafetensorsBytes.of(tensor("\"U8\"", "[2]", "[2]"), 2), "two data_offsets");
        for (String shape :
                new String[] {"[4294967296,4294967296]", "[4294967296,4294967296,0]", "[0,4294967296,4294967296,1]"})
            refused(SafetensorsBytes.of(tensor("\"U8\"", shape, "[0,0]"), 0), "absurd shape");
        refused(SafetensorsBytes.of(tensor("\"F32\"", "[4611686018427387904]", "[0,0]"), 0), "absurd shape");
    }

    @Test
    void offsets_thatDoNotCoverTheData_areRefused() throws IOException {
        refused(SafetensorsBytes.of(tensor("\"U8\"", "[2]", "[1,3]"), 3), "at byte 1 of its data, where byte 0 comes");
        refused(SafetensorsBytes.of(tensor("\"U8\"", "[2]", "[2,0]"), 2), "at data_offsets [2, 0]");
        refused(SafetensorsBytes.of(tensor("\"U8\"", "[3]", "[0,2]"), 2), "takes 3 bytes");
        refused(SafetensorsBytes.of(tensor("\"F32\"", "[1]", "[0,2]"), 2), "takes 4 bytes");
        refused(SafetensorsBytes.of("{" + A + "}", 3), "1 bytes that belong to no tensor");
        refused(SafetensorsBytes.of("{" + A + "}", 1), "is truncated: its tensors have 2 bytes, 1 are there");
        refused(SafetensorsBytes.of("{}", 1), "belong to no tensor");
        String b = A.replace("\"a\"", "\"b\"");
        refused(SafetensorsBytes.of("{" + A + "," + b + "}", 4), "at byte 0 of its data, where byte 2 comes next");
        refused(SafetensorsBytes.of("{" + A + "," + b.replace("0,2", "1,3") + "}", 4), "where byte 2 comes next");
        refused(SafetensorsBytes.of("{" + A + "," + b.replace("0,2", "3,5") + "}", 5), "where byte 2 comes next");
        String hollow = "\"b\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[1,1]}";
        refused(SafetensorsBytes.of("{" + A + "," + hollow + "}", 2), "where byte 2 comes next");
        refused(
                SafetensorsBytes.of(tensor("\"U8\"", "[9223372036854775807]", "[0,9223372036854775807]"), 1),
                "is truncated: its tensors have 9223372036854775807 bytes");
    }

    private static String ones(int rank) {
        return "[" + "1,".repeat(rank - 1) + "1]";
    }

    private int read(String header, int dataBytes) throws IOException {
        Path file = Files.write(folder.resolve("good"), SafetensorsBytes.of(header, dataBytes));
        try (WeightsFile open = WeightsFile.open(file)) {
            for (StoredTensor tensor : open.tensors().values()) WeightsFiles.rowOrder(open, tensor);
            return open.tensors().size();
        }
    }

    private void refused(byte[] content, String... words) throws IOException {
        WeightsFiles.assertRefused(Files.write(folder.resolve("bad"), content), words);
    }
}
