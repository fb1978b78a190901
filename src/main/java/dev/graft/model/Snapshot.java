package dev.graft.model;

import dev.graft.batch.Layout;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * A classifier's state at one moment, to go back to: values, what is frozen, mode, device and layout. Owns copies of all values, on the
 * classifier's device: close it. The caller keeps the classifier. Not thread-safe.
 */
public final class Snapshot implements AutoCloseable {
    private final Classifier classifier;
    private final ComputeDevice device;
    private final Layout layout;
    private final boolean training;
    private final Set<String> unfrozen;
    private final Map<String, Tensor> values = new LinkedHashMap<>();

    /** Copies the state. */
    public Snapshot(Classifier classifier) {
        this.classifier = classifier;
        this.device = classifier.device();
        this.training = classifier.network().module().is_training();
        Map<String, Tensor> parameters = classifier.parameters();
        this.unfrozen = parameters.entrySet().stream()
                .filter(e -> e.getValue().requires_grad())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        boolean contiguous = parameters.values().stream().allMatch(Tensor::is_contiguous);
        this.layout = contiguous ? Layout.CONTIGUOUS : Layout.CHANNELS_LAST;
        try (NativeScope scope = NativeScope.open()) {
            classifier
                    .state()
                    .forEach((name, t) ->
                            values.put(name, NativeScope.own(t.detach().clone())));
        }
    }

    /** Makes the classifier what it was, without gradients. The tensors of {@link Classifier#state} may be new: ask for them again. */
    public void restore() {
        classifier.moveTo(device, layout);
        classifier.trainingMode(training);
        Map<String, Tensor> now = classifier.state();
        try (NativeScope scope = NativeScope.open();
                NoGradGuard off = new NoGradGuard()) {
            values.forEach((name, t) -> now.get(name).copy_(t));
        }
        classifier.parameters().forEach((name, p) -> {
            p.set_requires_grad(unfrozen.contains(name));
            p.mutable_grad().reset();
        });
    }

    @Override
    public void close() {
        values.values().forEach(Tensor::close);
    }
}
