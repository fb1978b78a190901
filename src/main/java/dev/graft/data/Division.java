package dev.graft.data;

import dev.graft.data.FolderScan.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A folder's classes and the pictures of each, for training and for validation.
 *
 * <p>Refuses what cannot be trained on: no class or one, a class without pictures, a class in one split only, one split
 * without the other.
 */
record Division(List<String> classes, List<List<Picture>> train, List<List<Picture>> validation) {
    private static final String TRAIN = "train";
    private static final String VALIDATION = "val";
    private static final int NAMES_SHOWN = 10;

    static Division of(Path root, StratifiedSplit split, FolderScan scan) throws IOException {
        boolean train = Files.isDirectory(root.resolve(TRAIN));
        boolean validation = Files.isDirectory(root.resolve(VALIDATION));
        if (train && validation) return asLaidOut(root, scan);
        if (train || validation) throw oneSplitOnly(root, train ? TRAIN : VALIDATION, train ? VALIDATION : TRAIN, scan);
        return bySeed(root, split, scan);
    }

    private static Division asLaidOut(Path root, FolderScan scan) throws IOException {
        for (Path entry : scan.entries(root)) {
            String name = entry.getFileName().toString();
            if (name.equals(TRAIN) || name.equals(VALIDATION) || scan.notedAsHidden(entry)) continue;
            scan.note(entry, Finding.Kind.OUTSIDE_CLASSES, "neither " + TRAIN + " nor " + VALIDATION);
        }
        List<Path> train = classFolders(root.resolve(TRAIN), scan);
        List<Path> validation = classFolders(root.resolve(VALIDATION), scan);
        requireSame(root, names(train), names(validation));
        requireTwo(root, names(train));
        return new Division(
                names(train),
                pictures(train, List.of(root, root.resolve(TRAIN)), scan),
                pictures(validation, List.of(root, root.resolve(VALIDATION)), scan));
    }

    private static Division bySeed(Path root, StratifiedSplit split, FolderScan scan) throws IOException {
        List<Path> folders = classFolders(root, scan);
        requireTwo(root, names(folders));
        List<List<Picture>> train = new ArrayList<>();
        List<List<Picture>> validation = new ArrayList<>();
        for (List<Picture> pictures : pictures(folders, List.of(root), scan)) {
            Path folder = folders.get(train.size());
            if (pictures.size() < 2)
                throw new DatasetException("class folder " + folder + " holds one picture (expected two or more,"
                        + " to have one to train on and one to validate with)");
            BitSet chosen = split.validationOf(folder.getFileName().toString(), pictures.size());
            train.add(StratifiedSplit.select(pictures, chosen, false));
            validation.add(StratifiedSplit.select(pictures, chosen, true));
        }
        return new Division(names(folders), train, validation);
    }

    private static List<Path> classFolders(Path parent, FolderScan scan) throws IOException {
        int notedBefore = scan.findings().size();
        List<Path> folders = scan.classFolders(parent);
        if (!folders.isEmpty()) return folders;
        List<Finding> found =
                scan.findings().subList(notedBefore, scan.findings().size());
        long hidden =
                found.stream().filter(f -> f.kind() == Finding.Kind.HIDDEN).count();
        throw new DatasetException("no class folders in " + parent
                + "/ (expected sub-folders of " + Names.PICTURES_ALLOWED + " files; found "
                + counted(found.size() - hidden, "file")
                + " and no folder" + (hidden == 0 ? "" : ", " + hidden + " hidden") + ")");
    }

    private static List<List<Picture>> pictures(List<Path> folders, List<Path> above, FolderScan scan)
            throws IOException {
        List<List<Picture>> byClass = new ArrayList<>();
        for (Path folder : folders) {
            int notedBefore = scan.findings().size();
            List<Picture> pictures = scan.pictures(folder, above);
            if (pictures.isEmpty()) throw emptyClass(folder, scan, notedBefore);
            byClass.add(pictures);
        }
        return byClass;
    }

    private static DatasetException emptyClass(Path folder, FolderScan scan, int notedBefore) {
        List<Finding> found =
                scan.findings().subList(notedBefore, scan.findings().size());
        String seen = found.isEmpty()
                ? "it is empty"
                : "found " + found.size() + " of other kinds, such as " + shown(found.get(0));
        return new DatasetException("no picture in class folder " + folder + " (expected " + Names.PICTURES_ALLOWED
                + " files; " + seen + ")");
    }

    private static DatasetException oneSplitOnly(Path root, String present, String absent, FolderScan scan)
            throws IOException {
        List<String> others = new ArrayList<>();
        for (Path entry : scan.entries(root)) {
            String name = entry.getFileName().toString();
            if (!name.equals(present) && Files.isDirectory(entry)) others.add(name);
        }
        return new DatasetException(root + " has a folder " + present + " and no folder " + absent
                + " (expected both, or neither and one folder for each class; other folders here: " + shown(others)
                + ")");
    }

    private static void requireSame(Path root, List<String> train, List<String> validation) throws DatasetException {
        if (train.equals(validation)) return;
        List<String> trainOnly =
                train.stream().filter(c -> !validation.contains(c)).toList();
        List<String> validationOnly =
                validation.stream().filter(c -> !train.contains(c)).toList();
        throw new DatasetException("train and val of " + root + " hold different classes (only in train: "
                + shown(trainOnly) + "; only in val: " + shown(validationOnly) + ")");
    }

    private static void requireTwo(Path root, List<String> classes) throws DatasetException {
        if (classes.size() < 2)
            throw new DatasetException("only one class in " + root + " (expected two or more class folders; found "
                    + shown(classes) + ")");
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

    private static String shown(List<String> names) {
        if (names.isEmpty()) return "none";
        String list = String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size())));
        return names.size() <= NAMES_SHOWN ? list : list + " and " + (names.size() - NAMES_SHOWN) + " more";
    }
}
