package dev.graft.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The folders that hold the classes of each split, recognised by their names.
 *
 * @param base the chain of folders from the given one (first) to the one that contains the splits or classes (last)
 * @param parts for each split, a chain of folders in the same form, innermost last; empty if the folder has no splits
 * @param taken how the folders were understood, in words for the user; empty for a folder with only {@code train} and
 *     {@code val}
 */
record Layout(List<Path> base, Map<Split, List<Path>> parts, List<String> taken) {
    /** Unpacked archives often have one or two outer folders. */
    private static final int MOST_OUTER = 2;

    static Layout of(Path root, FolderScan scan) throws IOException {
        return of(root, scan, true);
    }

    /** @param classFolders whether splits must contain class folders; if false, pictures are enough */
    static Layout of(Path root, FolderScan scan, boolean classFolders) throws IOException {
        List<Path> base = inner(List.of(root), null, scan);
        List<String> taken = new ArrayList<>();
        if (base.size() > 1) taken.add("outer folders: the pictures are taken from " + name(root, last(base)) + "/");
        Map<Split, Path> named = named(last(base), scan);
        if (named.isEmpty()) return new Layout(base, Map.of(), taken);
        Map<Split, List<Path>> parts = new EnumMap<>(Split.class);
        requireTrain(last(base), named, scan, classFolders);
        noteOthers(last(base), named, scan);
        for (Map.Entry<Split, Path> e : named.entrySet()) {
            boolean unused = e.getKey() == Split.TEST
                    && classFolders
                    && folders(e.getValue(), scan).isEmpty();
            if (unused) scan.note(e.getValue(), Finding.Kind.OUTSIDE_CLASSES, "no class folders to test with");
            else parts.put(e.getKey(), inner(with(base, e.getValue()), e.getKey(), scan));
        }
        if (!parts.containsKey(Split.VALIDATION) && parts.containsKey(Split.TEST))
            parts.put(Split.VALIDATION, parts.remove(Split.TEST));
        if (!parts.containsKey(Split.VALIDATION)) requireNoSecret(last(base), named, scan);
        String said = said(root, parts);
        boolean plain = root.resolve("train").equals(folder(parts, Split.TRAIN))
                && root.resolve("val").equals(folder(parts, Split.VALIDATION))
                && parts.size() == 2;
        if (!plain) taken.add(said);
        return new Layout(base, parts, taken);
    }

    static Path last(List<Path> chain) {
        return chain.get(chain.size() - 1);
    }

    private static Path folder(Map<Split, List<Path>> parts, Split split) {
        return parts.containsKey(split) ? last(parts.get(split)) : null;
    }

    private static String said(Path root, Map<Split, List<Path>> parts) {
        StringBuilder said = new StringBuilder(name(root, folder(parts, Split.TRAIN)) + "/ is taken to train on");
        Path validation = folder(parts, Split.VALIDATION);
        if (validation != null) said.append(", ").append(name(root, validation)).append("/ to validate with");
        Path test = folder(parts, Split.TEST);
        if (test != null) said.append(", ").append(name(root, test)).append("/ is kept to test with in the end");
        return said.toString();
    }

    /** Enters a folder that is the only one, if there are no pictures beside it or directly in it. */
    private static List<Path> inner(List<Path> chain, Split split, FolderScan scan) throws IOException {
        List<Path> inner = chain;
        for (int i = 0; i < MOST_OUTER; i++) {
            Path outer = last(inner);
            List<Path> folders = folders(outer, scan);
            if (folders.size() != 1 || holdsPictures(outer, scan)) return inner;
            Path only = folders.get(0);
            Split named = Split.named(only.getFileName().toString()).orElse(null);
            boolean goesIn = (named == null || named == split)
                    && !folders(only, scan).isEmpty()
                    && !holdsPictures(only, scan)
                    && inner.stream().noneMatch(above -> isSame(above, only));
            if (!goesIn) return inner;
            for (Path entry : scan.entries(outer))
                if (!entry.equals(only) && !scan.notedAsHidden(entry))
                    scan.note(entry, Finding.Kind.OUTSIDE_CLASSES, "");
            inner = with(inner, only);
        }
        return inner;
    }

    private static boolean isSame(Path a, Path b) {
        try {
            return Files.isSameFile(a, b);
        } catch (IOException e) {
            return false; // listing it reports the reason
        }
    }

    private static Map<Split, Path> named(Path base, FolderScan scan) throws IOException {
        Map<Split, Path> named = new EnumMap<>(Split.class);
        for (Path folder : folders(base, scan)) {
            Split split = Split.named(folder.getFileName().toString()).orElse(null);
            Path other = split == null ? null : named.put(split, folder);
            if (other != null)
                throw new DatasetException("in " + base + " both " + other.getFileName() + "/ and "
                        + folder.getFileName() + "/ are named as " + split.word()
                        + " sets (expected one of each); bring them together, or move one out");
        }
        return named;
    }

    /**
     * Refuses splits without train. Also refuses a train folder without class folders that stands beside other folders:
     * it may be a class.
     */
    private static void requireTrain(Path base, Map<Split, Path> named, FolderScan scan, boolean classFolders)
            throws IOException {
        List<String> others = names(folders(base, scan).stream()
                .filter(f -> !named.containsValue(f))
                .toList());
        Path train = named.get(Split.TRAIN);
        if (train == null) {
            Path first = named.values().iterator().next();
            throw new DatasetException(base + " has a folder " + first.getFileName() + " and no folder train"
                    + " (expected train beside it, or one folder for each class and none that is named as a split;"
                    + " other folders here: " + Names.some(others) + "); if " + first.getFileName()
                    + " is a class, give it another name");
        }
        if (classFolders && !others.isEmpty() && folders(train, scan).isEmpty())
            throw new DatasetException("folder " + train
                    + " is named as a split and holds no class folders (beside it: "
                    + Names.some(others) + "); if it is a class, give it another name; if it is the split, give it a"
                    + " folder for each class");
    }

    /** Refuses another folder that contains only classes of train: it is probably a split too, whatever its name. */
    private static void requireNoSecret(Path base, Map<Split, Path> named, FolderScan scan) throws IOException {
        List<String> classes = names(folders(named.get(Split.TRAIN), scan));
        for (Path folder : folders(base, scan)) {
            List<String> within = names(folders(folder, scan));
            if (!named.containsValue(folder) && within.size() > 1 && classes.containsAll(within))
                throw new DatasetException("folder " + folder + " holds the classes of "
                        + named.get(Split.TRAIN).getFileName() + "/, and its name is not one of a split; name it val or"
                        + " test, or move it out of " + base);
        }
    }

    private static List<String> names(List<Path> folders) {
        return folders.stream().map(f -> f.getFileName().toString()).toList();
    }

    private static void noteOthers(Path base, Map<Split, Path> named, FolderScan scan) throws IOException {
        for (Path entry : scan.entries(base))
            if (!named.containsValue(entry) && !scan.notedAsHidden(entry))
                scan.note(entry, Finding.Kind.OUTSIDE_CLASSES, "beside the splits");
    }

    private static List<Path> folders(Path folder, FolderScan scan) throws IOException {
        return scan.entries(folder).stream()
                .filter(e -> !Names.isHidden(e.getFileName().toString()) && Files.isDirectory(e))
                .toList();
    }

    private static boolean holdsPictures(Path folder, FolderScan scan) throws IOException {
        for (Path entry : scan.entries(folder)) {
            String name = entry.getFileName().toString();
            if (!Names.isHidden(name) && Names.isPicture(name) && !Files.isDirectory(entry)) return true;
        }
        return false;
    }

    private static List<Path> with(List<Path> chain, Path last) {
        List<Path> longer = new ArrayList<>(chain);
        longer.add(last);
        return longer;
    }

    private static String name(Path root, Path folder) {
        return root.relativize(folder).toString().replace('\\', '/');
    }
}
