package dev.graft.model;

import dev.graft.image.Preprocessing;
import dev.graft.model.graph.Head;
import dev.graft.model.graph.HeadGraph;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.StateEntry;
import dev.graft.model.script.Blueprint;
import dev.graft.model.script.ResNetBlueprint;
import dev.graft.model.script.ScriptArchive;
import dev.graft.model.script.ScriptBlueprint;
import dev.graft.model.script.ScriptHead;
import dev.graft.torch.NativeBuffer;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.script.ScriptTemplate;
import dev.graft.weights.script.ScriptTemplate.Root;
import dev.graft.weights.tensor.WeightsChoice;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Makes classifiers from files: reads the tensors, adds a new head if wanted, writes the network's archive into native
 * memory, and lets LibTorch read it from there. The archive of one of Graft's own networks has empty tensors; the
 * tensors that were read are set afterwards.
 */
final class Grafting {
    private Grafting() {}

    /** See {@link Classifier#graft(Path, WeightsChoice, ModelCard, RandomSource)}. */
    static Classifier graft(Path weights, WeightsChoice choice, ModelCard card, RandomSource random)
            throws IOException {
        ResNetGraph graph = card.network()
                .graph()
                .orElseThrow(() -> new IllegalArgumentException("model: the network of "
                        + card.network().title() + " is code in a file; use Classifier.graft with a TrustedScript"));
        Architecture known = Architecture.named(graph.title());
        try (WeightsFile file = WeightsFile.open(weights, choice.fitting(known::fits))) {
            return graft(file, card, new ResNetBlueprint(graph, card.headGraph()), random);
        }
    }

    /** See {@link Classifier#graft(TrustedScript, List, Preprocessing, RandomSource)}. */
    static Classifier graft(
            TrustedScript script, List<String> classes, Preprocessing preprocessing, RandomSource random)
            throws IOException {
        try (TrustedScript.Opened opened = script.open()) {
            WeightsFile file = opened.weights();
            ScriptTemplate template = file.template();
            Head head = new Head(script.head().isPresent() ? script.head().get() : ScriptHead.last(file, template));
            int features = ScriptHead.features(file, template, head);
            String title = String.valueOf(script.file().getFileName());
            Network network = new ScriptNetwork(title, opened.sha256(), head.path(), features);
            ModelCard card = new ModelCard(network, classes, preprocessing);
            return graft(file, card, new ScriptBlueprint(template, head, classes.size()), random);
        }
    }

    private static Classifier graft(WeightsFile file, ModelCard card, Blueprint blueprint, RandomSource random)
            throws IOException {
        StateLoader loader = new StateLoader(file, card.network());
        HeadGraph graph = card.headGraph();
        Set<String> names = graph.state().stream().map(StateEntry::name).collect(Collectors.toSet());
        List<StateEntry> head = new ArrayList<>();
        List<StateEntry> trunk = new ArrayList<>();
        for (StateEntry e : blueprint.state()) {
            (names.contains(e.name()) ? head : trunk).add(e);
        }
        try (NativeScope scope = NativeScope.open()) {
            Map<String, Tensor> state = loader.loadTrunk(trunk);
            try {
                HeadValues.draw(state, head, graph, random);
                Classifier c = build(file, card, loader.notes(), Optional.empty(), blueprint, state);
                c.freeze();
                c.unfreeze(Classifier.HEAD);
                return c;
            } finally {
                state.values().forEach(Tensor::close);
            }
        }
    }

    /** See {@link Classifier#load(Path)}. */
    static Classifier load(Path file) throws IOException {
        try (WeightsFile weights = opened(file)) {
            ModelCard card = ModelCard.in(weights);
            if (card.network().origin().isEmpty()) {
                return load(weights, card);
            }
            throw new WeightsException(
                    file,
                    "holds the network of " + card.network().title() + ", whose code is from a file that Graft did not"
                            + " write; LibTorch runs such code while it loads the file, so a malicious file can do"
                            + " anything",
                    "if you trust the source of this file, use TrustedScript.of(file), or --trusted");
        }
    }

    private static WeightsFile opened(Path model) throws IOException {
        try {
            return WeightsFile.open(model);
        } catch (WeightsException e) {
            throw e.ofModel();
        }
    }

    /** See {@link Classifier#load(TrustedScript)}. */
    static Classifier load(TrustedScript model) throws IOException {
        if (model.head().isPresent()) {
            throw new IllegalArgumentException("trusted: a saved model already has a head, but withHead(\""
                    + model.head().get() + "\") asks for a new one; leave withHead out");
        }
        try (TrustedScript.Opened opened = model.open()) {
            return load(opened.weights(), opened.weights());
        }
    }

    /** See {@link Classifier#load(Path, TrustedScript)}. */
    static Classifier load(Path checkpoint, TrustedScript origin) throws IOException {
        try (WeightsFile weights = WeightsFile.open(checkpoint);
                TrustedScript.Opened opened = origin.open()) {
            Network trained = ModelCard.in(weights).network();
            if (origin.head().isPresent() && !origin.head().get().equals(trained.head())) {
                throw new IllegalArgumentException(
                        "trusted: the head in " + checkpoint + " replaced the layer '" + trained.head() + "', not '"
                                + origin.head().get() + "'; leave withHead out, or start a new training");
            }
            String sha256 = trained.origin().orElse(opened.sha256());
            if (!sha256.equals(opened.sha256())) {
                throw new WeightsException(
                        origin.file(),
                        "has the SHA-256 " + opened.sha256() + ", but " + checkpoint + " was trained on "
                                + trained.title() + " with " + sha256,
                        "give the network file that the training started from");
            }
            return load(weights, opened.weights());
        }
    }

    /** Tensors from {@code weights}; the code from {@code script} if the network is a foreign one. */
    private static Classifier load(WeightsFile weights, WeightsFile script) throws IOException {
        ModelCard card = ModelCard.in(weights);
        if (card.network().origin().isEmpty()) {
            return load(weights, card);
        }
        ScriptTemplate template = script.template();
        Head head = new Head(card.network().head());
        ScriptHead.features(script, template, head); // refuses a layer that cannot be a head
        return load(
                weights,
                card,
                new ScriptBlueprint(template, head, card.classes().size()));
    }

    /** A ResNet whose card is stored in another place. */
    static Classifier load(WeightsFile weights, ModelCard card) throws IOException {
        ResNetGraph graph = card.network().graph().orElseThrow();
        return load(weights, card, new ResNetBlueprint(graph, card.headGraph()));
    }

    private static Classifier load(WeightsFile weights, ModelCard card, Blueprint blueprint) throws IOException {
        try (NativeScope scope = NativeScope.open()) {
            StateLoader loader = new StateLoader(weights, card.network());
            Map<String, Tensor> state = loader.load(blueprint.state());
            try {
                Classifier c = build(weights, card, loader.notes(), ModelCard.textIn(weights), blueprint, state);
                c.freeze();
                return c;
            } finally {
                state.values().forEach(Tensor::close);
            }
        }
    }

    private static Classifier build(
            WeightsFile file,
            ModelCard card,
            List<String> notes,
            Optional<String> savedCard,
            Blueprint blueprint,
            Map<String, Tensor> state)
            throws IOException {
        if (blueprint instanceof ScriptBlueprint script) { // its archive is written in another way
            return build(file, card, notes, savedCard, script, state);
        }
        NetworkModule network = new NetworkModule(hollow(file, blueprint, state), blueprint, false);
        network.fill(state);
        return new Classifier(card, notes, savedCard, network);
    }

    /**
     * Graft's own network with empty tensors. Its values need no second copy: the classifier uses the tensors that were
     * read.
     */
    private static JitModule hollow(WeightsFile file, Blueprint blueprint, Map<String, Tensor> state)
            throws IOException {
        try (NativeScope scope = NativeScope.open();
                NativeBuffer archive = new NativeBuffer(256L * state.size() + blueprint.codeBytes())) {
            blueprint.write(
                    archive,
                    name -> torch.empty(new long[] {0}, state.get(name).options(), new MemoryFormatOptional()),
                    Root.HELD,
                    Map.of());
            return ScriptArchive.read(file.file(), archive);
        }
    }

    /** A foreign network with its values in the archive: only the archive shows where its code keeps them. */
    private static Classifier build(
            WeightsFile file,
            ModelCard card,
            List<String> notes,
            Optional<String> savedCard,
            ScriptBlueprint blueprint,
            Map<String, Tensor> state)
            throws IOException {
        // for the dry run, which checks that the head can learn
        state.get(blueprint.head().weight()).set_requires_grad(true);
        long bytes = state.values().stream().mapToLong(t -> t.nbytes() + 256).sum();
        try (NativeBuffer archive = new NativeBuffer(bytes + blueprint.codeBytes())) {
            try {
                blueprint.write(archive, state::get, Root.HELD, Map.of());
            } catch (
                    IllegalArgumentException
                            e) { // two entries with one name, or a name that is not allowed in an archive
                throw new WeightsException(
                        file.file(),
                        "cannot be rewritten with a new head: " + e.getMessage(),
                        "save the module again in Python: torch.jit.load(file).save(...)",
                        e);
            }
            DryRun.Findings found;
            try (JitModule rehearsal = ScriptArchive.read(file.file(), archive)) {
                found = new DryRun(file.file(), rehearsal, card, blueprint.template()).run();
            }
            List<String> all = new ArrayList<>(notes);
            all.addAll(found.notes());
            // A second module: the first keeps what the dry run left in it (profiles of shapes, counters).
            JitModule module = ScriptArchive.read(file.file(), archive);
            return new Classifier(card, all, savedCard, new NetworkModule(module, blueprint, found.contiguousOnly()));
        }
    }
}
