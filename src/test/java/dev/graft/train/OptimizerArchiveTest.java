package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Adagrad;
import org.bytedeco.pytorch.AdagradOptions;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.RMSprop;
import org.bytedeco.pytorch.RMSpropOptions;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Any optimizer of LibTorch goes on as if it had never been taken apart. */
class OptimizerArchiveTest {
    private enum Kind {
        SGD(Set.of("momentum_buffer")) {
            @Override
            Optimizer over(TensorVector parameters) {
                SGDOptions o = new SGDOptions(0.1);
                o.momentum().put(0.9);
                return new SGD(parameters, o);
            }
        },
        ADAM(Set.of("step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq")) {
            @Override
            Optimizer over(TensorVector parameters) {
                AdamOptions o = new AdamOptions(0.1);
                o.amsgrad().put(true);
                o.betas().put(0.8, 0.95);
                return new Adam(parameters, o);
            }
        },
        ADAMW(Set.of("step", "exp_avg", "exp_avg_sq")) {
            @Override
            Optimizer over(TensorVector parameters) {
                return new AdamW(parameters, new AdamWOptions(0.1));
            }
        },
        RMSPROP(Set.of("step", "square_avg", "momentum_buffer", "grad_avg")) {
            @Override
            Optimizer over(TensorVector parameters) {
                RMSpropOptions o = new RMSpropOptions(0.1);
                o.momentum().put(0.5);
                o.centered().put(true);
                return new RMSprop(parameters, o);
            }
        },
        ADAGRAD(Set.of("step", "sum")) {
            @Override
            Optimizer over(TensorVector parameters) {
                return new Adagrad(parameters, new AdagradOptions(0.1));
            }
        };

        final Set<String> holds;

        Kind(Set<String> holds) {
            this.holds = holds;
        }

        abstract Optimizer over(TensorVector parameters);
    }

    private static List<Tensor> parameters() {
        try (RandomSource random = new RandomSource(3)) {
            return Stream.of(new long[] {4, 3}, new long[] {5})
                    .map(shape -> {
                        Tensor t = org.bytedeco.pytorch.global.torch.empty(shape);
                        random.uniform(t, -1, 1);
                        return t.set_requires_grad(true);
                    })
                    .toList();
        }
    }

    private static void steps(Optimizer optimizer, List<Tensor> parameters, int n) {
        for (int i = 0; i < n; i++) {
            optimizer.zero_grad();
            parameters.get(0).pow(new org.bytedeco.pytorch.Scalar(2)).sum().backward();
            optimizer.step(); // the second parameter never has a gradient
        }
    }

    private static float[] values(Tensor t) {
        float[] values = new float[(int) t.numel()];
        new FloatPointer(t.detach().contiguous().data_ptr()).get(values);
        return values;
    }

    @ParameterizedTest
    @EnumSource
    void stateOutAndIn_goesOnToTheSameBits(Kind kind) {
        try (NativeScope scope = NativeScope.open()) {
            List<Tensor> straight = parameters();
            Optimizer one = kind.over(new TensorVector(straight.toArray(Tensor[]::new)));
            steps(one, straight, 3);
            List<Map<String, Tensor>> state = new OptimizerArchive(one, straight).state();
            assertEquals(2, state.size());
            assertTrue(
                    state.get(0).keySet().containsAll(kind.holds), state.get(0).keySet() + " of " + kind);
            if (kind != Kind.ADAGRAD) assertEquals(Map.of(), state.get(1)); // Adagrad has a sum from the beginning
            List<Tensor> stopped = straight.stream()
                    .map(t -> t.detach().clone().set_requires_grad(true))
                    .toList();
            steps(one, straight, 4);
            for (boolean restored : new boolean[] {false, true}) {
                List<Tensor> again = stopped.stream()
                        .map(t -> t.detach().clone().set_requires_grad(true))
                        .toList();
                Optimizer other = kind.over(new TensorVector(again.toArray(Tensor[]::new)));
                if (restored) new OptimizerArchive(other, again).restore(state);
                steps(other, again, 4);
                if (restored) assertArrayEquals(values(straight.get(0)), values(again.get(0)));
                else assertNotEquals(Arrays.toString(values(straight.get(0))), Arrays.toString(values(again.get(0))));
            }
        }
    }
}
