package dev.graft.cli;

import static dev.graft.cli.Arguments.flag;

import dev.graft.features.FeatureStore;
import dev.graft.features.StoredFeatures;
import dev.graft.hub.CacheFolder;
import dev.graft.hub.CachedFiles;
import dev.graft.hub.KnownWeights;
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

/** {@code graft weights}: the weights that have a name, and the files in the cache folder. */
final class WeightsVerb implements Verb {
    private static final List<String> ACTIONS = List.of("list", "cached", "verify", "remove");

    private final Optional<Path> folder; // empty: this user's cache folder

    WeightsVerb() {
        folder = Optional.empty();
    }

    WeightsVerb(Path cache) {
        folder = Optional.of(cache);
    }

    @Override
    public String name() {
        return "weights";
    }

    @Override
    public String summary() {
        return "lists the weights that have a name; lists, checks and removes the files in the cache folder";
    }

    @Override
    public String usage() {
        return "[list | cached | verify | remove NAME | remove --all --yes] [options]";
    }

    @Override
    public Map<String, List<Option>> options() {
        return Map.of(
                "Weights",
                List.of(
                        flag("features", "cached and remove: the stored features of frozen layers instead of weights"),
                        flag("all", "remove: everything"),
                        flag("yes", "remove --all: yes, everything")));
    }

    @Override
    public int run(Arguments args, Console console) throws IOException {
        List<String> words = args.words();
        String action = words.isEmpty() ? "list" : words.get(0);
        if (!ACTIONS.contains(action))
            throw new UsageException("there is no '" + action + "'; there are: " + String.join(", ", ACTIONS));
        boolean named = action.equals("remove") && !args.has("all");
        if (named && words.size() != 2)
            throw new UsageException("remove: name one file (see graft weights cached), or give --all --yes");
        if (!named && words.size() > 1) throw new UsageException("what is '" + words.get(1) + "'? See --help");
        if (args.has("all") && !args.has("yes"))
            throw new UsageException("--all: removes everything; give --yes too if you mean it");
        if (args.has("features") && List.of("list", "verify").contains(action))
            throw new UsageException(
                    "--features: goes with cached and remove; a run verifies features when it reads them");
        if (args.has("features")) return features(action, named ? words.get(1) : null, console);
        CacheFolder cache = folder.isPresent() ? CacheFolder.in(folder.get()) : CacheFolder.standard();
        CachedFiles files = new CachedFiles(cache);
        return switch (action) {
            case "list" -> list(cache, console);
            case "cached" -> cached(cache, files, console);
            case "verify" -> verify(files, console);
            default -> remove(files, named ? List.of(files.named(words.get(1))) : files.list(), console);
        };
    }

    private static int list(CacheFolder cache, Console console) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (KnownWeights w : KnownWeights.values()) {
            boolean here = Files.exists(cache.path(w.file()));
            console.result(String.format(
                    Locale.ROOT,
                    "%-30s top-1 %.1f %%, top-5 %.1f %%, %s%s",
                    w.name(),
                    w.top1Percent(),
                    w.top5Percent(),
                    w.file().size(),
                    here ? ", in the cache" : ""));
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", w.name());
            one.put("architecture", w.architecture().title());
            one.put("top1_percent", w.top1Percent());
            one.put("top5_percent", w.top5Percent());
            one.put("address", w.file().address().toString());
            one.put("sha256", w.file().digest().hex());
            one.put("cached", here);
            all.add(one);
        }
        console.say("Give a name to --weights; the file is downloaded once into " + cache.folder() + ".");
        console.say("Terms: " + KnownWeights.values()[0].terms() + ".");
        console.result(all);
        return ExitStatus.DONE;
    }

    private static int cached(CacheFolder cache, CachedFiles files, Console console) throws IOException {
        List<CachedFiles.Entry> entries = files.list();
        console.say(cache.folder() + ": " + Units.count(entries.size(), "file") + ", "
                + Units.bytes(
                        entries.stream().mapToLong(CachedFiles.Entry::bytes).sum()));
        List<Map<String, Object>> all = new ArrayList<>();
        for (CachedFiles.Entry e : entries) {
            console.result("  " + e.name() + ", " + Units.bytes(e.bytes()) + described(e));
            all.add(json(e));
        }
        console.result(all);
        return ExitStatus.DONE;
    }

    private static String described(CachedFiles.Entry e) {
        if (e.part()) return ", the received part of a file: the next download goes on with it";
        return e.known().map(w -> ", " + w.name()).orElse(", downloaded by its address");
    }

    private static Map<String, Object> json(CachedFiles.Entry e) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("file", e.file().toString());
        one.put("bytes", e.bytes());
        e.known().ifPresent(w -> one.put("name", w.name()));
        one.put("part", e.part());
        return one;
    }

    private static int verify(CachedFiles files, Console console) throws IOException {
        List<Map<String, Object>> all = new ArrayList<>();
        boolean wrong = false;
        for (CachedFiles.Entry e : files.list()) {
            if (e.part()) continue;
            CachedFiles.Verdict verdict = files.verify(e);
            wrong |= verdict == CachedFiles.Verdict.WRONG;
            console.result("  " + e.name() + ": "
                    + switch (verdict) {
                        case RIGHT -> "the published digest";
                        case WRONG ->
                            "NOT the published digest or size; graft weights remove " + e.name()
                                    + ", the next use downloads it again";
                        case UNKNOWN -> "no digest is known for this name";
                    });
            Map<String, Object> one = json(e);
            one.put("verdict", verdict.name().toLowerCase(Locale.ROOT));
            all.add(one);
        }
        console.result(all);
        return wrong ? ExitStatus.ERROR : ExitStatus.DONE;
    }

    private static int remove(CachedFiles files, List<CachedFiles.Entry> entries, Console console) throws IOException {
        List<Map<String, Object>> all = new ArrayList<>();
        for (CachedFiles.Entry e : entries) {
            files.remove(e);
            console.result("removed " + e.file() + ", " + Units.bytes(e.bytes()));
            all.add(json(e));
        }
        console.result(all);
        return ExitStatus.DONE;
    }

    private int features(String action, String name, Console console) throws IOException {
        FeatureStore store =
                folder.isPresent() ? FeatureStore.in(folder.get().resolve("features")) : FeatureStore.standard();
        StoredFeatures features = new StoredFeatures(store);
        List<StoredFeatures.Group> groups = features.list();
        if (name != null) {
            groups = groups.stream()
                    .filter(g -> g.folder().getFileName().toString().equals(name))
                    .toList();
            if (groups.isEmpty())
                throw new IllegalArgumentException("features: " + store.folder() + " has no folder '" + name
                        + "'; graft weights cached --features lists them");
        }
        long bytes = groups.stream().mapToLong(StoredFeatures.Group::bytes).sum();
        boolean removes = action.equals("remove");
        console.say(store.folder() + ": " + (removes ? "removing " : "") + Units.count(groups.size(), "folder") + ", "
                + Units.bytes(bytes));
        List<Map<String, Object>> all = new ArrayList<>();
        for (StoredFeatures.Group g : groups) {
            if (removes) features.remove(g);
            console.result("  " + g.folder().getFileName() + ", " + Units.count(g.files(), "file") + ", "
                    + Units.bytes(g.bytes()) + ", last used " + g.used());
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("folder", g.folder().toString());
            one.put("files", g.files());
            one.put("bytes", g.bytes());
            one.put("used", g.used().toString());
            all.add(one);
        }
        console.result(all);
        return ExitStatus.DONE;
    }
}
