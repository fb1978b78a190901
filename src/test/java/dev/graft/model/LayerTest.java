package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.Preprocessing;
import dev.graft.model.graph.StateEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayerTest {
    private static ModelCard card(Network network) {
        return new ModelCard(network, List.of("cat", "dog"), Preprocessing.standard());
    }

    private static Stream<String> tensors(Layer layer) {
        List<String> own = layer instanceof Layer.Convolution
                ? List.of("weight")
                : layer instanceof Layer.BatchNorm
                        ? List.of("weight", "bias", "running_mean", "running_var")
                        : layer instanceof Layer.Linear ? List.of("weight", "bias") : List.of();
        return own.stream().map(name -> layer.name() + "." + name);
    }

    private static List<String> inputs(Layer layer) {
        if (layer instanceof Layer.Convolution c) return List.of(c.input());
        if (layer instanceof Layer.BatchNorm n) return List.of(n.input());
        if (layer instanceof Layer.Relu r) return List.of(r.input());
        if (layer instanceof Layer.MaxPool p) return List.of(p.input());
        if (layer instanceof Layer.Add a) return List.of(a.left(), a.right());
        if (layer instanceof Layer.AveragePool p) return List.of(p.input());
        if (layer instanceof Layer.Flatten f) return List.of(f.input());
        return List.of(((Layer.Linear) layer).input());
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void layers_useEachTensorOnce_inTheOrderOfTheState(Architecture architecture) {
        List<String> state = architecture.graph().orElseThrow().state(10).stream()
                .filter(e -> !e.counter())
                .map(StateEntry::name)
                .toList();
        assertEquals(
                state,
                card(architecture).layers().stream().flatMap(LayerTest::tensors).toList());
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void layers_takeEarlierValues_andAllAreUsed(Architecture architecture) {
        Set<String> known = new HashSet<>(Set.of(Layer.INPUT));
        Set<String> unused = new HashSet<>(known);
        for (Layer layer : card(architecture).layers()) {
            assertTrue(known.containsAll(inputs(layer)), layer::toString);
            assertTrue(known.add(layer.name()), () -> "twice: " + layer);
            inputs(layer).forEach(unused::remove);
            unused.add(layer.name());
        }
        assertEquals(Set.of("fc"), unused);
    }

    @Test
    void layers_aBatchNormFollowsItsConvolution() {
        List<String> norms = new ArrayList<>();
        Layer before = null;
        for (Layer layer : card(Architecture.RESNET50).layers()) {
            if (layer instanceof Layer.BatchNorm n) {
                norms.add(n.name());
                assertEquals(before == null ? null : before.name(), n.input());
            }
            before = layer;
        }
        assertEquals(53, norms.size());
    }

    @Test
    void layers_networkWhoseCodeIsInAFile_none() {
        assertEquals(
                List.of(),
                card(new ScriptNetwork("other.pt", "0".repeat(64), "fc", 512)).layers());
    }
}
