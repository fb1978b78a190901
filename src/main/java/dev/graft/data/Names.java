package dev.graft.data;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * File names as Python sees them: their order, their extension, whether they are hidden, and whether the JVM could
 * decode them.
 */
final class Names {
    /** Python's order of strings. {@link String#compareTo} differs: it sorts emoji before full-width letters. */
    static final Comparator<String> BY_CODE_POINT = Names::compareCodePoints;

    /** torchvision's {@code IMG_EXTENSIONS}. */
    static final List<String> PICTURE_EXTENSIONS =
            List.of(".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp");

    /** Other extensions of JPEG files. */
    private static final List<String> RARE_EXTENSIONS = List.of(".jfif", ".jpe");

    /** The same as text for messages: separated by commas, with "or" before the last. */
    static final String PICTURES_ALLOWED = String.join(", ", PICTURE_EXTENSIONS).replaceFirst(", ([^,]+)$", " or $1");

    private static final String GIF = ".gif";
    private static final int NAMES_SHOWN = 10;

    private Names() {}

    static boolean isPicture(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return PICTURE_EXTENSIONS.stream().anyMatch(lower::endsWith)
                || RARE_EXTENSIONS.stream().anyMatch(lower::endsWith);
    }

    /** Why a file that may contain a picture is skipped, and what to do; empty for other files. */
    static String whyNoPicture(String name) {
        if (!name.toLowerCase(Locale.ROOT).endsWith(GIF)) return "";
        return "torchvision's folders leave GIF out, so Graft does too; convert it to PNG";
    }

    static boolean isHidden(String name) {
        return name.startsWith(".") || name.equals("__MACOSX");
    }

    /**
     * Whether the file can be found again by its name as a string. With {@code LC_ALL=C}, this fails for a Chinese name.
     */
    static boolean isDecoded(Path path) {
        String name = path.getFileName().toString();
        if (name.indexOf('\uFFFD') < 0 && name.indexOf('?') < 0) return true;
        try {
            return path.resolveSibling(name).equals(path);
        } catch (InvalidPathException notEncodable) {
            return false;
        }
    }

    /** Advice for names that were not decoded; empty if the JVM's encoding is not the cause. */
    static String encodingAdvice() {
        String encoding = System.getProperty("sun.jnu.encoding", "");
        if (encoding.equalsIgnoreCase("UTF-8")) return "rename it: the name is not valid UTF-8";
        return "this JVM reads file names as " + encoding + ": start it with LC_ALL=C.UTF-8";
    }

    /** The text on one line, with control characters written as escapes. */
    static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (char c : text.toCharArray())
            if (Character.isISOControl(c)) out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        return out.toString();
    }

    /** The path relative to the folder; the unchanged path if there is no relative one. */
    static Path below(Path folder, Path file) {
        boolean comparable =
                folder.isAbsolute() == file.isAbsolute() && Objects.equals(folder.getRoot(), file.getRoot());
        return comparable ? folder.relativize(file) : file;
    }

    /** The first items of a list, and the number of the others. */
    static String some(List<String> names) {
        if (names.isEmpty()) return "none";
        String list = String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size())));
        return names.size() <= NAMES_SHOWN ? list : list + " and " + (names.size() - NAMES_SHOWN) + " more";
    }

    private static int compareCodePoints(String a, String b) {
        int shorter = Math.min(a.length(), b.length());
        for (int i = 0; i < shorter; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x == y) continue;
            // A surrogate belongs to a code point that is greater than all other chars.
            boolean astral = Character.isSurrogate(x);
            if (astral != Character.isSurrogate(y)) return astral ? 1 : -1;
            return Character.compare(x, y);
        }
        return Integer.compare(a.length(), b.length());
    }
}
