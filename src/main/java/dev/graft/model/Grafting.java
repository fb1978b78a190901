package dev.graft.model;

import dev.graft.image.Preprocessing;
import dev.graft.model.graph.Head;
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
import dev.graft.weights.tensor.WeightsKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Makes classifiers from files: reads the tensors, adds a head where a new one is wanted, writes the network's archive into
 * native memory, and lets LibTorch read it from there. The archive of one of Graft's own networks holds no numbers: it is given the tensors
 * that were read.
 */
final class Grafting {
    private Grafting() {}

    /** See {@link Classifier#graft(Path, WeightsChoice, ModelCard, RandomSource)}. */
    static Classifier graft(Path weights, WeightsChoice choice, ModelCard card, RandomSource random)
            throws IOException {
        ResNetGraph graph = card.network()
                .graph()
                .orElseThrow(() -> new IllegalArgumentException("model: the network of "
                        + card.network().title() + " is code in a file; graft onto it as a TrustedScript"));
        Architecture known = Architecture.named(graph.title());
        try (WeightsFile file = WeightsFile.open(weights, choice.fitting(known::fits))) {
            return graft(file, card, new ResNetBlueprint(graph, card.classes().size()), random);
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
        Head layer = new Head(card.network().head());
        List<StateEntry> head = new ArrayList<>();
        List<StateEntry> trunk = new ArrayList<>();
        for (StateEntry e : blueprint.state()) {
            (layer.holds(e.name()) ? head : trunk).add(e);
        }
        try (NativeScope scope = NativeScope.open()) {
            Map<String, Tensor> state = loader.loadTrunk(trunk);
            try {
                HeadValues.draw(state, head, card.network().features(), random);
                Classifier c = build(file, card, loader.notes(), blueprint, state);
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
        try (WeightsFile weights = WeightsFile.open(file)) {
            ModelCard card = card(weights);
            if (card.network().origin().isEmpty()) {
                return load(weights, card);
            }
            throw new WeightsException(
                    file,
                    "holds the network of " + card.network().title() + ", whose code came in a file that Graft did not"
                            + " write; LibTorch runs code of such a file while it loads it, and a crafted one can do"
                            + " anything there",
                    "if you trust where it comes from, say so: TrustedScript.of(file), or --trusted");
        }
    }

    /** See {@link Classifier#load(TrustedScript)}. */
    static Classifier load(TrustedScript model) throws IOException {
        if (model.head().isPresent()) {
            throw new IllegalArgumentException("trusted: a saved model already has its head, withHead(\""
                    + model.head().get() + "\") is for grafting a new one; leave it out");
        }
        try (TrustedScript.Opened opened = model.open()) {
            return load(opened.weights(), opened.weights());
        }
    }

    /** See {@link Classifier#load(Path, TrustedScript)}. */
    static Classifier load(Path checkpoint, TrustedScript origin) throws IOException {
        try (WeightsFile weights = WeightsFile.open(checkpoint);
                TrustedScript.Opened opened = origin.open()) {
            Network trained = card(weights).network();
            if (origin.head().isPresent() && !origin.head().get().equals(trained.head())) {
                throw new IllegalArgumentException(
                        "trusted: the head that " + checkpoint + " trains stands in place of '" + trained.head()
                                + "', not of '" + origin.head().get() + "'; a new head is a new training");
            }
            String sha256 = trained.origin().orElse(opened.sha256());
            if (!sha256.equals(opened.sha256())) {
                throw new WeightsException(
                        origin.file(),
                        "has the SHA-256 " + opened.sha256() + ", " + checkpoint + " was trained on " + trained.title()
                                + " of " + sha256,
                        "give the file that the training began with");
            }
            return load(weights, opened.weights());
        }
    }

    /** Tensors from {@code weights}, code from {@code script} where it is foreign. */
    private static Classifier load(WeightsFile weights, WeightsFile script) throws IOException {
        ModelCard card = card(weights);
        if (card.network().origin().isEmpty()) {
            return load(weights, card);
        }
        ScriptTemplate template = script.template();
        Head head = new Head(card.network().head());
        ScriptHead.features(script, template, head); // refuses a layer that can be no head
        return load(
                weights,
                card,
                new ScriptBlueprint(template, head, card.classes().size()));
    }

    /** A ResNet whose card lies elsewhere. */
    static Classifier load(WeightsFile weights, ModelCard card) throws IOException {
        ResNetGraph graph = card.network().graph().orElseThrow();
        return load(weights, card, new ResNetBlueprint(graph, card.classes().size()));
    }

    private static Classifier load(WeightsFile weights, ModelCard card, Blueprint blueprint) throws IOException {
        try (NativeScope scope = NativeScope.open()) {
            StateLoader loader = new StateLoader(weights, card.network());
            Map<String, Tensor> state = loader.load(blueprint.state());
            try {
                Classifier c = build(weights, card, loader.notes(), blueprint, state);
                c.freeze();
                return c;
            } finally {
                state.values().forEach(Tensor::close);
            }
        }
    }

    /** The card inside an export or a checkpoint. */
    private static ModelCard card(WeightsFile weights) throws IOException {
        String json = weights.kind() == WeightsKind.TORCHSCRIPT
                ? weights.extra(ModelCard.FILE).orElse(null)
                : weights.has("graft") && weights.value("graft") instanceof String s ? s : null;
        if (json == null) {
            throw new WeightsException(
                    weights.file(),
                    "holds no " + ModelCard.FILE + ", so its classes and preprocessing are unknown",
                    "give a file that Graft saved, or graft a new head onto this one");
        }
        try {
            return ModelCard.fromJson(json);
        } catch (IllegalArgumentException e) {
            throw new WeightsException(weights.file(), String.valueOf(e.getMessage()), "give a file that Graft saved");
        }
    }

    private static Classifier build(
            WeightsFile file, ModelCard card, List<String> notes, Blueprint blueprint, Map<String, Tensor> state)
            throws IOException {
        if (blueprint instanceof ScriptBlueprint script) { // the archive that LibTorch reads is written otherwise
            return build(file, card, notes, script, state);
        }
        NetworkModule network = new NetworkModule(hollow(file, blueprint, state), blueprint, false);
        network.fill(state);
        return new Classifier(card, notes, network);
    }

    /** Graft's own network without its numbers, which need not be copied twice: the classifier takes the tensors themselves. */
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

    /** A foreign network, its numbers in the archive: where its code keeps them, only the archive tells. */
    private static Classifier build(
            WeightsFile file, ModelCard card, List<String> notes, ScriptBlueprint blueprint, Map<String, Tensor> state)
            throws IOException {
        // for the dry run, which looks whether the head would learn
        state.get(blueprint.head().weight()).set_requires_grad(true);
        long bytes = state.values().stream().mapToLong(t -> t.nbytes() + 256).sum();
        try (NativeBuffer archive = new NativeBuffer(bytes + blueprint.codeBytes())) {
            try {
                blueprint.write(archive, state::get, Root.HELD, Map.of());
            } catch (IllegalArgumentException e) { // two entries of one name, a name that no archive can hold
                throw new WeightsException(
                        file.file(),
                        "cannot be written again with a new head: " + e.getMessage(),
                        "save the module anew in Python: torch.jit.load(file).save(...)",
                        e);
            }
            DryRun.Findings found;
            try (JitModule rehearsal = ScriptArchive.read(file.file(), archive)) {
                found = new DryRun(file.file(), rehearsal, card, blueprint.template()).run();
            }
            List<String> all = new ArrayList<>(notes);
            all.addAll(found.notes());
            // A fresh one: what the dry run left in the first (profiles of its shapes, counters) goes with it.
            JitModule module = ScriptArchive.read(file.file(), archive);
            return new Classifier(card, all, new NetworkModule(module, blueprint, found.contiguousOnly()));
        }
    }
}
