package dev.graft.data;

import dev.graft.data.FolderScan.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Collects pictures whose labels do not come from folders, to make a {@link Division} of them. */
final class Gathered {
    /** Where a picture would be in a class folder. The order is by the whole path of the folder, then by the file name. */
    private record Found(String folder, String name, Picture picture) {}

    private static final Comparator<Found> ORDER =
            Comparator.comparing(Found::folder, Names.BY_CODE_POINT).thenComparing(Found::name, Names.BY_CODE_POINT);

    private final Path base;
    private final Map<Split, Map<String, List<Found>>> found = new EnumMap<>(Split.class);

    Gathered(Path base) {
        this.base = base;
    }

    void add(Split split, String label, Picture picture) {
        String path = Names.below(base, picture.file()).toString().replace('\\', '/');
        int name = path.lastIndexOf('/') + 1;
        found.computeIfAbsent(split, s -> new HashMap<>())
                .computeIfAbsent(label, l -> new ArrayList<>())
                .add(new Found(path.substring(0, name), path.substring(name), picture));
    }

    boolean has(Split split) {
        return found.containsKey(split);
    }

    /**
     * Makes the division. The classes are those of the training pictures. If there are test pictures but no validation
     * pictures, the test pictures are used for validation.
     *
     * @param where the name of the place, for errors
     */
    Division divided(StratifiedSplit split, String where, List<String> taken) throws IOException {
        if (!has(Split.TRAIN))
            throw new DatasetException(where + " has no pictures to train on (found only: "
                    + found.keySet().stream().map(Split::word).toList() + ")");
        if (!has(Split.VALIDATION) && has(Split.TEST)) found.put(Split.VALIDATION, found.remove(Split.TEST));
        TreeSet<String> classes = new TreeSet<>(Names.BY_CODE_POINT);
        classes.addAll(found.get(Split.TRAIN).keySet());
        Map<Split, List<List<Picture>>> parts = new EnumMap<>(Split.class);
        for (Map.Entry<Split, Map<String, List<Found>>> e : found.entrySet()) {
            List<String> others = e.getValue().keySet().stream()
                    .filter(c -> !classes.contains(c))
                    .sorted(Names.BY_CODE_POINT)
                    .toList();
            if (!others.isEmpty())
                throw new DatasetException("classes in the " + e.getKey().word() + " set of " + where
                        + " that have no picture to train on: " + Names.some(others));
            parts.put(
                    e.getKey(),
                    classes.stream()
                            .map(c -> sorted(e.getValue().getOrDefault(c, List.of())))
                            .toList());
        }
        List<String> places =
                classes.stream().map(c -> "class " + c + " of " + where).toList();
        return Division.of(new Division.Parts(List.copyOf(classes), places, parts, taken), split, where);
    }

    private static List<Picture> sorted(List<Found> pictures) {
        return pictures.stream().sorted(ORDER).map(Found::picture).toList();
    }
}
