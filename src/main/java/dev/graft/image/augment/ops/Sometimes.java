package dev.graft.image.augment.ops;

import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Several operations, all or none; torchvision's {@code RandomApply(operations, probability)}.
 *
 * @param operations in their order
 * @param probability that they happen, 0 to 1
 */
public record Sometimes(List<Operation> operations, double probability) implements Operation {
    /** Checks the range. */
    public Sometimes {
        operations = List.copyOf(operations);
        Chance.check(probability);
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        if (!Chance.hits(probability, uniform)) return Edit.NONE;
        Edit all = Edit.NONE;
        for (Operation one : operations) all = all.then(one.draw(width, height, uniform));
        return all;
    }
}
