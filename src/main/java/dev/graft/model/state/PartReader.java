package dev.graft.model.state;

import dev.graft.model.names.Part;
import dev.graft.torch.NativeScope;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** Makes the tensors of a network from what a file holds for them, as the module that was saved computes them in evaluation. */
public final class PartReader {
    private PartReader() {}

    /**
     * A tensor to make.
     *
     * @param kind what its numbers become; of a part with a rule it is float32
     * @param anyNumber see {@link StateReader.Wanted}
     */
    public record Wanted(Part part, ScalarKind kind, boolean anyNumber) {}

    /**
     * Makes tensors, by the names and in the order of {@code wanted}. Each has memory of its own, and the caller owns it.
     *
     * @throws IOException as {@link StateReader#readAll} does
     */
    public static Map<String, Tensor> readAll(WeightsFile file, Map<String, Wanted> wanted) throws IOException {
        for (Map.Entry<String, Wanted> e : wanted.entrySet())
            refuseUnfit(file, e.getKey(), e.getValue().part());
        Map<String, StateReader.Wanted> sources = new LinkedHashMap<>();
        wanted.forEach((name, w) -> {
            List<StoredTensor> stored = w.part().sources();
            for (int i = 0; i < stored.size(); i++) {
                sources.put(key(name, i), new StateReader.Wanted(stored.get(i), w.kind(), w.anyNumber()));
            }
        });
        Map<String, Tensor> read = StateReader.readAll(file, sources);
        Map<String, Tensor> result = new LinkedHashMap<>();
        boolean whole = false;
        try (NativeScope scope = NativeScope.open()) {
            for (Map.Entry<String, Wanted> e : wanted.entrySet()) {
                result.put(e.getKey(), make(file, e.getKey(), e.getValue(), read));
            }
            whole = true;
            return result;
        } finally {
            read.values().stream().filter(t -> !result.containsValue(t)).forEach(Tensor::close);
            if (!whole) {
                result.values().forEach(Tensor::close);
            }
        }
    }

    /** LibTorch writes outside its buffers where shapes do not belong together. */
    private static void refuseUnfit(WeightsFile file, String name, Part part) throws WeightsException {
        if (part.fits()) return;
        List<String> shapes = part.sources().stream()
                .map(source -> WeightsException.quote(source.name()) + " " + source.shape())
                .toList();
        throw new WeightsException(
                file.file(),
                WeightsException.quote(name) + " (" + part.rule() + ") is made of " + String.join(" and ", shapes)
                        + ", whose shapes do not belong together",
                "fold the rule in PyTorch (remove_weight_norm, remove_spectral_norm, prune.remove or"
                        + " remove_parametrizations) and save the weights again");
    }

    private static String key(String name, int source) {
        return source + ":" + name;
    }

    private static Tensor make(WeightsFile file, String name, Wanted wanted, Map<String, Tensor> read)
            throws WeightsException {
        Tensor first = read.get(key(name, 0));
        if (wanted.part() instanceof Part.Plain) {
            return first;
        }
        Tensor made;
        try (NativeScope scope = NativeScope.open()) {
            made = NativeScope.own(made(wanted, first, read.get(key(name, 1)), read.get(key(name, 2))));
        }
        if (!StateReader.isFinite(made)) {
            made.close();
            throw new WeightsException(
                    file.file(),
                    WeightsException.quote(name) + ", made of "
                            + wanted.part().sources().size() + " tensors, holds NaN or infinite values: its norm is 0",
                    "take an earlier file");
        }
        return made;
    }

    /** The formulas are those of torch.nn.utils: prune, weight_norm, spectral_norm, each without a further step of training. */
    private static Tensor made(Wanted wanted, Tensor first, Tensor second, Tensor third) {
        Part part = wanted.part();
        if (part instanceof Part.Masked) {
            return second.mul(first);
        }
        if (part instanceof Part.WeightNorm norm) {
            return weightNorm(second, first, norm.dimension());
        }
        if (part instanceof Part.SpectralNorm) {
            Tensor rows = first.flatten(1, -1);
            return first.div(torch.dot(second, torch.mv(rows, third)));
        }
        Part.Constant constant = (Part.Constant) part;
        long[] shape = constant.shape().stream().mapToLong(Long::longValue).toArray();
        return torch.full(shape, new Scalar(constant.value()), new TensorOptions(ScalarTypes.of(wanted.kind())));
    }

    /** PyTorch's own operation, which the binding has no method for: how it sums up decides the last digits. */
    private static Tensor weightNorm(Tensor direction, Tensor magnitude, long dimension) {
        long magnitudes = dimension < 0 ? 1 : direction.size(dimension);
        if (magnitude.numel() != magnitudes)
            throw new IllegalStateException(
                    "weight norm has " + magnitude.numel() + " magnitudes where " + magnitudes + " are allowed");
        OperatorHandle operation = Dispatcher.singleton().findSchemaOrThrow("aten::_weight_norm", "");
        IValueVector stack = new IValueVector(new IValue(direction), new IValue(magnitude), new IValue(dimension));
        Dispatcher.singleton().callBoxed(operation, stack);
        return new Tensor(stack.back().toTensor()); // the other one is the stack's own
    }
}
