package dev.graft.data;

import dev.graft.data.FolderScan.Picture;
import dev.graft.files.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds pictures that are in two splits with the same bytes. It only reads files that have the same size. */
final class SamePictures {
    private static final int CHUNK = 1 << 16;

    private SamePictures() {}

    /**
     * Notes each picture of the other split that is equal to a training picture, and names the first such training
     * picture.
     */
    static void note(List<Picture> train, List<Picture> judged, Finding.Kind kind, FolderScan scan) {
        Set<Long> judgedSizes = sizes(judged);
        Set<Long> trainSizes = sizes(train);
        Map<String, Path> firstWith = new HashMap<>();
        for (Picture picture : train)
            if (judgedSizes.contains(picture.size()))
                sha256(picture, scan).ifPresent(hash -> firstWith.putIfAbsent(hash, picture.file()));
        for (Picture picture : judged)
            if (trainSizes.contains(picture.size()))
                sha256(picture, scan)
                        .map(firstWith::get)
                        .ifPresent(twin -> scan.note(picture.file(), kind, "the same as " + twin));
    }

    private static Set<Long> sizes(List<Picture> pictures) {
        Set<Long> sizes = new HashSet<>();
        for (Picture picture : pictures) if (picture.size() > 0) sizes.add(picture.size());
        return sizes;
    }

    private static Optional<String> sha256(Picture picture, FolderScan scan) {
        MessageDigest digest = Digests.sha256();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(picture.file())) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) digest.update(chunk, 0, n);
        } catch (IOException e) {
            // The picture stays in the list: the decoder will fail on it and handle the error.
            scan.note(picture.file(), Finding.Kind.UNREADABLE, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
        return Optional.of(HexFormat.of().formatHex(digest.digest()));
    }
}
