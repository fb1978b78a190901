package dev.graft.weights.script;

import dev.graft.weights.tensor.StoredTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names the constants of a frozen module after the operations that use them, in the order of its code: {@code
 * conv2d.0.weight}, {@code batch_norm.0.running_mean}, {@code linear.0.bias}. A constant that is used twice gets two
 * names.
 *
 * <p>The code is only searched as text for calls of these operations; nothing is run.
 */
public final class FrozenConstants {
    private static final String CONSTANT = "CONSTANTS\\.c(\\d{1,6})";
    private static final Pattern CALL = Pattern.compile(CONSTANT + ", (?:" + CONSTANT + "|None), \\[" // a convolution
            + "|" + CONSTANT + ", " + CONSTANT + ", " + CONSTANT + ", " + CONSTANT + ", False, " // a batch norm
            + "|" + CONSTANT + ", " + CONSTANT + "\\)"); // a linear layer
    /** The tensors of a batch norm, in the order of its arguments. */
    private static final List<String> NORM = List.of("weight", "bias", "running_mean", "running_var");

    private final List<StoredTensor> constants;
    private final Map<String, StoredTensor> named = new LinkedHashMap<>();
    private int convolutions;
    private int norms;
    private int linears;

    private FrozenConstants(List<StoredTensor> constants) {
        this.constants = constants;
    }

    /**
     * The constants by name.
     *
     * @param code of the class of the module
     * @param constants null for constants that are not tensors
     */
    public static Map<String, StoredTensor> named(String code, List<StoredTensor> constants) {
        FrozenConstants frozen = new FrozenConstants(constants);
        Matcher call = CALL.matcher(code);
        while (call.find()) frozen.take(call);
        return frozen.named;
    }

    /** Whether the code uses constants. */
    public static boolean usedIn(String code) {
        return code.contains("CONSTANTS.c");
    }

    /** Whether the code uses weights that are not in the file, as after {@code torch.jit.optimize_for_inference}. */
    public static boolean hasLost(String code) {
        return code.contains("ConstantMKLDNNTensor");
    }

    private void take(Matcher call) {
        if (call.group(1) != null) {
            String layer = "conv2d." + convolutions++ + ".";
            put(layer + "weight", call.group(1));
            if (call.group(2) != null) put(layer + "bias", call.group(2));
        } else if (call.group(3) != null) {
            String layer = "batch_norm." + norms++ + ".";
            for (int i = 0; i < NORM.size(); i++) put(layer + NORM.get(i), call.group(3 + i));
        } else {
            String layer = "linear." + linears++ + ".";
            put(layer + "weight", call.group(7));
            put(layer + "bias", call.group(8));
        }
    }

    private void put(String name, String number) {
        int n = Integer.parseInt(number);
        StoredTensor constant = n < constants.size() ? constants.get(n) : null;
        if (constant != null) named.put(name, constant.named(name));
    }
}
