package dev.graft.weights.state;

import dev.graft.weights.pickle.PickleGlobals;
import dev.graft.weights.pickle.PickleInput;
import dev.graft.weights.pickle.PickleValues.Storage;
import dev.graft.weights.read.FileBytes;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The storages after the pickles of a file in the format before PyTorch 1.6. They follow each other, each after its
 * number of elements, in the order of a list of their names. Their positions are not written anywhere.
 */
final class LegacyStorages implements PickleGlobals.StorageCheck {
    private static final int COUNT_BYTES = 8;

    private record Place(long at, long bytes) {}

    private final Path file;
    private final FileChannel channel;
    private final long fileBytes;
    private final Map<String, Storage> named = new LinkedHashMap<>();
    private final Map<String, Place> places = new HashMap<>();

    LegacyStorages(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.fileBytes = channel.size();
    }

    /** Records a storage that the pickle names. Its position is found later. */
    @Override
    public void check(Storage storage, PickleInput input) throws WeightsException {
        String key = WeightsException.quote(storage.key());
        if (storage.bytes() > fileBytes)
            throw input.refused(
                    "storage " + key + " of " + storage.whole() + " " + storage.kind() + " is larger than the file",
                    WeightsException.DOWNLOAD);
        Storage before = named.putIfAbsent(storage.key(), storage);
        if (before != null && !before.equals(storage)) throw PickleGlobals.twoKinds(before, storage, input);
    }

    /** Finds the storages, which start at {@code start}. Storages and counts must end exactly at the end of the file. */
    void find(List<?> keys, long start) throws IOException {
        long at = start;
        for (Object key : keys) {
            Storage storage = key instanceof String ? named.get(key) : null;
            String quoted = WeightsException.quote(String.valueOf(key));
            if (storage == null) throw refused("lists storage " + quoted + ", which no tensor is in");
            if (storage.bytes() > fileBytes - at - COUNT_BYTES)
                throw refused("ends at byte " + fileBytes + ", within storage " + quoted + " of " + storage.bytes()
                        + " bytes at " + at);
            long count = count(storage.key(), at);
            if (count != storage.whole())
                throw refused("has " + count + " elements for storage " + quoted + " of " + storage.whole() + " "
                        + storage.kind());
            at += COUNT_BYTES;
            if (places.put(storage.key(), new Place(at, storage.bytes())) != null)
                throw refused("lists storage " + quoted + " twice");
            at += storage.bytes();
        }
        for (String key : named.keySet())
            if (!places.containsKey(key))
                throw refused("does not list storage " + WeightsException.quote(key) + ", which it has tensors in");
        if (at != fileBytes) throw refused("has " + (fileBytes - at) + " bytes behind its last storage");
    }

    /** The size of a storage, in bytes; -1 if it does not exist. */
    long bytes(String key) {
        Place place = places.get(key);
        return place == null ? -1 : place.bytes;
    }

    void read(String key, ByteBuffer into) throws IOException {
        FileBytes.read(file, key, channel, places.get(key).at, into);
    }

    private long count(String key, long at) throws IOException {
        ByteBuffer count = ByteBuffer.allocate(COUNT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        FileBytes.read(file, key, channel, at, count);
        return count.getLong(0);
    }

    private WeightsException refused(String seen) {
        return new WeightsException(file, seen, WeightsException.DOWNLOAD);
    }
}
