package dev.graft.data;

import dev.graft.data.FolderScan.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Reads pictures from one folder for each class, with or without splits above.
 *
 * <p>Refuses data that cannot be used for training: no class folder, a class without pictures, a class that is only in
 * training or only in validation, and class folders that are named like splits.
 */
final class ClassFolders {
    private final Path root;
    private final FolderScan scan;

    private ClassFolders(Path root, FolderScan scan) {
        this.root = root;
        this.scan = scan;
    }

    static Division of(Path root, StratifiedSplit split, FolderScan scan) throws IOException {
        return new ClassFolders(root, scan).divided(split);
    }

    private Division divided(StratifiedSplit split) throws IOException {
        Layout layout = Layout.of(root, scan);
        Path base = Layout.last(layout.base());
        if (layout.parts().isEmpty()) {
            List<Path> folders = classFolders(base);
            Division.requireTwo(names(folders), base.toString());
            List<List<Picture>> pictures = pictures(folders, layout.base());
            requireNoSplitsWithin(folders, pictures);
            return Division.of(parts(folders, Map.of(Split.TRAIN, pictures), layout), split, base.toString());
        }
        Map<Split, List<Path>> folders = new EnumMap<>(Split.class);
        for (Split s : layout.parts().keySet())
            folders.put(s, classFolders(Layout.last(layout.parts().get(s))));
        List<Path> train = folders.get(Split.TRAIN);
        requireAgreement(layout, folders);
        Division.requireTwo(names(train), base.toString());
        Map<Split, List<List<Picture>>> pictures = new EnumMap<>(Split.class);
        for (Split s : folders.keySet())
            pictures.put(
                    s,
                    inOrder(
                            train,
                            folders.get(s),
                            pictures(folders.get(s), layout.parts().get(s))));
        return Division.of(parts(train, pictures, layout), split, base.toString());
    }

    private static Division.Parts parts(List<Path> folders, Map<Split, List<List<Picture>>> pictures, Layout layout) {
        List<String> places = folders.stream().map(f -> "class folder " + f).toList();
        return new Division.Parts(names(folders), places, pictures, layout.taken());
    }

    /** The pictures in the order of all classes. A class without test pictures gets an empty list. */
    private static List<List<Picture>> inOrder(List<Path> all, List<Path> some, List<List<Picture>> pictures) {
        List<String> names = names(some);
        return names(all).stream()
                .map(c -> names.contains(c) ? pictures.get(names.indexOf(c)) : List.<Picture>of())
                .toList();
    }

    private List<Path> classFolders(Path parent) throws IOException {
        int notedBefore = scan.findings().size();
        List<Path> folders = scan.classFolders(parent);
        List<String> asSplits =
                names(folders).stream().filter(n -> Split.named(n).isPresent()).toList();
        if (!asSplits.isEmpty())
            throw new DatasetException("class folders in " + parent + "/ are named as splits: " + Names.some(asSplits)
                    + " (expected one level of splits with class folders in them); give a folder higher or lower, or"
                    + " classes other names");
        if (folders.isEmpty()) throw noClassFolders(parent, notedBefore);
        return folders;
    }

    private DatasetException noClassFolders(Path parent, int notedBefore) {
        List<Finding> found =
                scan.findings().subList(notedBefore, scan.findings().size());
        long hidden =
                found.stream().filter(f -> f.kind() == Finding.Kind.HIDDEN).count();
        boolean pictures = found.stream()
                .anyMatch(f -> f.kind() != Finding.Kind.HIDDEN
                        && Names.isPicture(f.path().getFileName().toString()));
        return new DatasetException("no class folders in " + parent
                + "/ (expected sub-folders of " + Names.PICTURES_ALLOWED + " files; found "
                + counted(found.size() - hidden, "file")
                + " and no folder" + (hidden == 0 ? "" : ", " + hidden + " hidden") + ")"
                + (pictures
                        ? "; where the files' names or a table tell the classes: ImageFolder.namedBy, labelledBy"
                        : ""));
    }

    private List<List<Picture>> pictures(List<Path> folders, List<Path> above) throws IOException {
        List<List<Picture>> byClass = new ArrayList<>();
        for (Path folder : folders) {
            int notedBefore = scan.findings().size();
            List<Picture> pictures = scan.pictures(folder, above);
            if (pictures.isEmpty()) throw emptyClass(folder, notedBefore);
            byClass.add(pictures);
        }
        return byClass;
    }

    private DatasetException emptyClass(Path folder, int notedBefore) {
        List<Finding> found =
                scan.findings().subList(notedBefore, scan.findings().size());
        String seen = found.isEmpty()
                ? "it is empty"
                : "found " + found.size() + " of other kinds, such as " + shown(found.get(0));
        return new DatasetException("no picture in class folder " + folder + " (expected " + Names.PICTURES_ALLOWED
                + " files; " + seen + ")");
    }

    /**
     * Refuses splits inside class folders: their pictures would all be used for training and validation without
     * distinction.
     */
    private static void requireNoSplitsWithin(List<Path> folders, List<List<Picture>> byClass) throws DatasetException {
        for (int i = 0; i < folders.size(); i++) {
            Path folder = folders.get(i);
            boolean splits = byClass.get(i).stream()
                    .map(p -> folder.relativize(p.file()))
                    .allMatch(p -> p.getNameCount() > 1
                            && Split.named(p.getName(0).toString()).isPresent());
            if (splits)
                throw new DatasetException("the folders in class folder " + folder + " are named as splits (expected"
                        + " splits around the class folders: train/CLASS, val/CLASS); turn them round, or give them"
                        + " other names");
        }
    }

    private void requireAgreement(Layout layout, Map<Split, List<Path>> folders) throws DatasetException {
        List<String> train = names(folders.get(Split.TRAIN));
        for (Map.Entry<Split, List<Path>> e : folders.entrySet()) {
            List<String> other = names(e.getValue());
            boolean tested = e.getKey() == Split.TEST;
            if (tested ? train.containsAll(other) : train.equals(other)) continue;
            String a = layout.parts()
                    .get(Split.TRAIN)
                    .get(layout.base().size())
                    .getFileName()
                    .toString();
            String b = layout.parts()
                    .get(e.getKey())
                    .get(layout.base().size())
                    .getFileName()
                    .toString();
            throw new DatasetException(a + " and " + b + " of " + Layout.last(layout.base())
                    + " hold different classes (only in " + a + ": " + Names.some(without(train, other)) + "; only in "
                    + b + ": " + Names.some(without(other, train)) + ")");
        }
    }

    private static List<String> without(List<String> names, List<String> others) {
        return names.stream().filter(n -> !others.contains(n)).toList();
    }

    private static List<String> names(List<Path> folders) {
        return folders.stream().map(f -> f.getFileName().toString()).toList();
    }

    private static String shown(Finding finding) {
        String detail = finding.detail().isEmpty() ? "" : ": " + finding.detail();
        return finding.path().getFileName() + ": " + finding.kind().meaning() + detail;
    }

    private static String counted(long n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }
}
