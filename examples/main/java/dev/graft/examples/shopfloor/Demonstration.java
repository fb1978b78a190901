package dev.graft.examples.shopfloor;

import dev.graft.examples.shopfloor.DrawnParts.Kind;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What the program does for users who name no pictures: it draws parts, trains a station with them, and checks four batches. */
final class Demonstration {
    private static final int EACH = 8;
    private static final int UNKNOWN = 12;
    private static final long SEED = 5;

    private Demonstration() {}

    static void run(Path folder, ShopFloorOptions options, PrintStream out) throws IOException {
        Path parts = folder.resolve("train");
        out.println("drawing " + EACH + " parts of each class into " + parts);
        DrawnParts.write(parts, DrawnParts.KNOWN, EACH, DrawnParts.Station.AS_TRAINED, SEED);
        Path weights = options.weights().isPresent() ? options.weights().get() : ShopFloor.embedded(out);
        try {
            Training.run(parts, weights, folder, options.unknownRate(), out);
        } finally {
            if (options.weights().isEmpty()) Files.delete(weights);
        }
        try (Station station = new Station(folder)) {
            for (DrawnParts.Station at : DrawnParts.Station.values()) {
                String name = at.name().toLowerCase(Locale.ROOT).replace('_', '-');
                Path batch = folder.resolve(name);
                List<Path> pictures = DrawnParts.write(batch, DrawnParts.KNOWN, EACH, at, SEED + 1);
                tell(batch, station.check(pictures), station, options, out);
            }
            Path other = folder.resolve("another-kind");
            List<Path> gears =
                    DrawnParts.write(other, List.of(Kind.GEAR), UNKNOWN, DrawnParts.Station.AS_TRAINED, SEED + 2);
            tell(other, station.check(gears), station, options, out);
        }
    }

    private static void tell(
            Path batch, Station.Report report, Station station, ShopFloorOptions options, PrintStream out) {
        long right = report.verdicts().stream()
                .filter(v ->
                        v.label().equals(v.picture().getParent().getFileName().toString()))
                .count();
        out.println();
        out.println(batch + ": " + right + " of " + report.verdicts().size() + " right");
        Advice.of(report, station.known(), options.alpha()).lines().forEach(out::println);
    }
}
