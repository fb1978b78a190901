package dev.graft.data;

import dev.graft.data.FolderScan.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Finds the pictures that a {@link LabelTable} names, in a folder. */
final class TablePictures {
    private static final String REMEDY = "paths count from %s, a name without an ending may have any of %s";

    private final Path base;
    private final boolean within;
    private final LabelTable table;
    private final FolderScan scan;
    private final Map<Path, LabelTable.Row> seen = new HashMap<>();
    private final Problems missing = new Problems();
    private final Problems contradictions = new Problems();

    private TablePictures(Path base, boolean within, LabelTable table, FolderScan scan) {
        this.base = base;
        this.within = within;
        this.table = table;
        this.scan = scan;
    }

    /** Finds the pictures. A path must not lead out of an archive. */
    static Listed of(Place place, LabelTable table, StratifiedSplit split, FolderScan scan) throws IOException {
        TablePictures pictures = new TablePictures(place.base(table.file()), place.isArchive(), table, scan);
        return table.isMultiLabel() ? pictures.labelled(split) : Listed.of(pictures.divided(split));
    }

    /** Takes a picture of the table. */
    private interface Taker {
        void take(Split split, LabelTable.Row row, Picture picture);
    }

    /** Any number of labels for each picture. */
    private Listed labelled(StratifiedSplit split) throws IOException {
        LabelledPictures labelled = new LabelledPictures(base, where());
        find((to, row, picture) -> labelled.add(to, names(row), picture));
        return labelled.divided(split, List.of(table.taken()));
    }

    private String where() {
        return "table " + table.file();
    }

    private List<String> names(LabelTable.Row row) {
        return row.labels().stream().map(table.classes()::get).toList();
    }

    private void find(Taker taker) throws IOException {
        for (LabelTable.Row row : table.rows()) {
            Path file = found(row);
            if (file == null || isTheTable(file) || isKnown(file, row)) continue;
            List<Picture> picture = new ArrayList<>(1);
            scan.addIfPicture(file, picture);
            for (Picture p : picture) taker.take(row.split().orElse(Split.TRAIN), row, p);
        }
        missing.refuse(where() + " names files that are not there", REMEDY.formatted(base, Names.PICTURES_ALLOWED));
        contradictions.refuse(
                where() + " contradicts itself",
                "expected one line for each picture; several labels stand in one line, such as cat|dog");
    }

    private Division divided(StratifiedSplit split) throws IOException {
        Gathered gathered = new Gathered(base);
        find((to, row, picture) -> gathered.add(to, names(row).get(0), picture));
        String where = where();
        List<String> taken = new ArrayList<>();
        taken.add(table.taken());
        if (gathered.has(Split.TEST) && !gathered.has(Split.VALIDATION))
            taken.add("test is taken to validate with, as nothing else is given for it");
        return gathered.divided(split, where, taken);
    }

    /** A table that was made from a list of its folder's files may name itself. */
    private boolean isTheTable(Path file) throws IOException {
        return file.getFileName().equals(table.file().getFileName()) && Files.isSameFile(file, table.file());
    }

    private boolean isKnown(Path file, LabelTable.Row row) {
        LabelTable.Row before = seen.putIfAbsent(file.normalize(), row);
        if (before == null) return false;
        if (before.labels().equals(row.labels()) && before.split().equals(row.split()))
            scan.note(file, Finding.Kind.NAMED_AGAIN, "lines " + before.line() + " and " + row.line());
        else
            contradictions.add(row.file() + ": line " + before.line() + " says " + said(before) + ", line " + row.line()
                    + " says " + said(row));
        return true;
    }

    private String said(LabelTable.Row row) {
        return (row.labels().isEmpty() ? "no label" : String.join("|", names(row)))
                + row.split().map(s -> " (" + s.word() + ")").orElse("");
    }

    /** Returns null, and notes it, if the file does not exist. */
    private Path found(LabelTable.Row row) {
        String name = row.file();
        try {
            boolean leadsOut = within && (leadsOut(name) || leadsOut(name.replace('\\', '/')));
            Path file = leadsOut ? null : existing(name);
            if (file != null) return file;
            missing.add("line " + row.line() + ": " + name + (leadsOut ? " leads out of the archive" : ""));
        } catch (InvalidPathException e) {
            missing.add("line " + row.line() + ": " + name + " is no path: " + e.getReason());
        }
        return null;
    }

    private boolean leadsOut(String name) {
        return !base.resolve(name).normalize().startsWith(base.normalize());
    }

    private Path existing(String name) {
        Path file = base.resolve(name);
        if (isThere(file)) return file;
        if (name.indexOf('\\') >= 0) {
            file = base.resolve(name.replace('\\', '/'));
            if (isThere(file)) return file;
        }
        return withEnding(file);
    }

    private static Path withEnding(Path file) {
        Path last = file.getFileName();
        if (last == null || Names.isPicture(last.toString())) return null;
        for (String ending : Names.PICTURE_EXTENSIONS)
            for (String e : List.of(ending, ending.toUpperCase(Locale.ROOT))) {
                Path with = file.resolveSibling(last + e);
                if (isThere(with)) return with;
            }
        return null;
    }

    /** True also for a broken link; the scan notes it. */
    private static boolean isThere(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }
}
