package dev.graft.weights.safetensors;

import dev.graft.weights.read.FileBytes;
import dev.graft.weights.read.WeightsReader;
import dev.graft.weights.safetensors.SafetensorsHeader.Place;
import dev.graft.weights.state.StateDict;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.tensor.WeightsKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads safetensors files. Each tensor has its own storage, with the name of the tensor. */
public final class SafetensorsReader implements WeightsReader {
    private final Path file;
    private final FileChannel channel;
    private final SafetensorsHeader header;
    private final Map<String, StoredTensor> tensors;
    private final List<String> notes;

    public SafetensorsReader(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        header = SafetensorsHeader.read(file, channel);
        List<String> found = new ArrayList<>();
        if (!header.metadata().isEmpty()) found.add("the file says of itself: " + sample(header.metadata()));
        Map<String, StoredTensor> named = new LinkedHashMap<>();
        header.places().forEach((name, place) -> named.put(name, place.tensor()));
        tensors = Collections.unmodifiableMap(StateDict.withoutPrefixes(named, found));
        notes = List.copyOf(found);
    }

    @Override
    public WeightsKind kind() {
        return WeightsKind.SAFETENSORS;
    }

    @Override
    public Map<String, StoredTensor> tensors() {
        return tensors;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public Map<?, ?> values() {
        return header.metadata();
    }

    @Override
    public long storageBytes(String storage) {
        Place place = header.places().get(storage);
        return place == null ? -1 : place.tensor().storageBytes();
    }

    /** Read, not mapped: 1.3x faster for 100 MiB into native memory, 2.1x for 1 MiB (bench ReadWeightsBench). */
    @Override
    public void readStorage(String storage, ByteBuffer into) throws IOException {
        FileBytes.read(
                file,
                storage,
                channel,
                header.data() + header.places().get(storage).begin(),
                into);
    }

    @Override
    public ByteBuffer view(String storage) throws IOException {
        Place place = header.places().get(storage);
        long at = header.data() + place.begin();
        if (channel.size() < at + place.tensor().storageBytes()) throw FileBytes.shorter(file, storage);
        return channel.map(FileChannel.MapMode.READ_ONLY, at, place.tensor().storageBytes());
    }

    @Override
    public Optional<String> extra(String name) {
        return Optional.empty();
    }

    private static String sample(Map<String, String> metadata) {
        return WeightsException.quote(metadata.toString());
    }
}
