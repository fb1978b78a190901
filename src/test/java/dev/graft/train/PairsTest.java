package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.Slice;
import dev.graft.SmallRun;
import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.Views;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.plan.AdamW;
import dev.graft.plan.ClassWeights;
import dev.graft.plan.Clipping;
import dev.graft.plan.CrossEntropy;
import dev.graft.plan.Ending;
import dev.graft.plan.Focal;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.MixUpOrCutMix;
import dev.graft.plan.Mode;
import dev.graft.plan.OneCycle;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.Plateau;
import dev.graft.plan.Sampling;
import dev.graft.plan.Schedule;
import dev.graft.plan.TrainingPlan;
import dev.graft.plan.Warmup;
import dev.graft.report.Event;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which settings go together: the table in docs/recipes.md, each refusal, and each allowed pair killed and resumed. */
class PairsTest {
    private static final int BATCH = 4;
    private static final int PICTURES = 20;

    /** All pictures in every epoch, the head alone, two epochs of five steps. */
    private static final TrainingPlan BASE = TrainingPlan.reference()
            .withMode(Mode.EVALUATION)
            .withBatchSize(BATCH)
            .withReportEvery(1)
            .withEpochs(2);

    private record Setting(String name, UnaryOperator<TrainingPlan> change) {}

    /** In the order in which they are applied: what makes phases comes first. */
    private static final List<Setting> ALL = List.of(
            new Setting("frozen layers once", p -> p.withFrozen(FrozenLayers.ONCE)),
            new Setting(
                    "fitted head (`auto`)",
                    p -> TrainingPlan.auto().withBatchSize(BATCH).withReportEvery(1)),
            new Setting("a stage learns", PairsTest::withLayer4),
            new Setting("mode TRAINING", last(p -> p.withMode(Mode.TRAINING))),
            new Setting("AdamW", last(p -> p.withOptimizer(AdamW.STANDARD))),
            new Setting(
                    "one-cycle, warm-up",
                    last(p -> p.withSchedule(new Warmup(2, Schedule.Every.STEP, 0.1, OneCycle.STANDARD)))),
            new Setting("plateau", last(p -> p.withSchedule(new Plateau(0.5, 0, 1e-4, 0)))),
            new Setting("accumulate", last(p -> p.withUpdates(p.updates().withAccumulate(2)))),
            new Setting("clipping", last(p -> p.withUpdates(p.updates().withClipping(Clipping.norm(1))))),
            new Setting("averaged weights", last(p -> p.withUpdates(p.updates().withAveraging(0.8)))),
            new Setting("no decay of norms", last(p -> p.withUpdates(p.updates().withDecayAll(false)))),
            new Setting("label smoothing", last(p -> p.withLoss(new CrossEntropy(0.1, ClassWeights.NONE)))),
            new Setting("class weights", last(p -> p.withLoss(new CrossEntropy(0, ClassWeights.BALANCED)))),
            new Setting("focal loss", last(p -> p.withLoss(Focal.STANDARD))),
            new Setting("balanced sampling", p -> p.withInput(p.input().withSampling(Sampling.BALANCED))),
            new Setting("views", p -> p.withViews(new Views(2, Augmentation.STRONG, 7))),
            new Setting("MixUp, CutMix", p -> p.withInput(p.input().withMixing(new MixUpOrCutMix(0.2, 1)))),
            new Setting(
                    "best weights",
                    p -> p.withEnding(Ending.NONE.withMetric("loss").withTakeBest(true))),
            new Setting(
                    "patience", p -> p.withEnding(p.ending().withMetric("loss").withPatience(1, 0))));

    @TempDir
    static Path folder;

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1); // as the child has it: batch statistics round differently with another number
        HashState.write(folder.resolve("hash.pth"), 10);
        SmallRun.samples(folder.resolve("train"), PICTURES);
        SmallRun.validation(folder.resolve("val"), 4);
    }

    private static UnaryOperator<TrainingPlan> last(UnaryOperator<Phase> change) {
        return plan ->
                plan.withPhase(plan.phases().get(plan.phases().size() - 1).name(), change);
    }

    private static TrainingPlan withLayer4(TrainingPlan plan) {
        List<ParameterGroup> both =
                List.of(new ParameterGroup("layer4", 1e-3), new ParameterGroup(Classifier.HEAD, 1e-3));
        return plan.phases().get(0).fitsAtOnce() ? plan.then(Phase.of("layer4", 2, both)) : plan.withGroups(both);
    }

    private static TrainingPlan pair(Setting a, Setting b) {
        return b.change.apply(a.change.apply(BASE));
    }

    private static boolean refused(Setting a, Setting b) {
        try {
            pair(a, b);
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    /** The rows of the table: each setting with those that it does not go with. */
    private static List<String> table() {
        List<String> rows = new ArrayList<>();
        for (Setting a : ALL) {
            List<String> not = new ArrayList<>();
            for (Setting b : ALL) {
                if (a == b) continue;
                boolean first = ALL.indexOf(a) < ALL.indexOf(b);
                if (refused(first ? a : b, first ? b : a)) not.add(b.name);
            }
            rows.add("| " + a.name + " | " + (not.isEmpty() ? "" : String.join(", ", not)) + " |");
        }
        return rows;
    }

    @Test
    void table_isThatOfTheDocument() throws IOException {
        Path document = Path.of("docs/recipes.md");
        if (Files.notExists(document)) document = Path.of("..").resolve(document);
        List<String> lines = Files.readAllLines(document);
        int start = lines.indexOf("| setting | does not go with |");
        List<String> wanted = table();
        String shown = String.join("\n", wanted);
        assertTrue(start > 0, "docs/recipes.md has no table of settings:\n" + shown);
        assertEquals(wanted, lines.subList(start + 2, start + 2 + wanted.size()), shown);
    }

    /** Each refusal names the plan or the phase, and both settings. */
    @Test
    void refusals_sayWhatToDo() {
        int seen = 0;
        for (int i = 0; i < ALL.size(); i++) {
            for (int j = i + 1; j < ALL.size(); j++) {
                Setting a = ALL.get(i);
                Setting b = ALL.get(j);
                if (!refused(a, b)) continue;
                String told = assertThrows(IllegalArgumentException.class, () -> pair(a, b))
                        .getMessage();
                assertTrue(
                        told.matches("plan: .*(;|\\.) ?.*(use|set|give|let|add|leave) .*"),
                        a + " and " + b + ": " + told);
                seen++;
            }
        }
        assertTrue(seen > 10, "refused pairs: " + seen);
    }

    /** A run with both settings is killed at a random step; what goes on from its checkpoint ends with the same bytes. */
    @Test
    @Timeout(7200)
    void allowedPairs_killedAndResumed_endWithTheSameBytes() throws Exception {
        List<TrainingPlan> plans = new ArrayList<>();
        for (int i = 0; i < ALL.size(); i++)
            for (int j = i + 1; j < ALL.size(); j++)
                if (!refused(ALL.get(i), ALL.get(j))) plans.add(pair(ALL.get(i), ALL.get(j)));
        Random random = new Random(20);
        Collections.shuffle(plans, random);
        List<TrainingPlan> tried = plans.subList(0, Slice.of(plans.size(), 2));
        assertAll(tried.stream().map(plan -> () -> killedAndResumed(plan, random)));
        System.out.println(tried.size() + " of " + plans.size() + " allowed pairs killed and resumed");
    }

    private static void killedAndResumed(TrainingPlan plan, Random random) throws Exception {
        Path home = Files.createTempDirectory(folder, "pair");
        Path straight = home.resolve("straight.pt");
        KilledRun.run(folder, plan, home.resolve("unharmed"), straight, t -> t);
        Path model = home.resolve("model.pt");
        Path checkpoints = home.resolve("checkpoints");
        long steps = plan.phases().get(0).fitsAtOnce() && plan.phases().size() == 1 ? 1 : 5;
        try (ChildJvm child = ChildJvm.start(
                home, ChildJvm.digesting(), KilledRun.class, folder, plan.toJson(), checkpoints, model)) {
            child.awaitLines("epoch ", 1 + random.nextInt((int) steps), 180);
        } // killed here
        List<String> resumed = new ArrayList<>();
        boolean there = Files.exists(checkpoints.resolve("checkpoint.pt"));
        KilledRun.run(
                folder,
                plan,
                checkpoints,
                model,
                t -> t.listener(e -> {
                    if (e instanceof Event.RunBegan b) b.resumed().ifPresent(r -> resumed.add(r.toString()));
                }));
        assertEquals(there ? 1 : 0, resumed.size(), "it goes on where there is a checkpoint");
        assertEquals(-1, Files.mismatch(straight, model), () -> "resumed from " + resumed + ": " + plan.toJson());
        try (var files = Files.walk(home)) {
            files.sorted(Collections.reverseOrder()).forEach(f -> f.toFile().delete());
        }
    }
}
