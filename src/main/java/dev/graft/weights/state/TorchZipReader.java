package dev.graft.weights.state;

import dev.graft.weights.pickle.PickleGlobals;
import dev.graft.weights.pickle.PickleInput;
import dev.graft.weights.pickle.PickleReader;
import dev.graft.weights.pickle.PickleStack;
import dev.graft.weights.pickle.PickleValues.Dict;
import dev.graft.weights.pickle.PickleValues.ScriptObject;
import dev.graft.weights.read.WeightsReader;
import dev.graft.weights.script.ScriptModule;
import dev.graft.weights.script.ScriptTemplate;
import dev.graft.weights.tensor.StoredTensor;
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

/** Reads what {@code torch.jit.save} and, since PyTorch 1.6, {@code torch.save} write: a pickle and storages in a zip. */
public final class TorchZipReader implements WeightsReader {
    private final Path file;
    private final TorchZip zip;
    private final WeightsKind kind;
    private final Map<?, ?> values;
    private final Map<String, StoredTensor> tensors;
    private final List<String> notes;
    private ScriptObject network;
    private ScriptModule names;

    public TorchZipReader(Path file, TorchZip zip) throws IOException {
        this.file = file;
        this.zip = zip;
        kind = zip.script() ? WeightsKind.TORCHSCRIPT : WeightsKind.STATE_DICT;
        PickleGlobals globals = new PickleGlobals(kind == WeightsKind.TORCHSCRIPT, this::storageBytes);
        Object value = PickleReader.read(file, "data.pkl", zip.bytes("data.pkl", PickleInput.MAX_BYTES), globals);

        List<String> found = new ArrayList<>();
        if (kind == WeightsKind.TORCHSCRIPT && value instanceof ScriptObject module) {
            network = module;
            values = module.attributes();
            names = new ScriptModule(zip::text, seen -> new WeightsException(file, seen, WeightsException.RESAVE));
            tensors = names.tensors(module, found);
        } else if (kind == WeightsKind.STATE_DICT && value instanceof Dict dict) {
            values = dict.items();
            tensors = Collections.unmodifiableMap(StateDict.tensors(dict, found));
        } else {
            throw new WeightsException(
                    file,
                    "holds " + PickleStack.nameOf(value) + " where a dict of tensors is expected",
                    WeightsException.RESAVE);
        }
        notes = List.copyOf(found);
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
    public Map<?, ?> values() {
        return values;
    }

    @Override
    public long storageBytes(String storage) {
        return zip.size("data/" + storage);
    }

    @Override
    public void readStorage(String storage, ByteBuffer into) throws IOException {
        zip.read("data/" + storage, into);
    }

    /** The network, taken apart; null where the file is no TorchScript archive. */
    public ScriptTemplate template() throws IOException {
        return network == null ? null : new ScriptTemplate(file, zip, network, names);
    }

    @Override
    public Optional<String> extra(String name) throws IOException {
        return zip.text("extra/" + name);
    }
}
