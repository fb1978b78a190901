package dev.graft.weights;

import static dev.graft.weights.WeightsFiles.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.tensor.WeightsKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs that torch.export wrote. */
class ExportedTest {
    private static final String META = "{'dtype':7,'sizes':[{'as_int':2}],'strides':[{'as_int':1}],"
            + "'storage_offset':{'as_int':0},'layout':7,'device':{'type':'cuda','index':0}}";

    @TempDir
    Path folder;

    private static Path golden(String name) throws Exception {
        return Path.of(ExportedTest.class.getResource("/golden/names/" + name).toURI());
    }

    @Test
    void tensors_ofPyTorch_haveItsNamesShapesAndBytes() throws Exception {
        List<String> rows = new ArrayList<>();
        try (WeightsFile file = WeightsFile.open(golden("exported.pt2"))) {
            assertEquals(WeightsKind.EXPORTED_PROGRAM, file.kind());
            assertEquals(List.of(), file.notes());
            for (StoredTensor t : file.tensors().values())
                rows.add(String.join(
                        "\t",
                        t.name(),
                        t.kind().dtype(),
                        commas(t.shape()),
                        commas(t.strides()),
                        HexFormat.of().formatHex(WeightsFiles.rowOrder(file, t))));
            assertEquals(
                    file.tensors().get("fc.weight").storage(),
                    file.tensors().get("tied.weight").storage());
        }
        Collections.sort(rows);
        assertEquals(Files.readAllLines(golden("exported.tsv")), rows);
    }

    private static String commas(List<Long> numbers) {
        return String.join(",", numbers.stream().map(String::valueOf).toList());
    }

    private Path write(String version, String... configs) throws IOException {
        TestZip zip = new TestZip();
        zip.add("a/archive_format", "pt2".getBytes(StandardCharsets.UTF_8));
        zip.add("a/archive_version", version.getBytes(StandardCharsets.UTF_8));
        zip.add("a/data/weights/weight_0", new byte[8]);
        for (int i = 0; i < configs.length; i++)
            zip.add(
                    "a/data/weights/m" + i + "_weights_config.json",
                    configs[i].replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        return zip.write(folder.resolve("program.pt2"));
    }

    private static String config(String tensors) {
        return "{'config':{" + tensors + "}}";
    }

    private static String tensor(String name, String meta) {
        return "'" + name + "':{'path_name':'weight_0','use_pickle':false,'is_param':true,'tensor_meta':" + meta + "}";
    }

    @Test
    void open_severalModels_namesThemApart() throws IOException {
        try (WeightsFile file = WeightsFile.open(write("0", config(tensor("a", META)), config(tensor("a", META))))) {
            assertEquals(List.of("m0.a", "m1.a"), List.copyOf(file.tensors().keySet()));
        }
    }

    @Test
    void open_pickledTensor_isLeftOutAndTold() throws IOException {
        String pickled = "'p':{'path_name':'weight_1','use_pickle':true,'tensor_meta':null}";
        try (WeightsFile file = WeightsFile.open(write("0", config(pickled + "," + tensor("a", META))))) {
            assertEquals(List.of("a"), List.copyOf(file.tensors().keySet()));
            assertEquals(List.of("left out tensors that are pickled: p"), file.notes());
        }
    }

    @Test
    void open_anotherVersion_isRefused() throws IOException {
        assertRefused(write("1", config(tensor("a", META))), "format 'pt2' version '1'", "torch.export.load(file)");
        assertRefused(write("0"), "with 0 lists of weights");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    'as_int':2 | 'as_int':3 | does not fit into a storage of 2 elements
                    'as_int':2 | 'as_int':-2 | must not be negative
                    'as_int':2 | 'as_int':99999999999999999999 | '99999999999999999999' as the sizes of tensor 'a'
                    {'as_int':2} | {'as_expr':'s0'} | no plain number as the sizes of tensor 'a'
                    'dtype':7 | 'dtype':0 | the dtype 0 of tensor 'a'
                    'dtype':7 | 'dtype':'x' | 'x' as the dtype of tensor 'a'
                    'dtype':7 | 'dtype':11 | 8 bytes are no whole number of C128
                    'layout':7 | 'layout':1 | the layout 1 of tensor 'a'
                    'storage_offset':{'as_int':0} | 'storage_offset':{'as_int':1} | does not fit into a storage
                    'strides':[{'as_int':1}] | 'strides':[] | as many strides as sizes
                    'strides':[{'as_int':1}], | nothing | without its path_name, dtype, sizes and strides
                    """)
    void open_tensorThatLies_isRefused(String honest, String lie, String told) throws IOException {
        String meta = META.replace(honest, lie.equals("nothing") ? "" : lie);
        assertRefused(write("0", config(tensor("a", meta))), told);
    }

    @Test
    void open_listThatIsNone_isRefused() throws IOException {
        assertRefused(write("0", "{'config':3}"), "something else than an object under 'config'");
        assertRefused(write("0", "{'config':{"), "text that is not JSON");
        assertRefused(write("0", config(tensor("a", META) + "," + tensor("a", META))), "two tensors named 'a'");
        String gone = tensor("a", META).replace("weight_0", "../../secret");
        assertRefused(write("0", config(gone)), "in the entry '../../secret', which is not in the file");
    }

    /** Each is read to the last tensor, or refused with the file's name. */
    @Test
    void open_damaged_isReadOrRefused() throws Exception {
        byte[] honest = Files.readAllBytes(golden("exported.pt2"));
        Random random = new Random(17);
        Path file = folder.resolve("damaged.pt2");
        int refused = 0;
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = honest.clone();
            for (int n = random.nextInt(4); n >= 0; n--)
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            Files.write(file, damaged);
            try (WeightsFile open = WeightsFile.open(file)) {
                for (StoredTensor tensor : open.tensors().values()) WeightsFiles.rowOrder(open, tensor);
            } catch (WeightsException e) {
                assertTrue(e.getMessage().startsWith("weights: " + file + ": "), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 500 && refused < 2000, refused + " refused");
    }
}
