package dev.graft.cli;

import static dev.graft.cli.Arguments.flag;
import static dev.graft.cli.Arguments.option;

import dev.graft.export.Existing;
import dev.graft.export.ExportFormat;
import dev.graft.export.Exported;
import dev.graft.export.ModelExport;
import dev.graft.model.TrustedScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.cli.Option;

/** {@code graft export}: writes a model in the formats of other programs. */
final class ExportVerb implements Verb {
    private static final double MEGABYTE = 1e6;

    @Override
    public String name() {
        return "export";
    }

    @Override
    public String summary() {
        return "writes a model in the formats of other programs";
    }

    @Override
    public String usage() {
        return "MODEL --format FORMAT[,FORMAT] [options]";
    }

    @Override
    public Map<String, List<Option>> options() {
        return Map.of(
                "Export",
                List.of(
                        option(
                                "format",
                                "F[,F]",
                                "one or more of " + String.join(", ", ExportFormat.titles())
                                        + ": what each is for, docs/export.md tells"),
                        option(
                                "out",
                                "PATH",
                                "for one format, the file to write, or a folder for it (for huggingface, the folder itself);"
                                        + " for several, a folder for them. Default: beside MODEL"),
                        flag("overwrite", "replace what an earlier export wrote. Default: it is refused"),
                        ModelOptions.trustedOption()));
    }

    @Override
    public int run(Arguments args, Console console) throws IOException {
        ModelOptions.sha256(args); // may have taken a word
        if (args.words().size() != 1)
            throw new UsageException("give one MODEL: a file that Graft saved, a checkpoint or the folder of a run");
        List<ExportFormat> formats = formats(args.text("format", ""));
        Path model = ModelOptions.file(args.words().get(0));
        Map<ExportFormat, Path> targets = targets(formats, model, args.path("out", null));
        requireOthers(targets, model);
        Existing existing = args.has("overwrite") ? Existing.REPLACE : Existing.REFUSE;
        try (ModelExport export = open(model, args)) {
            formats.forEach(export::requireFits);
            for (Map.Entry<ExportFormat, Path> target : targets.entrySet())
                ModelExport.requireFree(target.getKey(), target.getValue(), existing);
            for (Map.Entry<ExportFormat, Path> target : targets.entrySet())
                tell(export.to(target.getKey(), target.getValue(), existing), console);
        }
        return ExitStatus.DONE;
    }

    private static ModelExport open(Path model, Arguments args) throws IOException {
        if (!args.has("trusted")) return ModelExport.open(model);
        return ModelExport.open(new TrustedScript(model, ModelOptions.sha256(args), Optional.empty()));
    }

    private static List<ExportFormat> formats(String text) {
        if (text.isBlank())
            throw new UsageException(
                    "--format: is missing; give one or more of " + String.join(", ", ExportFormat.titles()));
        List<ExportFormat> formats = new ArrayList<>();
        for (String title : text.split(",", -1)) {
            if (!ExportFormat.titles().contains(title))
                throw new UsageException("--format: '" + title + "' is not there; there are: "
                        + String.join(", ", ExportFormat.titles()));
            ExportFormat format = ExportFormat.named(title);
            if (!formats.contains(format)) formats.add(format);
        }
        return formats;
    }

    private static Map<ExportFormat, Path> targets(List<ExportFormat> formats, Path model, Path out) {
        Map<ExportFormat, Path> targets = new LinkedHashMap<>();
        String name = model.getFileName().toString().replaceFirst("\\.[^.]*$", "");
        for (ExportFormat format : formats) {
            boolean itself = out != null && formats.size() == 1 && (format.isFolder() || !Files.isDirectory(out));
            String file = format.fileName(name);
            targets.put(format, itself ? out : out == null ? model.resolveSibling(file) : out.resolve(file));
        }
        return targets;
    }

    /** Refuses to write over the model itself. */
    private static void requireOthers(Map<ExportFormat, Path> targets, Path model) throws IOException {
        for (Path target : targets.values()) {
            if (Files.exists(target) && Files.isSameFile(target, model))
                throw new UsageException("--out: " + target + " is the model itself; give another file");
        }
    }

    private static void tell(Exported done, Console console) {
        console.result(String.format(
                Locale.ROOT,
                "%s: %s, %.1f MB, logits within %.2g of the model's (largest %.3g), %s classes",
                done.format().title(),
                done.path(),
                done.bytes() / MEGABYTE,
                done.comparison().largestDifference(),
                done.comparison().largestLogit(),
                done.comparison().sameClasses() ? "the same" : "not always the same"));
        done.notes().forEach(note -> console.say("  " + note));
        console.result((Object) json(done));
    }

    private static Map<String, Object> json(Exported done) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", done.format().title());
        json.put("path", done.path().toString());
        json.put("bytes", done.bytes());
        json.put("pictures", done.comparison().pictures());
        json.put("largest_difference", done.comparison().largestDifference());
        json.put("largest_logit", done.comparison().largestLogit());
        json.put("same_classes", done.comparison().sameClasses());
        json.put("notes", done.notes());
        return json;
    }
}
