package dev.graft.weights.state;

import dev.graft.weights.pickle.PickleGlobals;
import dev.graft.weights.pickle.PickleInput;
import dev.graft.weights.pickle.PickleReader;
import dev.graft.weights.pickle.PickleStack;
import dev.graft.weights.pickle.PickleValues.ScriptObject;
import dev.graft.weights.pickle.PickleValues.Tuple;
import dev.graft.weights.read.WeightsReader;
import dev.graft.weights.script.FrozenConstants;
import dev.graft.weights.script.ScriptModule;
import dev.graft.weights.script.ScriptTemplate;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsChoice;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.tensor.WeightsKind;
import dev.graft.weights.zip.TorchZip;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads files of {@code torch.jit.save} and, since PyTorch 1.6, of {@code torch.save}: a zip with a pickle and storages.
 */
public final class TorchZipReader implements WeightsReader {
    private static final String CONSTANTS = "constants.pkl";

    private final Path file;
    private final TorchZip zip;
    private final WeightsKind kind;
    private final Map<?, ?> values;
    private final Map<String, StoredTensor> tensors;
    private final Map<String, StoredTensor> constants;
    private final List<String> notes;
    private final List<String> keys;
    private ScriptObject network;
    private ScriptModule names;

    public TorchZipReader(Path file, TorchZip zip, WeightsChoice choice) throws IOException {
        this.file = file;
        this.zip = zip;
        kind = zip.script() ? WeightsKind.TORCHSCRIPT : WeightsKind.STATE_DICT;
        PickleGlobals globals = new PickleGlobals(kind == WeightsKind.TORCHSCRIPT, key -> zip.size("data/" + key));
        Object value = PickleReader.read(file, "data.pkl", zip.bytes("data.pkl", PickleInput.MAX_BYTES), globals);

        if (kind == WeightsKind.TORCHSCRIPT && value instanceof ScriptObject module) {
            List<String> found = new ArrayList<>();
            network = module;
            values = module.attributes();
            names = new ScriptModule(zip::text, seen -> new WeightsException(file, seen, WeightsException.RESAVE));
            tensors = names.tensors(module, found);
            notes = List.copyOf(found);
            keys = List.of();
        } else if (kind == WeightsKind.STATE_DICT) {
            StateDict state = new StateDict(file, value, choice);
            values = state.values();
            tensors = state.tensors();
            notes = state.notes();
            keys = state.keys();
        } else {
            throw new WeightsException(
                    file,
                    "holds " + PickleStack.nameOf(value) + " where a dict of tensors is expected",
                    WeightsException.RESAVE);
        }
        constants = network != null && tensors.isEmpty() ? readConstants(network) : Map.of();
    }

    /** The constants of a frozen module, which has no parameters and buffers. */
    private Map<String, StoredTensor> readConstants(ScriptObject frozen) throws IOException {
        String code = zip.text("code/" + frozen.type.module().replace('.', '/') + ".py")
                .orElse("");
        if (FrozenConstants.hasLost(code))
            throw new WeightsException(
                    file,
                    "does not hold the weights of its convolutions: torch.jit.optimize_for_inference kept them in"
                            + " memory, and PyTorch cannot load such a file either",
                    "save the module before torch.jit.optimize_for_inference");
        if (zip.size(CONSTANTS) < 0 || !FrozenConstants.usedIn(code)) return Map.of();
        PickleGlobals globals = new PickleGlobals(true, key -> zip.size("constants/" + key));
        Object value = PickleReader.read(file, CONSTANTS, zip.bytes(CONSTANTS, PickleInput.MAX_BYTES), globals);
        List<StoredTensor> all = new ArrayList<>();
        if (value instanceof Tuple tuple)
            for (Object item : tuple.items()) all.add(item instanceof StoredTensor t ? inConstants(t) : null);
        return Collections.unmodifiableMap(FrozenConstants.named(code, all));
    }

    private static StoredTensor inConstants(StoredTensor t) {
        return new StoredTensor(
                t.name(),
                t.kind(),
                t.shape(),
                t.strides(),
                t.offset(),
                "constants/" + t.storage(),
                t.storageElements());
    }

    /** The entry of a storage. For a constant, the name of the storage includes the folder. */
    private String entry(String storage) {
        return !constants.isEmpty() && storage.startsWith("constants/") ? storage : "data/" + storage;
    }

    @Override
    public WeightsKind kind() {
        return kind;
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
    public List<String> keys() {
        return keys;
    }

    @Override
    public Map<?, ?> values() {
        return values;
    }

    @Override
    public Map<String, StoredTensor> constants() {
        return constants;
    }

    @Override
    public long storageBytes(String storage) {
        return zip.size(entry(storage));
    }

    @Override
    public void readStorage(String storage, ByteBuffer into) throws IOException {
        zip.read(entry(storage), into);
    }

    /** The network as data; null if the file is not a TorchScript archive. */
    public ScriptTemplate template() throws IOException {
        return network == null ? null : new ScriptTemplate(file, zip, network, names);
    }

    @Override
    public Optional<String> extra(String name) throws IOException {
        return zip.text("extra/" + name);
    }
}
