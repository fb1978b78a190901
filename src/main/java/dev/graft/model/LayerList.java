package dev.graft.model;

import dev.graft.model.graph.HeadGraph;
import dev.graft.model.graph.HeadStep;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.ResidualBlock;
import dev.graft.model.graph.ResidualBlock.Convolution;
import java.util.ArrayList;
import java.util.List;

/** The layers of a ResNet in the order of computation. */
final class LayerList {
    private final List<Layer> layers = new ArrayList<>();

    private LayerList() {}

    static List<Layer> of(ResNetGraph graph, HeadGraph head) {
        LayerList list = new LayerList();
        list.addNetwork(graph, head);
        return List.copyOf(list.layers);
    }

    private void addNetwork(ResNetGraph graph, HeadGraph head) {
        String value = addNormed(ResNetGraph.STEM, Layer.INPUT);
        value = add(new Layer.Relu("relu", value));
        value = add(new Layer.MaxPool("maxpool", value, 3, 2, 1));
        for (int stage = 1; stage <= graph.stages(); stage++) {
            for (int block = 0; block < graph.blocks(stage); block++) {
                String prefix = ResNetGraph.stage(stage) + "." + block + ".";
                value = addBlock(prefix, graph.block(stage, block), value);
            }
        }
        value = add(new Layer.AveragePool("avgpool", value));
        value = add(new Layer.Flatten("flatten", value));
        for (HeadStep step : head.steps()) value = addStep(step, value);
    }

    private String addStep(HeadStep step, String input) {
        if (step instanceof HeadStep.Linear l) return add(new Layer.Linear(l.name(), input));
        if (step instanceof HeadStep.Relu) return add(new Layer.Relu(input + ".relu", input));
        if (step instanceof HeadStep.Cosine c) return add(new Layer.Cosine(c.name(), input, HeadStep.Cosine.LEAST));
        return input; // dropout is off in evaluation mode
    }

    private String addBlock(String prefix, ResidualBlock block, String input) {
        int last = block.path().size();
        String value = input;
        for (int i = 1; i <= last; i++) {
            value = addNormed(block.path().get(i - 1).under(prefix), value);
            if (i < last) {
                value = add(new Layer.Relu(prefix + "relu" + i, value));
            }
        }
        String shortcut =
                block.shortcut().map(c -> addNormed(c.under(prefix), input)).orElse(input);
        value = add(new Layer.Add(prefix + "add", value, shortcut));
        return add(new Layer.Relu(prefix + "relu" + last, value));
    }

    private String addNormed(Convolution c, String input) {
        add(new Layer.Convolution(c.name(), input, c.kernel(), c.stride(), c.padding(), c.groups()));
        return add(new Layer.BatchNorm(c.norm(), c.name(), ResNetGraph.EPSILON));
    }

    /** Returns the name of the layer's value. */
    private String add(Layer layer) {
        layers.add(layer);
        return layer.name();
    }
}
