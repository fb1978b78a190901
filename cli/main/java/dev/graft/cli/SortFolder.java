package dev.graft.cli;

import dev.graft.torch.ExitGuard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** A folder with a sub-folder for each class, into which pictures are put. It never replaces a file. */
final class SortFolder {
    /** How a picture comes into the folder. */
    enum Way {
        /** A second file with the same content. */
        COPY,
        /** A second name of the same file. */
        HARD,
        /** A file that names the picture's place. */
        SYMBOLIC
    }

    private static final int MOST_BYTES = 180;
    private static final int NUMBERS_KEPT = 10_000;

    private final Path folder;
    private final Way way;
    private final Map<String, String> folders = new HashMap<>();
    /** The last number of names that were there already; the oldest are forgotten, and then found again. */
    private final Map<Path, Integer> numbers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Integer> eldest) {
            return size() > NUMBERS_KEPT;
        }
    };

    /**
     * Makes the folder.
     *
     * @param labels that pictures may have, all different
     */
    SortFolder(Path folder, Way way, List<String> labels) throws IOException {
        this.folder = folder;
        this.way = way;
        Set<String> taken = new HashSet<>();
        for (String label : labels) {
            String name = nameOf(label);
            String free = name;
            for (int n = 2; !taken.add(free.toLowerCase(Locale.ROOT)); n++) free = name + "-" + n;
            folders.put(label, free);
        }
        Files.createDirectories(folder);
    }

    /** A label as a name that every file system takes. */
    static String nameOf(String label) {
        String name = label.replaceAll("[\\p{Cntrl}<>:\"/\\\\|?*]", "_").replaceFirst("[. ]+$", "_");
        if (name.startsWith(".")) name = "_" + name;
        if (name.matches("(?i)(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?")) name = "_" + name;
        while (name.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            name = name.substring(0, name.offsetByCodePoints(name.length(), -1));
        }
        return name.isEmpty() ? "_" : name;
    }

    /** The labels whose sub-folders have other names, in words. */
    List<String> renamed() {
        List<String> lines = new ArrayList<>();
        folders.forEach((label, name) -> {
            if (!label.equals(name)) lines.add("class '" + label + "' goes to " + folder.resolve(name));
        });
        return lines.stream().sorted().toList();
    }

    /** Puts a picture into the sub-folder of its label, under its name, or under that name with a number. */
    void put(Path picture, String label) throws IOException {
        try (ExitGuard.Work work = ExitGuard.begin()) {
            Path place = Files.createDirectories(folder.resolve(folders.get(label)));
            switch (way) {
                case COPY -> copy(picture, place);
                case HARD -> free(picture, place, target -> Files.createLink(target, picture.toRealPath()));
                case SYMBOLIC ->
                    free(picture, place, target -> Files.createSymbolicLink(target, picture.toAbsolutePath()));
            }
        } catch (FileSystemException | UnsupportedOperationException e) {
            String remedy = way == Way.COPY
                    ? "check that the folder is writable and the disk has room"
                    : "the file system may have no such links, or not from another disk; leave --link out";
            throw new IOException(
                    "--sort-into: " + picture + " cannot be put into " + folder + " (" + e + "); " + remedy, e);
        }
    }

    private void copy(Path picture, Path place) throws IOException {
        Path part = place.resolve("." + UUID.randomUUID() + ".part");
        try {
            Files.copy(picture, part);
            free(picture, place, target -> Files.move(part, target));
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Makes a file; fails if it is there already. */
    private interface Making {
        void make(Path target) throws IOException;
    }

    private void free(Path picture, Path place, Making making) throws IOException {
        String name = picture.getFileName().toString();
        int dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length();
        Path plain = place.resolve(name);
        int number = numbers.getOrDefault(plain, 1);
        while (true) {
            Path target =
                    number == 1 ? plain : place.resolve(name.substring(0, dot) + "-" + number + name.substring(dot));
            try {
                making.make(target);
                if (number > 1) numbers.put(plain, number + 1);
                return;
            } catch (FileAlreadyExistsException e) {
                number++;
            }
        }
    }
}
