package dev.graft.weights.exported;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the list of weights of an exported program, token by token: for each name, the entry with its bytes, the type,
 * the sizes and the strides. Other fields are skipped.
 */
final class WeightsConfig implements AutoCloseable {
    /** The numbers of the types in torch/_export/serde/schema.py. */
    private static final Map<Long, ScalarKind> KINDS = Map.ofEntries(
            Map.entry(1L, ScalarKind.U8),
            Map.entry(2L, ScalarKind.I8),
            Map.entry(3L, ScalarKind.I16),
            Map.entry(4L, ScalarKind.I32),
            Map.entry(5L, ScalarKind.I64),
            Map.entry(6L, ScalarKind.F16),
            Map.entry(7L, ScalarKind.F32),
            Map.entry(8L, ScalarKind.F64),
            Map.entry(9L, ScalarKind.C32),
            Map.entry(10L, ScalarKind.C64),
            Map.entry(11L, ScalarKind.C128),
            Map.entry(12L, ScalarKind.BOOL),
            Map.entry(13L, ScalarKind.BF16),
            Map.entry(28L, ScalarKind.U16),
            Map.entry(29L, ScalarKind.F8_E4M3),
            Map.entry(30L, ScalarKind.F8_E5M2),
            Map.entry(31L, ScalarKind.F8_E4M3FNUZ),
            Map.entry(32L, ScalarKind.F8_E5M2FNUZ),
            Map.entry(33L, ScalarKind.F8_E8M0),
            Map.entry(34L, ScalarKind.U32),
            Map.entry(35L, ScalarKind.U64));

    private static final long STRIDED = 7;
    private static final int MAX_TENSORS = 200_000;
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    /** The size of an entry, in bytes; -1 if it does not exist. */
    interface Sizes {
        long of(String entry);
    }

    private final Path file;
    private final String entry;
    private final String folder;
    private final Sizes sizes;
    private final JsonParser json;

    /**
     * Starts reading.
     *
     * @param entry the name of the list, for messages
     * @param folder the folder of the entries, with a trailing slash
     */
    WeightsConfig(Path file, String entry, String text, String folder, Sizes sizes) throws IOException {
        this.file = file;
        this.entry = entry;
        this.folder = folder;
        this.sizes = sizes;
        this.json = JSON.createParser(text);
    }

    /** Adds the tensors, with {@code prefix} before their names, and adds the names of pickled tensors to {@code left}. */
    void read(String prefix, Map<String, StoredTensor> tensors, List<String> left) throws IOException {
        try {
            json.nextToken();
            need(JsonToken.START_OBJECT, "an object");
            while (json.nextToken() != JsonToken.END_OBJECT) {
                boolean config = json.currentName().equals("config");
                json.nextToken();
                if (config) readAll(prefix, tensors, left);
                else json.skipChildren();
            }
        } catch (JsonProcessingException e) {
            throw refused("text that is not JSON (" + WeightsException.quote(e.getOriginalMessage()) + ")");
        }
    }

    private void readAll(String prefix, Map<String, StoredTensor> tensors, List<String> left) throws IOException {
        need(JsonToken.START_OBJECT, "an object under 'config'");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = prefix + json.currentName();
            json.nextToken();
            StoredTensor tensor = tensor(name);
            if (tensor == null) left.add(WeightsException.quote(name));
            else if (tensors.put(name, tensor) != null)
                throw refused("two tensors named '" + WeightsException.quote(name) + "'");
            if (tensors.size() + left.size() > MAX_TENSORS) throw refused("more than " + MAX_TENSORS + " tensors");
        }
    }

    /** The description of a tensor in the list. */
    private static final class Meta {
        private ScalarKind kind;
        private List<Long> shape;
        private List<Long> strides;
        private long offset = -1;
    }

    /** The next tensor; null if it is pickled. */
    private StoredTensor tensor(String name) throws IOException {
        String quoted = "tensor '" + WeightsException.quote(name) + "'";
        need(JsonToken.START_OBJECT, "an object for " + quoted);
        String path = null;
        boolean pickled = false;
        Meta meta = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "path_name" -> path = json.getText();
                case "use_pickle" -> pickled = json.currentToken() == JsonToken.VALUE_TRUE;
                case "tensor_meta" -> meta = json.currentToken() == JsonToken.VALUE_NULL ? null : meta(quoted);
                default -> json.skipChildren();
            }
        }
        if (pickled) return null;
        if (path == null || meta == null || meta.kind == null || meta.shape == null || meta.strides == null)
            throw refused(quoted + " without its path_name, dtype, sizes and strides");
        long bytes = sizes.of(folder + path);
        if (bytes < 0)
            throw refused(quoted + " in the entry '" + WeightsException.quote(path) + "', which is not in the file");
        try {
            long elements = bytes / meta.kind.width();
            if (bytes % meta.kind.width() != 0)
                throw new IllegalArgumentException(bytes + " bytes are no whole number of " + meta.kind);
            return new StoredTensor(name, meta.kind, meta.shape, meta.strides, meta.offset, path, elements);
        } catch (IllegalArgumentException e) {
            throw refused(quoted + ": " + e.getMessage());
        }
    }

    private Meta meta(String quoted) throws IOException {
        need(JsonToken.START_OBJECT, "an object as the tensor_meta of " + quoted);
        Meta meta = new Meta();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "dtype" -> {
                    meta.kind = KINDS.get(number("the dtype of " + quoted));
                    if (meta.kind == null) throw refused("the dtype " + json.getText() + " of " + quoted);
                }
                case "layout" -> {
                    if (number("the layout of " + quoted) != STRIDED)
                        throw refused("the layout " + json.getText() + " of " + quoted + " (allowed: strided)");
                }
                case "sizes" -> meta.shape = numbers("the sizes of " + quoted);
                case "strides" -> meta.strides = numbers("the strides of " + quoted);
                case "storage_offset" -> meta.offset = size("the storage_offset of " + quoted);
                default -> json.skipChildren();
            }
        }
        return meta;
    }

    private List<Long> numbers(String what) throws IOException {
        need(JsonToken.START_ARRAY, "a list as " + what);
        List<Long> numbers = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (numbers.size() == StoredTensor.MAX_RANK)
                throw refused("more than " + StoredTensor.MAX_RANK + " as " + what);
            numbers.add(size(what));
        }
        return numbers;
    }

    /** A number in the form {@code {"as_int": n}}. A symbolic number is refused. */
    private long size(String what) throws IOException {
        need(JsonToken.START_OBJECT, "a number as " + what);
        boolean one =
                json.nextToken() == JsonToken.FIELD_NAME && json.currentName().equals("as_int");
        if (!one) throw refused("no plain number as " + what);
        json.nextToken();
        long number = number(what);
        if (json.nextToken() != JsonToken.END_OBJECT) throw refused("no plain number as " + what);
        return number;
    }

    private long number(String what) throws IOException {
        boolean plain = json.currentToken() == JsonToken.VALUE_NUMBER_INT
                && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        if (!plain) throw refused("'" + WeightsException.quote(json.getText()) + "' as " + what);
        return json.getLongValue();
    }

    private void need(JsonToken token, String what) throws IOException {
        if (json.currentToken() != token) throw refused("something else than " + what);
    }

    private WeightsException refused(String what) {
        return new WeightsException(
                file,
                "has in its list of weights, " + WeightsException.quote(entry) + ": " + what,
                ExportedReader.RESAVE);
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
