package dev.graft.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Decides whether a file is taken as a picture: by its extension, or by its first bytes if the name has no extension.
 * The decoder later detects the real format from the content.
 */
final class PictureNames {
    private static final Map<String, String> UNREAD = Map.of(
            ".heic", "HEIC; convert it, for instance by heif-convert IN.heic OUT.jpg",
            ".heif", "HEIF; convert it, for instance by heif-convert IN.heif OUT.jpg",
            ".avif", "AVIF; convert it, for instance by avifdec IN.avif OUT.png");

    private static final List<String> BEGINNINGS = List.of(
            "\u00ff\u00d8\u00ff", "\u0089PNG\r\n\u001a\n", "II*\0", "MM\0*", "II+\0", "MM\0+", "P3\n", "P5\n", "P6\n");

    private PictureNames() {}

    static boolean isPicture(Path file) throws IOException {
        String name = file.getFileName().toString();
        return Names.isPicture(name) || name.indexOf('.') < 0 && Files.isRegularFile(file) && beginsAsPicture(file);
    }

    /** For a name of a picture format that Graft cannot decode: what it is and what to do. Null for other names. */
    static String unread(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? null : UNREAD.get(name.substring(dot).toLowerCase(Locale.ROOT));
    }

    private static boolean beginsAsPicture(Path file) throws IOException {
        byte[] first;
        try (InputStream in = Files.newInputStream(file)) {
            first = in.readNBytes(18);
        }
        String text = new String(first, StandardCharsets.ISO_8859_1);
        if (BEGINNINGS.stream().anyMatch(text::startsWith)) return true;
        boolean webp = text.startsWith("RIFF") && text.startsWith("WEBP", 8);
        boolean bmp = text.startsWith("BM") && text.length() == 18 && text.startsWith("\0\0\0", 15);
        return webp || bmp;
    }
}
