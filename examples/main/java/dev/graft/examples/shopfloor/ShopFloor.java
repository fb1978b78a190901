package dev.graft.examples.shopfloor;

import dev.graft.examples.CatDog;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Sorts parts after few pictures, knows unknown parts, and notices when its camera drifts; see {@code --help}. */
public final class ShopFloor {
    /** The exit status when pictures drift. */
    static final int DRIFT = 3;

    private static final Path FOLDER = Path.of("graft-out", "shopfloor");
    private static final Pattern PICTURE =
            Pattern.compile(".+\\.(jpe?g|png|webp|bmp|tiff?|gif)", Pattern.CASE_INSENSITIVE);

    private ShopFloor() {}

    /** Runs the program. An error is printed as one line to the error stream. */
    public static void main(String[] args) {
        int status = run(args, System.out, System.err);
        if (status > 0) System.exit(status);
    }

    /** Runs the program; the exit status is 0, {@link #DRIFT}, 1 after an error, 2 for wrong arguments. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            ShopFloorOptions options = ShopFloorOptions.of(args);
            switch (options.verb()) {
                case TRAIN -> train(options, out);
                case CHECK -> {
                    return check(options, out);
                }
                case DEMONSTRATION -> Demonstration.run(FOLDER, options, out);
                case HELP -> ShopFloorOptions.printHelp(out);
            }
            return 0;
        } catch (IllegalArgumentException e) {
            err.println("shopfloor: " + e.getMessage());
            return 2;
        } catch (IOException | IllegalStateException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    private static void train(ShopFloorOptions options, PrintStream out) throws IOException {
        Path folder = options.out().orElseThrow();
        if (Files.exists(folder.resolve(Training.MODEL)) && !options.overwrite())
            throw new IOException("shopfloor: " + folder + " holds a station; give --overwrite, or another --out");
        Path weights = options.weights().isPresent() ? options.weights().get() : embedded(out);
        try {
            Training.run(options.places().get(0), weights, folder, options.unknownRate(), out);
        } finally {
            if (options.weights().isEmpty()) Files.delete(weights);
        }
    }

    static Path embedded(PrintStream out) throws IOException {
        out.println(
                "no --weights: the embedded resnet18-lite, a demonstration; for real work give torchvision's resnet18");
        Path weights = Files.createTempFile("graft", ".pth");
        try (InputStream in = CatDog.class.getResourceAsStream("resnet18-lite.pth")) {
            Files.copy(in, weights, StandardCopyOption.REPLACE_EXISTING);
        }
        return weights;
    }

    private static int check(ShopFloorOptions options, PrintStream out) throws IOException {
        List<Path> places = options.places();
        List<Path> pictures = pictures(places.subList(1, places.size()));
        try (Station station = new Station(places.get(0))) {
            Station.Report report = station.check(pictures);
            report.verdicts().forEach(v -> out.println(line(v)));
            Advice advice = Advice.of(report, station.known(), options.alpha());
            advice.lines().forEach(out::println);
            return advice.isDrift() ? DRIFT : 0;
        }
    }

    private static String line(Station.Verdict v) {
        String like = v.label().equals(Station.UNKNOWN) ? "most like " + v.nearest() + " " : "";
        return String.format(
                Locale.ROOT,
                "%s: %s (%s%.1f%%, distance %.3f)",
                v.picture(),
                v.label(),
                like,
                100 * v.probability(),
                v.distance());
    }

    private static List<Path> pictures(List<Path> places) throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path place : places) {
            if (!Files.isDirectory(place)) {
                all.add(place); // one that is not there is named when it is read
                continue;
            }
            try (Stream<Path> files = Files.walk(place)) {
                files.filter(f -> PICTURE.matcher(f.getFileName().toString()).matches())
                        .sorted()
                        .forEach(all::add);
            }
        }
        if (all.isEmpty())
            throw new IOException("shopfloor: no pictures in " + places + "; give some, or their folder");
        return all;
    }
}
