package dev.graft.examples.spark;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the command line says.
 *
 * @param pictures a folder with train/CLASS and val/CLASS, or CLASS; empty: they are drawn
 * @param weights of a ResNet; empty for the embedded ones
 * @param out for the model
 */
record Options(Optional<String> pictures, Optional<String> weights, Path out, boolean help) {
    static final String HELP = """
            usage: examples/sparkfeatures [FOLDER] [--weights FILE] [--out FOLDER]

            FOLDER          pictures in CLASS/..., or in train/CLASS/... and val/CLASS/...; without, cats and dogs are drawn
            --weights FILE  torchvision's weights of a ResNet, or a model that Graft saved. Default: embedded ones, for demonstrations
            --out FOLDER    for the model. Default: graft-out/spark""";

    static Options of(String[] args) {
        Optional<String> pictures = Optional.empty();
        Optional<String> weights = Optional.empty();
        Path out = Path.of("graft-out", "spark");
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--help" -> {
                    return new Options(pictures, weights, out, true);
                }
                case "--weights" -> weights = Optional.of(value(args, ++i));
                case "--out" -> out = Path.of(value(args, ++i));
                default -> {
                    if (args[i].startsWith("-") || pictures.isPresent())
                        throw new IllegalArgumentException("there is no option " + args[i] + "; see --help");
                    pictures = Optional.of(args[i]);
                }
            }
        }
        return new Options(pictures, weights, out, false);
    }

    private static String value(String[] args, int i) {
        if (i == args.length) throw new IllegalArgumentException(args[i - 1] + " needs a value; see --help");
        return args[i];
    }
}
