package dev.graft.inspect;

import dev.graft.model.Architecture;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsChoice;
import dev.graft.weights.tensor.WeightsKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file of weights, read as data: none of its code runs.
 *
 * @param kind the format, told by the content
 * @param tensors in the order of the file; those of the chosen state dict
 * @param places the keys of all state dicts of the file, outermost first, as {@link WeightsChoice#key(String)} takes
 *     them; an empty text is the outermost dict; no keys if the format has only one state dict
 * @param network which of Graft's networks it holds
 * @param notes what was changed to get these names, and what was left out
 */
public record WeightsInspection(
        FileFacts file,
        WeightsKind kind,
        List<StoredTensor> tensors,
        List<String> places,
        Recognition network,
        List<String> notes) {
    public WeightsInspection {
        tensors = List.copyOf(tensors);
        places = List.copyOf(places);
        notes = List.copyOf(notes);
    }

    /**
     * The architecture of the tensors.
     *
     * @param architecture the one that the file holds, whatever its head; empty if there is none
     * @param nearest the most similar one if there is none; empty if none is similar
     * @param lacking what the nearest one would need, see {@link Architecture#lackingIn}
     */
    public record Recognition(
            Optional<Architecture> architecture, Optional<Architecture> nearest, List<String> lacking) {
        public Recognition {
            lacking = List.copyOf(lacking);
        }

        static Recognition of(WeightsFile file) {
            Optional<Architecture> architecture = Architecture.recognise(file);
            Optional<Architecture> nearest = architecture.isPresent() ? Optional.empty() : Architecture.nearest(file);
            return new Recognition(
                    architecture, nearest, nearest.map(a -> a.lackingIn(file)).orElse(List.of()));
        }
    }

    /**
     * Reads the table of contents, and the whole file once for its digest.
     *
     * @throws IOException when it is no file of weights, or damaged
     */
    public static WeightsInspection of(Path file) throws IOException {
        return of(file, WeightsChoice.ANY);
    }

    /** The same for one of the file's state dicts. */
    public static WeightsInspection of(Path file, WeightsChoice choice) throws IOException {
        try (WeightsFile weights = WeightsFile.open(file, Architecture.any(choice))) {
            List<StoredTensor> tensors =
                    List.copyOf((weights.tensors().isEmpty() ? weights.constants() : weights.tensors()).values());
            return new WeightsInspection(
                    FileFacts.of(file),
                    weights.kind(),
                    tensors,
                    weights.keys(),
                    Recognition.of(weights),
                    weights.notes());
        }
    }

    /** The number of elements of all tensors; shared memory is counted once for each tensor. */
    public long elements() {
        return tensors.stream().mapToLong(StoredTensor::elements).sum();
    }
}
