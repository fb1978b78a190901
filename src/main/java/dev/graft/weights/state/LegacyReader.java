package dev.graft.weights.state;

import dev.graft.weights.pickle.PickleGlobals;
import dev.graft.weights.pickle.PickleInput;
import dev.graft.weights.pickle.PickleReader;
import dev.graft.weights.pickle.PickleStack;
import dev.graft.weights.pickle.PickleValues.Dict;
import dev.graft.weights.pickle.PickleValues.Storage;
import dev.graft.weights.read.WeightsReader;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsChoice;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.tensor.WeightsKind;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads files in the format of {@code torch.save} before PyTorch 1.6, which newer versions still write on request. It
 * has five pickles (a magic number, the version, facts about the machine, the value, the names of the storages), and
 * then the storages.
 */
public final class LegacyReader implements WeightsReader {
    public static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    public static final long VERSION = 1001;

    private final LegacyStorages storages;
    private final StateDict state;

    public LegacyReader(Path file, FileChannel channel, WeightsChoice choice) throws IOException {
        storages = new LegacyStorages(file, channel);
        PickleInput in = PickleInput.of(file, channel);
        require(MAGIC.equals(plain(in, "pickle 1 of 5 (the magic number)")), in, "it is another number");
        Object version = plain(in, "pickle 2 of 5 (the version)");
        require(Long.valueOf(VERSION).equals(version), in, "it is not " + VERSION);
        Object machine = plain(in, "pickle 3 of 5 (the machine)");
        require(
                machine instanceof Dict facts
                        && Boolean.TRUE.equals(facts.items().get("little_endian")),
                in,
                "it does not say that the machine was little-endian");
        in.next("pickle 4 of 5 (the value)");
        Object value = PickleReader.read(in, new PickleGlobals(storages));
        Object keys = plain(in, "pickle 5 of 5 (the names of the storages)");
        require(keys instanceof List, in, PickleStack.nameOf(keys) + " where a list is expected");
        storages.find((List<?>) keys, in.position());
        state = new StateDict(file, value, choice);
    }

    /** A pickle that must not name a storage. */
    private static Object plain(PickleInput in, String name) throws IOException {
        in.next(name);
        return PickleReader.read(in, new PickleGlobals(LegacyReader::refuse));
    }

    private static void refuse(Storage storage, PickleInput in) throws WeightsException {
        throw in.refused("storage " + WeightsException.quote(storage.key()) + " is not in the file");
    }

    private static void require(boolean condition, PickleInput in, String seen) throws WeightsException {
        if (!condition) throw in.refused(seen);
    }

    @Override
    public WeightsKind kind() {
        return WeightsKind.LEGACY_STATE_DICT;
    }

    @Override
    public Map<String, StoredTensor> tensors() {
        return state.tensors();
    }

    @Override
    public List<String> notes() {
        return state.notes();
    }

    @Override
    public List<String> keys() {
        return state.keys();
    }

    @Override
    public Map<?, ?> values() {
        return state.values();
    }

    @Override
    public long storageBytes(String storage) {
        return storages.bytes(storage);
    }

    @Override
    public void readStorage(String storage, ByteBuffer into) throws IOException {
        storages.read(storage, into);
    }

    /** This format has no such texts. */
    @Override
    public Optional<String> extra(String name) {
        return Optional.empty();
    }
}
