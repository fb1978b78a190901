package dev.graft.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Lists class folders and their pictures in torchvision's order, and notes what it skips.
 *
 * <p>torchvision sorts the folders of {@code os.walk} by their whole path, and the files in each folder by name. So
 * {@code cat/a-b/} comes before {@code cat/a/c/}, because '-' sorts before '/'. Links are followed. The scan only opens
 * regular files, and of these only those without an extension, so a pipe cannot block it.
 */
final class FolderScan {
    /** A picture file. The size, in bytes, helps to find equal files without reading all of them. */
    record Picture(Path file, long size) {}

    private record Folder(String path, List<Path> files) {}

    private final List<Finding> findings = new ArrayList<>();

    List<Finding> findings() {
        return findings;
    }

    void note(Path path, Finding.Kind kind, String detail) {
        findings.add(new Finding(path, kind, detail));
    }

    /** The class folders directly in {@code parent}, sorted by name. All other entries are noted. */
    List<Path> classFolders(Path parent) throws IOException {
        List<Path> folders = new ArrayList<>();
        for (Path entry : entries(parent)) {
            if (notedAsHidden(entry)) continue;
            if (Files.isDirectory(entry)) folders.add(requireDecoded(entry));
            else note(entry, Finding.Kind.OUTSIDE_CLASSES, "");
        }
        return folders;
    }

    /**
     * The pictures in a class folder and its subfolders.
     *
     * @param above the parent folders, to detect links back to them
     */
    List<Picture> pictures(Path classFolder, List<Path> above) throws IOException {
        Set<Path> chain = new HashSet<>();
        for (Path folder : above) chain.add(folder.toRealPath());
        List<Folder> folders = new ArrayList<>();
        walk(classFolder, "", chain, folders);
        folders.sort(Comparator.comparing(Folder::path, Names.BY_CODE_POINT));
        List<Picture> pictures = new ArrayList<>();
        for (Folder folder : folders) for (Path file : folder.files()) addIfPicture(file, pictures);
        return pictures;
    }

    /**
     * The entries of a folder, sorted by name. Names that look the same because they could not be decoded are sorted by
     * their bytes.
     */
    List<Path> entries(Path folder) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(entries::add);
        } catch (DirectoryIteratorException e) {
            throw unreadable(folder, e.getCause());
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
        entries.sort(Comparator.comparing((Path p) -> p.getFileName().toString(), Names.BY_CODE_POINT)
                .thenComparing(Comparator.naturalOrder()));
        return entries;
    }

    boolean notedAsHidden(Path entry) {
        if (!Names.isHidden(entry.getFileName().toString())) return false;
        note(entry, Finding.Kind.HIDDEN, "");
        return true;
    }

    private void walk(Path folder, String path, Set<Path> above, List<Folder> found) throws IOException {
        Path real = folder.toRealPath();
        if (!above.add(real)) {
            note(folder, Finding.Kind.SYMLINK_LOOP, "leads to " + real);
            return;
        }
        List<Path> files = new ArrayList<>();
        found.add(new Folder(path, files));
        for (Path entry : entries(folder)) {
            if (notedAsHidden(entry)) continue;
            if (Files.isDirectory(entry)) walk(entry, path + "/" + entry.getFileName(), above, found);
            else files.add(entry);
        }
        above.remove(real);
    }

    /** Adds the file if it may be a picture, else notes why it is skipped. */
    void addIfPicture(Path file, List<Picture> pictures) {
        try {
            if (!PictureNames.isPicture(file)) {
                noteOther(file, file.getFileName().toString());
                return;
            }
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) note(file, Finding.Kind.NOT_A_REGULAR_FILE, "");
            else if (!Files.isReadable(file)) note(file, Finding.Kind.UNREADABLE, "no permission to read it");
            else pictures.add(kept(file, attributes.size()));
        } catch (IOException e) {
            noteBrokenLink(file, e);
        }
    }

    private void noteOther(Path file, String name) {
        String unread = PictureNames.unread(name);
        if (unread != null) note(file, Finding.Kind.UNREAD_FORMAT, unread);
        else note(file, Finding.Kind.NOT_A_PICTURE, Names.whyNoPicture(name));
    }

    private Picture kept(Path file, long size) {
        if (size == 0) note(file, Finding.Kind.EMPTY_FILE, "");
        if (!Names.isDecoded(file)) note(file, Finding.Kind.UNDECODABLE_NAME, Names.encodingAdvice());
        return new Picture(file, size);
    }

    private void noteBrokenLink(Path file, IOException e) {
        try {
            Path target = Files.readSymbolicLink(file);
            Path seen = file.resolveSibling(target);
            boolean toNothing = !Files.exists(seen, LinkOption.NOFOLLOW_LINKS);
            if (toNothing) note(file, Finding.Kind.UNREADABLE, "link to " + target + ", which is not there");
            else note(file, Finding.Kind.SYMLINK_LOOP, "leads to " + target);
        } catch (IOException | UnsupportedOperationException notALink) {
            e.addSuppressed(notALink);
            note(file, Finding.Kind.UNREADABLE, reason(e));
        }
    }

    private static Path requireDecoded(Path folder) throws DatasetException {
        if (Names.isDecoded(folder)) return folder;
        throw new DatasetException(
                "the name of class folder " + folder + " cannot be read (" + Names.encodingAdvice() + ")");
    }

    static DatasetException unreadable(Path folder, IOException e) {
        return new DatasetException("cannot read folder " + folder + " (" + reason(e) + ")", e);
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) return "no permission";
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }
}
