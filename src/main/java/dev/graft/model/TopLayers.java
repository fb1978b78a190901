package dev.graft.model;

import dev.graft.model.graph.HeadGraph;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.script.AsWritten;
import dev.graft.torch.NativeScope;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The later layers of a classifier, up to the logits: those after a {@link dev.graft.model.fuse.FusedTrunk}. Works for
 * Graft's own networks only.
 */
final class TopLayers {
    private final ModelCard card;
    private final NetworkModule network;
    private final HeadGraph head;
    private boolean headTrains;

    /** The classifier keeps both arguments. */
    TopLayers(ModelCard card, NetworkModule network) {
        this.card = card;
        this.network = network;
        head = card.headGraph();
    }

    /** See {@link Classifier#headForward}. */
    Tensor head(Tensor features) {
        return HeadForward.of(head, network::tensor, headTrains, features);
    }

    /** See {@link Classifier#forwardFrom}. */
    Tensor forward(String layer, Tensor features) {
        if (layer.equals(Classifier.HEAD)) return head(features);
        ResNetGraph graph = graph();
        int before = graph.stagesBefore(layer);
        long channels = graph.channelsAfter(before);
        long height = ResNetGraph.sideAfter(before, card.preprocessing().height());
        long width = ResNetGraph.sideAfter(before, card.preprocessing().width());
        if (features.dim() != 2 || features.size(1) != channels * height * width) {
            throw new IllegalArgumentException("model: " + layer + " needs features of shape [n, "
                    + channels * height * width + "], got " + Arrays.toString(features.shape())
                    + "; pass the output of a FusedTrunk that ends before " + layer);
        }
        Tensor value = features.view(-1, height, width, channels).permute(0, 3, 1, 2); // channels_last
        for (int stage = before + 1; stage <= graph.stages(); stage++) {
            value = AsWritten.forward(network.layer(ResNetGraph.stage(stage)), value);
        }
        return head(torch.adaptive_avg_pool2d(value, 1, 1).flatten(1, -1));
    }

    /** See {@link Classifier#trainingMode}. */
    void trainingMode(boolean on) {
        network.trainingMode(on);
        headTrains = on;
    }

    /** See {@link Classifier#trainingModeFrom}. */
    void trainingMode(String layer) {
        network.trainingMode(false);
        headTrains = true;
        try (NativeScope scope = NativeScope.open()) {
            if (card.head().drawsNumbers()) network.layer(head.path()).train(true);
            if (layer.equals(Classifier.HEAD)) return;
            ResNetGraph graph = graph();
            int before = graph.stagesBefore(layer);
            for (int stage = before + 1; stage <= graph.stages(); stage++) {
                network.layer(ResNetGraph.stage(stage)).train(true);
            }
        }
    }

    private ResNetGraph graph() {
        return card.network()
                .graph()
                .orElseThrow(() -> new IllegalArgumentException("model: the layers of "
                        + card.network().title() + " are code in a file and cannot be run one by one; use forward"));
    }
}
