package dev.graft.environment;

import java.util.Objects;

/**
 * The result of one check of the machine.
 *
 * @param name what was checked, such as {@code memory}
 * @param verdict whether Graft can work with it
 * @param seen what was found
 * @param remedy what to do; empty if the verdict is {@link Verdict#OK}
 */
public record Checkup(String name, Verdict verdict, String seen, String remedy) {
    /** The outcome of a check. */
    public enum Verdict {
        /** Nothing to do. */
        OK,
        /** Graft works, but slower or with less than this machine could give. */
        WARN,
        /** Graft does not work, or a part of it. */
        FAIL
    }

    public Checkup {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(seen, "seen");
        if (remedy.isEmpty() != (verdict == Verdict.OK))
            throw new IllegalArgumentException("checkup: a remedy is for " + Verdict.WARN + " and " + Verdict.FAIL
                    + ", " + name + " is " + verdict);
    }

    static Checkup ok(String name, String seen) {
        return new Checkup(name, Verdict.OK, seen, "");
    }

    static Checkup warn(String name, String seen, String remedy) {
        return new Checkup(name, Verdict.WARN, seen, remedy);
    }

    static Checkup fail(String name, String seen, String remedy) {
        return new Checkup(name, Verdict.FAIL, seen, remedy);
    }
}
