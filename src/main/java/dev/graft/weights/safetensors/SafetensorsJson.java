package dev.graft.weights.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.graft.weights.safetensors.SafetensorsHeader.Place;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the JSON of a safetensors header token by token: an object of tensors, each an object with dtype, shape and
 * data_offsets, and optionally {@code __metadata__}. Everything else is refused at once, so a deeply nested (malicious)
 * file costs nothing.
 */
public final class SafetensorsJson implements AutoCloseable {
    static final String RESAVE = "re-save it with safetensors.torch.save_file(model.state_dict(), path)";
    public static final String METADATA = "__metadata__";

    /** Names are limited only by the length of the header. They are not kept and not shared between files. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNameLength(SafetensorsHeader.MAX_BYTES)
                    .maxStringLength(SafetensorsHeader.MAX_BYTES)
                    .build())
            .build();

    private final Path file;
    private final JsonParser json;

    SafetensorsJson(Path file, Reader text) throws IOException {
        this.file = file;
        this.json = JSON.createParser(text);
    }

    /** Fills both maps with the content of the header. */
    void read(Map<String, String> metadata, Map<String, Place> places) throws IOException {
        boolean described = false;
        json.nextToken();
        need(JsonToken.START_OBJECT, "an object");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = whole(json.currentName());
            json.nextToken();
            if (name.equals(METADATA)) {
                if (described) throw refused("two entries " + METADATA);
                described = true;
                readMetadata(metadata);
            } else if (places.put(name, place(name)) != null) {
                throw refused("two tensors named '" + WeightsException.quote(name) + "'");
            }
        }
        if (json.nextToken() != null) throw refused("more than one object");
    }

    private void readMetadata(Map<String, String> metadata) throws IOException {
        need(JsonToken.START_OBJECT, "an object of texts under " + METADATA);
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = whole(json.currentName());
            json.nextToken();
            if (metadata.put(key, text("a text under " + METADATA)) != null)
                throw refused("two texts '" + WeightsException.quote(key) + "' under " + METADATA);
        }
    }

    private Place place(String name) throws IOException {
        String quoted = "tensor '" + WeightsException.quote(name) + "'";
        need(JsonToken.START_OBJECT, "an object for " + quoted);
        ScalarKind kind = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "dtype" -> {
                    if (kind != null) throw refused("two dtypes of " + quoted);
                    kind = kind(quoted);
                }
                case "shape" -> {
                    if (shape != null) throw refused("two shapes of " + quoted);
                    shape = sizes("shape of " + quoted, StoredTensor.MAX_RANK);
                }
                case "data_offsets" -> {
                    if (offsets != null) throw refused("two data_offsets of " + quoted);
                    offsets = sizes("data_offsets of " + quoted, 2);
                }
                default ->
                    throw refused("'" + WeightsException.quote(field) + "' of " + quoted
                            + " (allowed: dtype, shape, data_offsets)");
            }
        }
        if (kind == null || shape == null || offsets == null || offsets.size() != 2)
            throw refused(quoted + " without its dtype, shape and two data_offsets");
        return place(name, kind, shape, offsets.get(0), offsets.get(1));
    }

    private Place place(String name, ScalarKind kind, List<Long> shape, long begin, long end) throws WeightsException {
        String quoted = "tensor '" + WeightsException.quote(name) + "'";
        try {
            long elements = 1;
            for (long size : shape) elements = Math.multiplyExact(elements, size);
            long bytes = Math.multiplyExact(elements, kind.width());
            if (begin > end || end - begin != bytes)
                throw refused(quoted + " of " + kind + " " + shape + ", which takes " + bytes
                        + " bytes, at data_offsets [" + begin + ", " + end + "]");
            return new Place(
                    new StoredTensor(name, kind, shape, StoredTensor.rowOrder(shape), 0, name, elements), begin);
        } catch (ArithmeticException e) {
            throw refused(quoted + " of the absurd shape " + shape);
        }
    }

    private ScalarKind kind(String tensor) throws IOException {
        String dtype = text("a dtype of " + tensor);
        return SafetensorsTypes.kind(dtype).orElseThrow(() -> refused(SafetensorsTypes.refusal(dtype, tensor)));
    }

    private List<Long> sizes(String what, int most) throws IOException {
        need(JsonToken.START_ARRAY, "a list as the " + what);
        List<Long> sizes = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (sizes.size() == most) throw refused("more than " + most + " numbers as the " + what);
            sizes.add(size(what));
        }
        return sizes;
    }

    /** Reads a number that consists of digits only: no sign, no fraction, no exponent. */
    private long size(String what) throws IOException {
        boolean plain = json.currentToken() == JsonToken.VALUE_NUMBER_INT
                && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                && !json.getText().startsWith("-");
        if (!plain)
            throw refused("'" + WeightsException.quote(json.getText()) + "' in the " + what
                    + " (allowed: whole numbers from 0 below 2^63)");
        return json.getLongValue();
    }

    private String text(String what) throws IOException {
        need(JsonToken.VALUE_STRING, what);
        return whole(json.getText());
    }

    /** Refuses text with a lone surrogate, which JSON escapes can produce. */
    private String whole(String text) throws WeightsException {
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isSurrogate(text.charAt(i))) continue;
            if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1)))
                throw refused("a text with half a character (a lone surrogate)");
            i++;
        }
        return text;
    }

    private void need(JsonToken token, String what) throws IOException {
        if (json.currentToken() != token) throw refused("something else than " + what);
    }

    private WeightsException refused(String what) {
        long at = json.currentTokenLocation().getCharOffset();
        return new WeightsException(file, "has in its header at character " + at + ": " + what, RESAVE);
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
