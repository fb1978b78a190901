package dev.graft.mix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.plan.CutMix;
import dev.graft.plan.MixUp;
import dev.graft.plan.MixUpOrCutMix;
import dev.graft.plan.Mixing;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same share and box give torchvision's pictures and targets, bit by bit; shares and boxes are distributed as its are. */
class GoldenMixingTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CLASSES = 3;

    /** Draws a statistic: a distribution is refused by chance once in a million. */
    private static final int DRAWS = 20_000;

    private static final double BY_CHANCE = 1e-6;

    private record Case(JsonNode line) {
        Mix mix() {
            double share = line.get("share").asDouble();
            if (line.get("kind").asText().equals("mixup")) return new Blend(share);
            JsonNode centre = line.get("centre");
            int[] shape = ints(line.get("shape"));
            return Cut.around(centre.get(0).asInt(), centre.get(1).asInt(), share, shape[3], shape[2]);
        }

        Mixer.Batch batch() {
            long[] shape = Arrays.stream(ints(line.get("shape"))).asLongStream().toArray();
            Tensor flat = Tensor.create(numbers("images"), numbers("images").length);
            return new Mixer.Batch(flat.view(shape), target(line.get("labels")));
        }

        private static Tensor target(JsonNode labels) {
            if (!labels.get(0).isArray()) {
                long[] indices = Arrays.stream(ints(labels)).asLongStream().toArray();
                return Tensor.create(indices, indices.length);
            }
            float[] rows = new float[labels.size() * CLASSES];
            for (int i = 0; i < rows.length; i++)
                rows[i] = (float) labels.get(i / CLASSES).get(i % CLASSES).asDouble();
            return Tensor.create(rows, labels.size(), CLASSES);
        }

        float[] numbers(String name) {
            float[] all = new float[line.get(name).size()];
            for (int i = 0; i < all.length; i++)
                all[i] = (float) line.get(name).get(i).asDouble();
            return all;
        }

        @Override
        public String toString() {
            return line.get("kind").asText() + " " + line.get("share") + " " + line.get("centre");
        }
    }

    @BeforeAll
    static void oneThread() {
        Threads.set(1);
    }

    private static int[] ints(JsonNode of) {
        int[] all = new int[of.size()];
        for (int i = 0; i < all.length; i++) all[i] = of.get(i).asInt();
        return all;
    }

    private static List<JsonNode> lines(String file) throws IOException {
        List<JsonNode> all = new ArrayList<>();
        try (InputStream in = GoldenMixingTest.class.getResourceAsStream("/golden/mixing/" + file)) {
            for (String line : new String(in.readAllBytes()).split("\n")) all.add(JSON.readTree(line));
        }
        return all;
    }

    static Stream<Case> cases() throws IOException {
        return lines("cases.jsonl").stream().map(Case::new);
    }

    private static float[] values(Tensor of) {
        float[] all = new float[(int) of.numel()];
        new FloatPointer(of.contiguous().data_ptr()).get(all);
        return all;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void mixed_byGivenShareAndBox_isTorchvisions(Case golden) {
        for (torch.MemoryFormat layout :
                new torch.MemoryFormat[] {torch.MemoryFormat.Contiguous, torch.MemoryFormat.ChannelsLast}) {
            try (NativeScope scope = NativeScope.open()) {
                Mixer.Batch before = golden.batch();
                Tensor images = before.images().contiguous(layout);
                Mixer.Batch mixed =
                        new Mixer(Mixing.NONE, CLASSES).apply(golden.mix(), new Mixer.Batch(images, before.target()));
                assertArrayEquals(golden.numbers("mixed"), values(mixed.images()));
                assertArrayEquals(golden.numbers("targets"), values(mixed.target()));
                assertTrue(mixed.images().is_contiguous(layout), "the layout stays");
                assertArrayEquals(golden.numbers("images"), values(images), "they are not changed");
            }
        }
    }

    /**
     * Kolmogorov and Smirnov's statistic at 99 quantiles by SciPy. By Dvoretzky, Kiefer and Wolfowitz's inequality the right distribution
     * is refused with a probability of 1e-6, and any that differs by 0.039 at one of them is accepted with no more than that.
     */
    private static double distance(double[] drawn, JsonNode beta) {
        double largest = 0;
        for (int i = 0; i < beta.get("shares").size(); i++) {
            double quantile = beta.get("quantiles").get(i).asDouble();
            double expected = beta.get("shares").get(i).asDouble();
            int below = 0;
            int above = 0;
            for (double share : drawn) {
                if (share <= quantile) below++;
                if (1 - share <= quantile) above++;
            }
            double least = Math.min(below, above) / (double) DRAWS;
            double most = Math.max(below, above) / (double) DRAWS;
            largest = Math.max(largest, Math.max(expected - least, most - expected));
        }
        return largest;
    }

    private static final double ALLOWED = Math.sqrt(Math.log(2 / BY_CHANCE) / 2 / DRAWS);

    private static double[] shares(double alpha) {
        double[] shares = new double[DRAWS];
        for (int i = 0; i < DRAWS; i++)
            shares[i] = Mixer.draw(new MixUp(alpha), new Numbers(i), 8, 8).share();
        return shares;
    }

    @Test
    void shares_areOfTheBetaDistribution_andOtherAlphasAreTold() throws IOException {
        List<JsonNode> all = lines("beta.jsonl");
        for (JsonNode beta : all) {
            double[] drawn = shares(beta.get("alpha").asDouble());
            double distance = distance(drawn, beta);
            assertTrue(distance < ALLOWED, () -> "alpha " + beta.get("alpha") + " is " + distance + " away");
            for (JsonNode other : all)
                if (other != beta)
                    assertTrue(
                            distance(drawn, other) > ALLOWED,
                            () -> "alpha " + beta.get("alpha") + " looks like " + other.get("alpha"));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-3, 1e3})
    void shares_atTheEndsOfTheRange_areShares(double alpha) {
        for (double share : shares(alpha)) assertTrue(share >= 0 && share <= 1, "was " + share);
        double mean = Arrays.stream(shares(alpha)).average().orElseThrow();
        assertEquals(0.5, mean, 5 * 0.5 / Math.sqrt(DRAWS)); // five standard errors of the widest
    }

    /** Each centre as likely: Pearson's statistic of 48 cells, with 47 degrees of freedom, is below 115 in all but 1e-7. */
    @Test
    void boxes_haveTheirCentreAnywhere_alike() {
        int width = 8;
        int height = 6;
        int[] cells = new int[width * height];
        for (int i = 0; i < DRAWS; i++) {
            Numbers numbers = new Numbers(i);
            numbers.beta(1);
            cells[numbers.below(height) + height * numbers.below(width)]++;
        }
        double expected = DRAWS / (double) cells.length;
        double statistic = Arrays.stream(cells)
                .mapToDouble(n -> (n - expected) * (n - expected) / expected)
                .sum();
        assertTrue(statistic < 115, "was " + statistic);
    }

    @Test
    void either_isDrawnAsOftenAsTheOther() {
        long cuts = IntStream.range(0, DRAWS)
                .filter(i -> Mixer.draw(new MixUpOrCutMix(1, 1), new Numbers(i), 8, 8) instanceof Cut)
                .count();
        assertEquals(DRAWS / 2.0, cuts, 5 * Math.sqrt(DRAWS) / 2); // five standard deviations
    }

    @Test
    void batch_ofOnePicture_staysAsItIs_othersAreMixedByTheirSeed() {
        try (NativeScope scope = NativeScope.open()) {
            Mixer mixer = new Mixer(new CutMix(1), CLASSES);
            Mixer.Batch one = new Mixer.Batch(torch.ones(1, 3, 4, 4), Tensor.create(new long[] {1}, 1));
            assertSame(one, mixer.mix(one, 7));
            Mixer.Batch two = new Mixer.Batch(torch.rand(2, 3, 16, 16), Tensor.create(new long[] {1, 2}, 2));
            float[] mixed = values(mixer.mix(two, 7).target());
            assertArrayEquals(mixed, values(mixer.mix(two, 7).target()));
            assertFalse(Arrays.equals(mixed, values(mixer.mix(two, 8).target())));
            assertTrue(mixer.mixes());
            assertFalse(new Mixer(Mixing.NONE, CLASSES).mixes());
        }
    }
}
