package dev.graft.weights.exported;

import dev.graft.weights.read.WeightsReader;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.tensor.WeightsKind;
import dev.graft.weights.zip.TorchZip;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads files of {@code torch.export.save} from PyTorch 2.10 to 2.15: a zip with a list of the weights and one entry for
 * each storage. The program in the file is ignored.
 */
public final class ExportedReader implements WeightsReader {
    static final String RESAVE = "save its weights alone: torch.save(torch.export.load(file).state_dict, path)";
    private static final String FOLDER = "data/weights/";
    private static final String CONFIG = "_weights_config.json";

    private final TorchZip zip;
    private final Map<String, StoredTensor> tensors;
    private final List<String> notes;

    public ExportedReader(Path file, TorchZip zip) throws IOException {
        this.zip = zip;
        String format = zip.text(TorchZip.EXPORTED).orElse("").strip();
        String version = zip.text("archive_version").orElse("").strip();
        List<String> configs = zip.names().stream()
                .filter(name -> name.startsWith(FOLDER) && name.endsWith(CONFIG))
                .sorted()
                .toList();
        if (!format.equals("pt2") || !version.equals("0") || configs.isEmpty())
            throw new WeightsException(
                    file,
                    "is an exported program (torch.export) of the format '" + WeightsException.quote(format)
                            + "' version '" + WeightsException.quote(version) + "' with " + configs.size()
                            + " lists of weights (allowed: pt2 version 0, as PyTorch 2.10 to 2.15 write it)",
                    RESAVE);
        Map<String, StoredTensor> found = new LinkedHashMap<>();
        List<String> left = new ArrayList<>();
        for (String config : configs) {
            String model = config.substring(FOLDER.length(), config.length() - CONFIG.length());
            try (WeightsConfig list =
                    new WeightsConfig(file, config, zip.text(config).orElseThrow(), FOLDER, zip::size)) {
                list.read(configs.size() == 1 ? "" : model + ".", found, left);
            }
        }
        tensors = Collections.unmodifiableMap(found);
        notes = left.isEmpty()
                ? List.of()
                : List.of("left out tensors that are pickled: "
                        + WeightsException.quote(String.join(", ", left.subList(0, Math.min(10, left.size())))));
    }

    @Override
    public WeightsKind kind() {
        return WeightsKind.EXPORTED_PROGRAM;
    }

    @Override
    public Map<String, StoredTensor> tensors() {
        return tensors;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    /** This format has no values; the map is empty. */
    @Override
    public Map<?, ?> values() {
        return Map.of();
    }

    @Override
    public long storageBytes(String storage) {
        return zip.size(FOLDER + storage);
    }

    @Override
    public void readStorage(String storage, ByteBuffer into) throws IOException {
        zip.read(FOLDER + storage, into);
    }

    @Override
    public Optional<String> extra(String name) throws IOException {
        return zip.text("extra/" + name);
    }
}
