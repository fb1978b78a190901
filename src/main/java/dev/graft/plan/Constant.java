package dev.graft.plan;

/** Constant learning rates. */
public record Constant() implements Schedule {
    @Override
    public double factor(At at) {
        return 1;
    }

    @Override
    public boolean dependsOnLength() {
        return false;
    }
}
