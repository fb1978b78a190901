package dev.graft.study;

import dev.graft.metrics.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts together what the folds say of each picture. */
final class OutOfFold {
    private OutOfFold() {}

    /**
     * The scores of all pictures. Where each was judged once, its logits are those of that run. Where several seeds dealt
     * it, they are the logarithms of the mean probabilities.
     */
    static Scores of(List<MemberResult> members) {
        Map<Integer, List<double[]>> probabilities = new TreeMap<>();
        Map<Integer, float[]> logits = new TreeMap<>();
        Map<Integer, Integer> labels = new TreeMap<>();
        for (MemberResult m : members) {
            double[][] own = m.scores().probabilities();
            for (int i = 0; i < own.length; i++) {
                int picture = m.scores().samples()[i];
                labels.put(picture, m.scores().labels()[i]);
                logits.put(picture, m.scores().logits()[i]);
                probabilities.computeIfAbsent(picture, p -> new ArrayList<>()).add(own[i]);
            }
        }
        probabilities.forEach((picture, all) -> {
            if (all.size() > 1) logits.put(picture, mean(all));
        });
        return new Scores(
                logits.keySet().stream().mapToInt(Integer::intValue).toArray(),
                labels.values().stream().mapToInt(Integer::intValue).toArray(),
                logits.values().toArray(float[][]::new));
    }

    private static float[] mean(List<double[]> probabilities) {
        float[] logs = new float[probabilities.get(0).length];
        for (int c = 0; c < logs.length; c++) {
            double sum = 0;
            for (double[] p : probabilities) sum += p[c];
            logs[c] = (float) Math.log(sum / probabilities.size());
        }
        return logs;
    }
}
