package dev.graft.train;

import dev.graft.data.Sample;
import dev.graft.files.Digests;
import dev.graft.model.Classifier;
import dev.graft.plan.Mode;
import dev.graft.plan.Phase;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.Tensor;

/** Refuses runs that several ranks cannot share, and ranks that are not of the same run. */
final class TeamRules {
    private TeamRules() {}

    /**
     * Checks a run before its first exchange of tensors.
     *
     * @param start what the run begins from, in words that are the same on all ranks
     * @throws IllegalArgumentException when the plan is not for several ranks
     * @throws dev.graft.distributed.RankException when a rank has another plan, network, pictures or version
     */
    static void require(RunContext context, String start) {
        Team team = context.team();
        if (team.isAlone()) return;
        for (Phase phase : context.plan().phases()) {
            if (learnsHeadOnFeatures(context, phase)) continue;
            team.requireDivides(context.batchSize());
            requireStatistics(team, phase);
        }
        team.group().requireAgreement(facts(context, start));
    }

    /** Whether each rank may do the same work in full: it takes milliseconds. */
    private static boolean learnsHeadOnFeatures(RunContext context, Phase phase) {
        return context.frozenOnce() && phase.firstThatLearns().equals(Classifier.HEAD);
    }

    private static void requireStatistics(Team team, Phase phase) {
        if (phase.mode() == Mode.EVALUATION || team.usesOwnStatistics()) return;
        throw new IllegalArgumentException(
                "training: phase " + phase.name() + " has batch norms in training mode, whose"
                        + " statistics would be those of each rank's pictures and not of the batch: on " + team.size()
                        + " ranks it is another training than on one. Use Mode.EVALUATION (the recipe fast), one process, or"
                        + " ask for the statistics of each rank (Trainer.statisticsOfEachRank), which PyTorch's data parallel"
                        + " training has too");
    }

    private static Map<String, String> facts(RunContext context, String start) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("the versions", versions());
        facts.put("the plan", context.plan().toJson());
        facts.put("the statistics of batch norms", context.team().usesOwnStatistics() ? "of each rank" : "of the run");
        facts.put("the classes", String.join(", ", context.classifier().card().classes()));
        facts.put(
                "the preprocessing",
                context.classifier().card().preprocessing().toJson().toString());
        facts.put("what the run begins from", start);
        facts.put("the training pictures", pictures(context.data().train()));
        facts.put("the validation pictures", pictures(context.data().validation()));
        facts.put("the state of the random numbers", digest(context.orders().state()));
        facts.put("the order", context.orders().areGiven() ? "given" : "drawn");
        try (NativeScope scope = NativeScope.open()) {
            Map<String, Tensor> state = context.classifier().state();
            facts.put("the parameters", shapes(state));
            facts.put("the weights", weights(state));
        }
        return facts;
    }

    private static String versions() {
        return "Graft " + version("dev.graft", "graft") + ", LibTorch " + version("org.bytedeco", "pytorch");
    }

    private static String version(String group, String artifact) {
        try {
            return Loader.getVersion(group, artifact);
        } catch (IOException | RuntimeException e) { // classes that are not in a jar
            return "of unknown version";
        }
    }

    private static String shapes(Map<String, Tensor> state) {
        StringBuilder all = new StringBuilder();
        state.forEach((name, t) -> all.append(name)
                .append(' ')
                .append(t.scalar_type().intern())
                .append(' ')
                .append(Arrays.toString(t.shape()))
                .append('\n'));
        return all.toString();
    }

    private static String weights(Map<String, Tensor> state) {
        MessageDigest sha = Digests.sha256();
        state.values().forEach(t -> {
            Tensor here = t.detach().cpu().contiguous();
            long bytes = here.numel() * here.element_size();
            if (bytes > 0)
                sha.update(new BytePointer(here.data_ptr()).capacity(bytes).asByteBuffer());
        });
        return HexFormat.of().formatHex(sha.digest());
    }

    /** Labels, names and sizes. Contents are read later, by one rank each. */
    private static String pictures(List<Sample> samples) {
        MessageDigest sha = Digests.sha256();
        for (Sample s : samples) {
            String line = s.labels() + " " + s.file().getFileName() + " " + size(s) + "\n";
            sha.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return samples.size() + ", " + HexFormat.of().formatHex(sha.digest());
    }

    private static long size(Sample sample) {
        try {
            return Files.size(sample.file());
        } catch (IOException e) { // the decoder reports it
            return -1;
        }
    }

    private static String digest(byte[] bytes) {
        MessageDigest sha = Digests.sha256();
        sha.update(ByteBuffer.wrap(bytes));
        return HexFormat.of().formatHex(sha.digest());
    }
}
