package dev.graft.weights.sharded;

import dev.graft.weights.read.WeightsReader;
import dev.graft.weights.state.StateDict;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.tensor.WeightsKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a model in several files, as {@code save_pretrained} writes it: an {@code index.json}, and in the same folder
 * safetensors files or state dicts. Each file must have exactly the tensors that the index assigns to it.
 */
public final class ShardedReader implements WeightsReader {
    private record Place(Shard shard, String storage) {}

    private final Path file;
    private final List<Shard> shards = new ArrayList<>();
    private final Map<String, Place> places = new HashMap<>();
    private final Map<String, StoredTensor> tensors;
    private final List<String> notes;

    /**
     * A reader for the files that an index names; empty if the text is not an index. The reader closes the files that it
     * opened.
     */
    public static Optional<ShardedReader> of(Path file, String text, Shard.Opener opener) throws IOException {
        Optional<ShardIndex> index = ShardIndex.of(file, text);
        return index.isEmpty() ? Optional.empty() : Optional.of(new ShardedReader(file, index.get(), opener));
    }

    private ShardedReader(Path file, ShardIndex index, Shard.Opener opener) throws IOException {
        this.file = file;
        Path folder = file.toAbsolutePath().getParent();
        index.refuseOthers(file, folder);
        Map<String, StoredTensor> found = new HashMap<>();
        Map<String, List<String>> expected = new HashMap<>();
        index.files().forEach((tensor, in) -> expected.computeIfAbsent(in, n -> new ArrayList<>())
                .add(tensor));
        boolean whole = false;
        try {
            for (String name : index.names()) {
                Shard shard = opener.open(folder.resolve(name));
                shards.add(shard);
                take(name, shard, expected.getOrDefault(name, List.of()), found);
            }
            whole = true;
        } finally {
            if (!whole) close();
        }
        Map<String, StoredTensor> ordered = new LinkedHashMap<>();
        index.files().keySet().forEach(name -> ordered.put(name, found.get(name)));
        List<String> told = new ArrayList<>();
        told.add("read " + shards.size() + " shards: " + ShardIndex.sample(index.names()));
        tensors = Collections.unmodifiableMap(StateDict.withoutPrefixes(ordered, told));
        notes = List.copyOf(told);
    }

    /** Adds the tensors of a shard. The names of their storages contain the number of the shard. */
    private void take(String name, Shard shard, List<String> expected, Map<String, StoredTensor> found)
            throws WeightsException {
        Map<String, StoredTensor> there = shard.reader().tensors();
        String prefix = prefix(expected, there);
        Set<String> left = new TreeSet<>(there.keySet());
        List<String> missing = new ArrayList<>();
        for (String tensor : expected) {
            String own = tensor.startsWith(prefix) ? tensor.substring(prefix.length()) : tensor;
            StoredTensor t = there.get(own);
            if (t == null) {
                missing.add(tensor);
                continue;
            }
            left.remove(own);
            String storage = shards.size() + ":" + t.storage();
            places.put(storage, new Place(shard, t.storage()));
            found.put(
                    tensor,
                    new StoredTensor(
                            tensor, t.kind(), t.shape(), t.strides(), t.offset(), storage, t.storageElements()));
        }
        if (!missing.isEmpty() || !left.isEmpty())
            throw new WeightsException(
                    file,
                    "does not fit to " + WeightsException.quote(name)
                            + (missing.isEmpty() ? "" : ", which lacks " + ShardIndex.sample(missing))
                            + (left.isEmpty()
                                    ? ""
                                    : ", which holds "
                                            + ShardIndex.sample(left.stream()
                                                    .map(prefix::concat)
                                                    .toList())
                                            + " besides"),
                    ShardIndex.REMEDY);
    }

    /**
     * The prefix that the reader of the shard removed from every name. It is used in a message, and is a guess if the
     * names also differ in other ways.
     */
    private static String prefix(List<String> expected, Map<String, StoredTensor> there) {
        if (there.isEmpty() || expected.isEmpty()) return "";
        boolean same = there.size() == expected.size();
        String whole = same ? Collections.min(expected) : expected.get(0);
        for (String bare : same ? List.of(Collections.min(there.keySet())) : there.keySet())
            if (whole.endsWith(bare)) return whole.substring(0, whole.length() - bare.length());
        return "";
    }

    @Override
    public WeightsKind kind() {
        return WeightsKind.SHARDS;
    }

    @Override
    public Map<String, StoredTensor> tensors() {
        return tensors;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    /** There are none for the whole. */
    @Override
    public Map<?, ?> values() {
        return Map.of();
    }

    @Override
    public long storageBytes(String storage) {
        Place place = places.get(storage);
        return place == null ? -1 : place.shard.reader().storageBytes(place.storage);
    }

    @Override
    public void readStorage(String storage, ByteBuffer into) throws IOException {
        Place place = places.get(storage);
        place.shard.reader().readStorage(place.storage, into);
    }

    @Override
    public ByteBuffer view(String storage) throws IOException {
        Place place = places.get(storage);
        return place.shard.reader().view(place.storage);
    }

    /** There are none for the whole. */
    @Override
    public Optional<String> extra(String name) {
        return Optional.empty();
    }

    @Override
    public long bytesBeside() {
        return shards.stream().mapToLong(Shard::bytes).sum();
    }

    @Override
    public void close() throws IOException {
        IOException failed = null;
        for (Shard shard : shards) {
            try {
                shard.channel().close();
            } catch (IOException e) {
                failed = e;
            }
        }
        if (failed != null) throw failed;
    }
}
