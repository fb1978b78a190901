package dev.graft.inspect;

import dev.graft.data.Split;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * Pictures that are the same.
 *
 * @param exact whether the files have the same bytes; otherwise the pictures look the same
 * @param members two or more, in the order train, validation, test
 */
public record DuplicateGroup(boolean exact, List<Member> members) {
    /** What harms most comes first: different labels, then pictures that are in two splits. */
    static final Comparator<DuplicateGroup> WORST_FIRST =
            Comparator.comparing((DuplicateGroup g) -> !g.differentLabels()).thenComparing(g -> !g.acrossSplits());

    public DuplicateGroup {
        members = List.copyOf(members);
    }

    /**
     * One of the pictures.
     *
     * @param label the name of its class
     * @param distance the number of the 64 bits of its hash that differ from the first member's; 0 in an exact group
     */
    public record Member(Path file, Split split, String label, int distance) {}

    /** Whether the pictures are in different classes: some of the labels are wrong. */
    public boolean differentLabels() {
        return members.stream().map(Member::label).distinct().count() > 1;
    }

    /** Whether the pictures are in different splits: what is measured there looks better than it is. */
    public boolean acrossSplits() {
        return members.stream().map(Member::split).distinct().count() > 1;
    }
}
