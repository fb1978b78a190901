package dev.graft.weights.sharded;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code weight_map} of an {@code index.json}: the file of each tensor. The files must be in the folder of the
 * index, and no other parts of the same model may be there.
 *
 * @param files the file of each tensor, in the order of the text
 */
record ShardIndex(Map<String, String> files) {
    static final String REMEDY = "download all parts and the index again, into an empty folder";

    private static final String MAP = "weight_map";
    private static final int MAX_TENSORS = 200_000;
    private static final int MAX_FILES = 512;
    private static final int MAX_NAME = 255;
    private static final int LISTED = 5;
    private static final int MAX_LOOKED_AT = 10_000;
    private static final Pattern PART = Pattern.compile("(.+)-\\d+-of-\\d+(\\.\\w+)");
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    /** The index in a text; empty if the text is not JSON or is other JSON. */
    static Optional<ShardIndex> of(Path file, String text) throws IOException {
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) return Optional.empty();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean map = json.currentName().equals(MAP);
                json.nextToken();
                if (map) return Optional.of(new ShardIndex(files(file, json)));
                json.skipChildren();
            }
            return Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static Map<String, String> files(Path file, JsonParser json) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        Map<String, String> known = new TreeMap<>(); // one String for each file, not for each tensor
        if (json.currentToken() != JsonToken.START_OBJECT) throw refused(file, "has a " + MAP + " that is no object");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String tensor = json.currentName();
            if (json.nextToken() != JsonToken.VALUE_STRING)
                throw refused(file, "gives tensor '" + WeightsException.quote(tensor) + "' something else than a file");
            String name = json.getText();
            refuseName(file, name);
            if (files.put(tensor, known.computeIfAbsent(name, n -> n)) != null)
                throw refused(file, "has two files for tensor '" + WeightsException.quote(tensor) + "'");
            if (files.size() > MAX_TENSORS || known.size() > MAX_FILES)
                throw refused(file, "names more than " + MAX_TENSORS + " tensors or " + MAX_FILES + " files");
        }
        return files;
    }

    /** Refuses a name that is not a file in the folder of the index. */
    private static void refuseName(Path file, String name) throws WeightsException {
        boolean plain = !name.isEmpty() && name.length() <= MAX_NAME && !name.equals(".") && !name.equals("..");
        if (!plain || name.chars().anyMatch(c -> c == '/' || c == '\\' || c == ':' || Character.isISOControl(c)))
            throw refused(
                    file,
                    "names the file '" + WeightsException.quote(name)
                            + "' (allowed: the plain name of a file beside it)");
    }

    /** The names of the files, in the order of the text. */
    Set<String> names() {
        return new java.util.LinkedHashSet<>(files.values());
    }

    /** Refuses an index if some of its files are missing, or if parts of another model are in the folder. */
    void refuseOthers(Path file, Path folder) throws IOException {
        Set<String> named = names();
        List<String> missing = new ArrayList<>();
        for (String name : named) if (!Files.isRegularFile(folder.resolve(name))) missing.add(name);
        Set<String> surplus = new TreeSet<>();
        Set<String> similar = new TreeSet<>();
        look(folder, named, surplus, similar);
        if (!missing.isEmpty()) {
            similar.addAll(surplus);
            throw new WeightsException(
                    file,
                    "names " + sample(missing) + ", not beside it"
                            + (similar.isEmpty() ? "" : "; there but not named: " + sample(similar)),
                    (similar.isEmpty() ? "" : "give a file that was renamed its name back, or ") + REMEDY);
        }
        if (!surplus.isEmpty())
            throw new WeightsException(
                    file,
                    "has beside it " + sample(surplus) + ", which it does not name: parts of another model",
                    "move those elsewhere, or " + REMEDY);
    }

    /**
     * Sorts the files of a folder that the index does not name: those that are named like parts, and those with the same
     * ending.
     */
    private static void look(Path folder, Set<String> named, Set<String> surplus, Set<String> similar)
            throws IOException {
        Set<String> stems = new HashSet<>();
        Set<String> extensions = new HashSet<>();
        for (String name : named) {
            Matcher part = PART.matcher(name);
            if (part.matches()) stems.add(part.group(1) + part.group(2));
            extensions.add(extension(name));
        }
        int seen = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path path : all) {
                if (++seen > MAX_LOOKED_AT) return;
                String name = path.getFileName().toString();
                if (named.contains(name)) continue;
                Matcher part = PART.matcher(name);
                if (part.matches() && stems.contains(part.group(1) + part.group(2))) surplus.add(name);
                else if (extensions.contains(extension(name))) similar.add(name);
            }
        }
    }

    private static String extension(String name) {
        return name.substring(Math.max(0, name.lastIndexOf('.')));
    }

    /** A few names for a message. */
    static String sample(Iterable<String> names) {
        List<String> first = new ArrayList<>();
        int all = 0;
        for (String name : names) if (all++ < LISTED) first.add(WeightsException.quote(name));
        return String.join(", ", first) + (all > LISTED ? " and " + (all - LISTED) + " more" : "");
    }

    private static WeightsException refused(Path file, String seen) {
        return new WeightsException(file, seen, REMEDY);
    }
}
