package dev.graft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether memory stays as it is, on Linux: {@code java -cp benchmarks.jar dev.graft.bench.Flatness steps|links
 * reference|fast [count] [device]}.
 *
 * <p>{@code steps}: so many steps (20,000) of batch 4 on drawn pictures; resident memory and the live heap within 2% of
 * what they were after 1,000. {@code links}: so many hard links (100,000) to 100 drawn pictures pass once through the whole
 * pipeline; the most that was ever resident within 10% of what 1,000 links need, and their features. The recipe fast
 * computes each content once, so links cost it little: there it is the bookkeeping that is measured. The reference recipe
 * decodes every link.
 */
public final class Flatness {
    private static final String USAGE =
            "usage: Flatness steps|links reference|fast [count, a multiple of 1000] [cpu|cuda|cuda:N]";
    private static final int CONTENTS = 100;
    private static final int STEPS_AN_EPOCH = 100;
    private static final int BATCH = 4;

    private Flatness() {}

    public static void main(String[] args) throws IOException {
        boolean known = args.length >= 2
                && args.length <= 4
                && args[0].matches("steps|links")
                && args[1].matches("reference|fast")
                && (args.length < 3 || args[2].matches("[1-9]\\d{0,4}000"));
        if (!known) {
            System.err.println(USAGE);
            System.exit(2);
        }
        boolean steps = args[0].equals("steps");
        int count = args.length > 2 ? Integer.parseInt(args[2]) : steps ? 20_000 : 100_000;
        String device = args.length > 3 ? args[3] : "cpu";
        boolean flat = steps ? steps(args[1], count, device) : links(args[1], count, device);
        if (!flat) System.exit(1);
    }

    private static boolean steps(String recipe, int count, String device) throws IOException {
        Path root = Files.createTempDirectory("graft-flatness");
        try (LinkedPictures data = LinkedPictures.in(root, CONTENTS, BATCH * STEPS_AN_EPOCH, BATCH)) {
            int early = 1000 / STEPS_AN_EPOCH;
            int late = count / STEPS_AN_EPOCH;
            String said = run("64m", data, recipe, BATCH, late, device, early, late);
            Memory before = Memory.in(said, "epoch-" + early);
            Memory after = Memory.in(said, "epoch-" + late);
            System.out.println("after 1000 steps: " + before + "\nafter " + count + " steps: " + after);
            boolean heap = within("live heap", before.heapBytes(), after.heapBytes(), 0.02);
            boolean resident = within("resident memory", before.residentKilobytes(), after.residentKilobytes(), 0.02);
            return heap & resident;
        }
    }

    private static boolean links(String recipe, int count, String device) throws IOException {
        Memory few = links(recipe, 1000, 1, device);
        Memory many = links(recipe, count, 1, device);
        System.out.println("1000 links: " + few + "\n" + count + " links: " + many);
        long features = recipe.equals("fast") ? CONTENTS * 512L * Float.BYTES / 1000 : 0;
        return within("most resident", few.mostKilobytes() + features, many.mostKilobytes(), 0.1);
    }

    private static Memory links(String recipe, int count, int epochs, String device) throws IOException {
        Path root = Files.createTempDirectory("graft-flatness");
        try (LinkedPictures data = LinkedPictures.in(root, CONTENTS, count / 5 * 4, count / 5)) {
            // The paths of 100,000 files take 50 MB of it.
            return Memory.in(run("128m", data, recipe, 32, epochs, device, epochs), "epoch-" + epochs);
        }
    }

    /**
     * The heap is of one size and touched from the start: what changes is the native side. Java's soft caches go at every
     * collection: what is left is alive.
     */
    private static String run(
            String heap, LinkedPictures data, String recipe, int batch, int epochs, String device, Integer... looks)
            throws IOException {
        Object[] args = new Object[5 + looks.length];
        args[0] = data.root();
        args[1] = recipe;
        args[2] = batch;
        args[3] = epochs;
        args[4] = device;
        System.arraycopy(looks, 0, args, 5, looks.length);
        List<String> flags =
                List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+AlwaysPreTouch", "-XX:SoftRefLRUPolicyMSPerMB=0");
        return Child.run(flags, FlatnessRun.class, args);
    }

    static boolean within(String what, long before, long after, double share) {
        double change = (double) after / before - 1;
        boolean fits = Math.abs(after - before) <= share * before;
        System.out.printf(
                "%s: %+.2f%%, allowed %.0f%%: %s%n", what, 100 * change, 100 * share, fits ? "flat" : "NOT FLAT");
        return fits;
    }
}
