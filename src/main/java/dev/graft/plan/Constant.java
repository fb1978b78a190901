package dev.graft.plan;

/** Learning rates that stay. */
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
