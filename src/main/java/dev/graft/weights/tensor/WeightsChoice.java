package dev.graft.weights.tensor;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Chooses one state dict of a file that contains several, for example averaged weights beside the normal ones, or a
 * student and its teacher.
 *
 * @param key its position: the keys of the dicts, outermost first, separated by dots, such as {@code state_dict_ema} or
 *     {@code models.student}; empty to choose by {@code fits}
 * @param fits whether tensors, with the names of the model without wrappers, match the wanted network. If several state
 *     dicts match, the one under a common name ({@code state_dict}, {@code model}, ...) is used; if none of these has a
 *     common name, the file is refused, and the message lists the keys. If no state dict matches, the one under a common
 *     name is used, or the one with the most tensors
 */
public record WeightsChoice(Optional<String> key, Predicate<Map<String, StoredTensor>> fits) {
    /** Chooses the state dict under a common name, or the one with the most tensors. */
    public static final WeightsChoice ANY = new WeightsChoice(Optional.empty(), tensors -> false);

    /** Chooses the state dict under this key. */
    public static WeightsChoice key(String key) {
        return new WeightsChoice(Optional.of(key), tensors -> false);
    }

    /** The same choice, but prefers a state dict that matches the network. A given key has priority. */
    public WeightsChoice fitting(Predicate<Map<String, StoredTensor>> network) {
        return new WeightsChoice(key, network);
    }
}
