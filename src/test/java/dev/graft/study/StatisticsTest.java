package dev.graft.study;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.head.Folds;
import dev.graft.metrics.Metrics;
import dev.graft.metrics.Scores;
import dev.graft.plan.TrainingPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spreads, differences, rankings and what folds say, from given scores. */
class StatisticsTest {
    @TempDir
    Path folder;

    /** Two classes; a picture is right where its letter is r. */
    private static MemberResult run(int point, int seed, String rightOrWrong) {
        float[][] logits = new float[rightOrWrong.length()][];
        for (int i = 0; i < logits.length; i++)
            logits[i] = rightOrWrong.charAt(i) == 'r' ? new float[] {1, 0} : new float[] {0, 1};
        int[] samples = IntStream.range(0, logits.length).toArray();
        Member member = new Member("point-" + point + "-seed-" + seed, point, seed, Member.NO_FOLD);
        return MemberRun.result(member, new Scores(samples, new int[logits.length], logits), 1);
    }

    @Test
    void spread_isTheSamplesOwn_andLeavesNaNOut() {
        Spread spread = Spread.of(List.of(2.0, 4.0, Double.NaN, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0));
        assertEquals(8, spread.count());
        assertEquals(5, spread.mean());
        assertEquals(Math.sqrt(32 / 7.0), spread.deviation(), 1e-12);
        assertEquals(Math.sqrt(32 / 7.0 / 8), spread.error(), 1e-12);
        assertEquals(3, Spread.of(List.of(3.0)).mean());
        assertTrue(Double.isNaN(Spread.of(List.of(3.0)).error()));
        assertTrue(Double.isNaN(Spread.of(List.of()).mean()));
    }

    @Test
    void difference_ofSeveralRuns_isThatOfPairs() {
        List<MemberResult> a = List.of(run(0, 0, "rrrr"), run(0, 1, "rrww"), run(0, 2, "rrrw"));
        List<MemberResult> b = List.of(run(1, 2, "rrww"), run(1, 0, "rrrw"), run(1, 1, "rwww"));
        Difference pairs = Difference.of(Metrics.accuracy(), a, b);
        assertEquals(0.25, pairs.mean(), 1e-12);
        assertEquals(0, pairs.error(), 1e-12); // each pair differs by the same, though the runs differ a lot
        assertEquals(-0.25, Difference.of(Metrics.accuracy(), b, a).mean(), 1e-12);
        assertTrue(Difference.of(Metrics.loss(), a, b).mean() > 0, "less loss is better");
    }

    /** For a mean over pictures, leaving out one at a time gives the standard error of the paired differences. */
    @Test
    void difference_ofOneRunEach_comesFromThePictures() {
        Difference one =
                Difference.of(Metrics.accuracy(), List.of(run(0, 0, "rrrrrrww")), List.of(run(1, 0, "rwwrrrrw")));
        Spread paired = Spread.of(List.of(0.0, 1.0, 1.0, 0.0, 0.0, 0.0, -1.0, 0.0));
        assertEquals(paired.mean(), one.mean(), 1e-12);
        assertEquals(paired.error(), one.error(), 1e-12);
        assertEquals(paired.mean() / paired.error(), one.inErrors(), 1e-12);
    }

    @Test
    void difference_ofManyPictures_leavesOutParts() {
        SplittableRandom random = new SplittableRandom(7);
        StringBuilder a = new StringBuilder();
        StringBuilder b = new StringBuilder();
        List<Double> paired = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            boolean rightA = random.nextDouble() < 0.9;
            boolean rightB = random.nextDouble() < 0.85;
            a.append(rightA ? 'r' : 'w');
            b.append(rightB ? 'r' : 'w');
            paired.add((rightA ? 1.0 : 0.0) - (rightB ? 1.0 : 0.0));
        }
        Difference of =
                Difference.of(Metrics.accuracy(), List.of(run(0, 0, a.toString())), List.of(run(1, 0, b.toString())));
        double expected = Spread.of(paired).error();
        assertEquals(expected, of.error(), 0.3 * expected); // of 100 parts: relative deviation 1 / sqrt(2 * 99) = 7%
    }

    @Test
    void ranked_bestFirst_failedLast() {
        List<GridPoint> points = List.of(point(), point(), point());
        Scores none = new Scores(new int[0], new int[0], new float[0][]);
        MemberResult failed = new MemberResult(
                new Member("point-1", 0, 0, Member.NO_FOLD), none, Map.of(), 1, java.util.Optional.of("NaN"));
        List<MemberResult> all = List.of(failed, run(1, 0, "rrww"), run(2, 0, "rrrw"));
        List<PointResult> ranked = PointResult.ranked(points, all, Metrics.accuracy());
        assertEquals(List.of(3, 2, 1), ranked.stream().map(PointResult::number).toList());
        assertEquals(0.25, ranked.get(0).ahead().orElseThrow().mean(), 1e-12);
        assertTrue(ranked.get(1).ahead().isEmpty() && ranked.get(2).failure().isPresent());
    }

    private static GridPoint point() {
        return new GridPoint(Map.of(), TrainingPlan.fast());
    }

    @Test
    void outOfFold_ofOneDealing_hasTheLogits_ofSeveral_meanProbabilities() {
        Member first = new Member("fold-1", 0, 0, 0);
        Member second = new Member("fold-2", 0, 0, 1);
        MemberResult a = MemberRun.result(
                first, new Scores(new int[] {2, 0}, new int[] {1, 0}, new float[][] {{1, 2}, {3, 4}}), 1);
        MemberResult b = MemberRun.result(second, new Scores(new int[] {1}, new int[] {1}, new float[][] {{5, 9}}), 1);
        Scores once = OutOfFold.of(List.of(a, b));
        assertArrayEquals(new int[] {0, 1, 2}, once.samples());
        assertArrayEquals(new int[] {0, 1, 1}, once.labels());
        assertArrayEquals(new float[] {3, 4}, once.logits()[0]);
        Scores twice = OutOfFold.of(List.of(
                a, MemberRun.result(first, new Scores(new int[] {2}, new int[] {1}, new float[][] {{0, 0}}), 1)));
        double[] mean = twice.probabilities()[1];
        assertEquals((Math.exp(2) / (Math.exp(1) + Math.exp(2)) + 0.5) / 2, mean[1], 1e-6);
    }

    @Test
    void folds_areStratified_andSameForTheSameSeed() {
        int[] labels =
                IntStream.range(0, 103).map(i -> i < 60 ? 0 : i < 102 ? 1 : 2).toArray();
        Folds folds = Folds.deal(labels, 3, 5, 9);
        assertEquals(5, folds.count());
        assertEquals(Folds.NONE, folds.of()[102], "it is alone in its class");
        for (int fold = 0; fold < 5; fold++) {
            int f = fold;
            long zero = IntStream.range(0, 60).filter(i -> folds.of()[i] == f).count();
            long one = IntStream.range(60, 102).filter(i -> folds.of()[i] == f).count();
            assertEquals(12, zero);
            assertTrue(one == 8 || one == 9, one + " of 42 in a fold");
        }
        assertArrayEquals(folds.of(), Folds.deal(labels, 3, 5, 9).of());
        Set<List<Integer>> different = new HashSet<>();
        for (int seed = 0; seed < 4; seed++)
            different.add(
                    Arrays.stream(Folds.deal(labels, 3, 5, seed).of()).boxed().toList());
        assertEquals(4, different.size());
    }

    @Test
    void scoresFile_roundTrip_andDamage() throws java.io.IOException {
        Path file = folder.resolve("scores.safetensors");
        Scores scores =
                new Scores(new int[] {4, 0}, new int[] {1, 2}, new float[][] {{1.5f, -2, Float.NaN}, {0, 1e-30f, 3}});
        ScoresFile.write(file, scores);
        Scores again = ScoresFile.read(file);
        assertArrayEquals(scores.samples(), again.samples());
        assertArrayEquals(scores.labels(), again.labels());
        assertArrayEquals(scores.logits(), again.logits());
        ScoresFile.write(file, new Scores(new int[0], new int[0], new float[0][]));
        assertEquals(0, ScoresFile.read(file).count());
    }
}
