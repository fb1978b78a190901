package dev.graft.weights.tensor;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which state dict of a file is meant, where it holds several: a checkpoint with averaged weights beside the others, a student with
 * its teacher.
 *
 * @param key where it lies, the keys of the dicts from the outermost on with dots between them, such as {@code
 *     state_dict_ema} or {@code models.student}; empty for the one that {@code fits}
 * @param fits whether tensors, by the names of the bare model, are those of the network that is looked for. Where more
 *     than one state dict fits, that under a usual name ({@code state_dict}, {@code model}, ...) is taken; if none has one
 *     the file is refused and the message lists their keys. Where none fits, that under a usual name is taken too, or the
 *     one of most tensors
 */
public record WeightsChoice(Optional<String> key, Predicate<Map<String, StoredTensor>> fits) {
    /** That under a usual name, or the one of most tensors. */
    public static final WeightsChoice ANY = new WeightsChoice(Optional.empty(), tensors -> false);

    /** The one under this key. */
    public static WeightsChoice key(String key) {
        return new WeightsChoice(Optional.of(key), tensors -> false);
    }

    /** The same, but one that fits is looked for; a key that was given goes before. */
    public WeightsChoice fitting(Predicate<Map<String, StoredTensor>> network) {
        return new WeightsChoice(key, network);
    }
}
