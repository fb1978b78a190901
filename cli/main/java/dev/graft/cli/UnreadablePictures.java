package dev.graft.cli;

import dev.graft.image.GreyScaling;
import dev.graft.image.PictureCheck;
import dev.graft.plan.TrainingPlan;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The check of all pictures before training. */
final class UnreadablePictures {
    private static final int MOST_NAMED = 50;

    private UnreadablePictures() {}

    /**
     * Names all pictures that cannot be read, and refuses them unless the plan leaves them out.
     *
     * @param decodes how each picture is decoded; empty for headers only
     */
    static void check(ReadHeaders headers, TrainingPlan plan, Optional<GreyScaling> decodes, PrintStream out)
            throws IOException {
        List<Path> files = decodes.isPresent() ? headers.files() : headers.unreadable();
        Map<Path, String> unreadable = PictureCheck.unreadable(files, decodes, Threads.decoders());
        if (unreadable.isEmpty()) return;
        String count = unreadable.size() + " of " + headers.files().size() + " pictures cannot be read";
        switch (plan.input().unreadable()) {
            case FAIL ->
                throw new IOException(count + ":\n" + named(unreadable)
                        + "\nmend or remove them, or leave them out with --unreadable skip");
            case SKIP -> out.println(count + " and are left out:\n" + named(unreadable));
        }
    }

    private static String named(Map<Path, String> unreadable) {
        Stream<String> shown = unreadable.values().stream().limit(MOST_NAMED).map(why -> "  " + why);
        int rest = unreadable.size() - MOST_NAMED;
        Stream<String> more = rest > 0 ? Stream.of("  ... and " + rest + " more") : Stream.of();
        return String.join("\n", Stream.concat(shown, more).toList());
    }
}
