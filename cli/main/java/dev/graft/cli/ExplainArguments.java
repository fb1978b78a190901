package dev.graft.cli;

import static dev.graft.cli.Arguments.option;

import dev.graft.explain.ExplainOptions;
import dev.graft.explain.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.cli.Option;

/**
 * The options for explanations.
 *
 * @param folder gets the overlays; empty for none
 */
record ExplainArguments(Optional<Path> folder, ExplainOptions options) {
    static List<Option> table() {
        return List.of(
                option(
                        "explain",
                        "DIR",
                        "put an overlay of each picture into DIR: where the network saw the class. Names that are taken get a number"),
                option("explain-method", "NAME", "one of " + String.join(", ", names()) + ". Default: grad-cam"),
                option(
                        "explain-layer",
                        "LAYER",
                        "the stage whose output is used, layer1 to layer4, or a module of another network. Default: layer4"));
    }

    private static List<String> names() {
        return Arrays.stream(Method.values()).map(ExplainArguments::name).toList();
    }

    private static String name(Method method) {
        return method.name()
                .toLowerCase(Locale.ROOT)
                .replace("_plus_plus", "++")
                .replace('_', '-');
    }

    static ExplainArguments of(Arguments args) {
        Optional<Path> folder = Optional.ofNullable(args.path("explain", null));
        for (String option : List.of("explain-method", "explain-layer")) {
            if (args.has(option) && folder.isEmpty())
                throw new UsageException("--" + option + ": goes with --explain DIR; leave it out");
        }
        String wanted = args.oneOf("explain-method", name(Method.GRAD_CAM), names());
        Method method = Arrays.stream(Method.values())
                .filter(m -> name(m).equals(wanted))
                .findFirst()
                .orElseThrow();
        ExplainOptions options = ExplainOptions.standard().withMethod(method);
        return new ExplainArguments(
                folder, args.has("explain-layer") ? options.withLayer(args.text("explain-layer", "")) : options);
    }
}
