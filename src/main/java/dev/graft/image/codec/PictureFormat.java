package dev.graft.image.codec;

import java.nio.charset.StandardCharsets;

/** Detects the format of a file from its first bytes, never from its name, and opens supported formats. */
public final class PictureFormat {
    private static final String ALLOWED =
            "formats that can be decoded, which are JPEG, PNG, WebP, BMP, PNM, TIFF and GIF (its first frame)";

    /** For a file of an unknown format, the number of first bytes used to guess what it is. */
    private static final int LOOK = 4096;

    private PictureFormat() {}

    /** Returns the name of a supported format, or refuses the file and says what it is. */
    public static String of(Bytes file) throws Refusal {
        if (file.length() == 0) throw refuse("is empty (0 bytes)", "copy it again or remove it");
        if (file.matches(0, "\u00ff\u00d8\u00ff")) return "JPEG";
        if (file.matches(0, PngFile.SIGNATURE)) return "PNG";
        if (file.matches(0, "RIFF") && file.matches(8, "WEBP")) return "WebP";
        if (file.matches(0, "BM")) return "BMP";
        if (file.matches(0, "GIF87a") || file.matches(0, "GIF89a")) return "GIF";
        if (TiffFile.isTiff(file)) return "TIFF";
        if (PnmFile.isPnm(file)) return "PNM";
        throw refuse("is " + other(file), "convert it to one of them or remove it");
    }

    /** Reads the header of a supported format, or refuses the file. */
    public static PictureFile open(Bytes file) throws Refusal {
        String format = of(file);
        Bytes named = file.as(format);
        return switch (format) {
            case "JPEG" -> new JpegFile(named);
            case "PNG" -> new PngFile(named);
            case "WebP" -> new WebpFile(named);
            case "BMP" -> new BmpFile(named);
            case "GIF" -> new GifFile(named);
            case "TIFF" -> new TiffFile(named);
            default -> new PnmFile(named);
        };
    }

    private static Refusal refuse(String seen, String todo) {
        return Refusal.of(seen, ALLOWED, todo);
    }

    private static String other(Bytes file) throws Refusal {
        if (file.matches(4, "ftyp")) return isoMedia(file);
        if (file.matches(0, "\u00ff\n") || file.matches(4, "JXL ")) return "JPEG XL";
        if (file.matches(0, "\u00ff\u004f\u00ff\u0051") || file.matches(4, "jP  ")) return "JPEG 2000";
        if (file.matches(0, "\u00ff\u00d8")) return "a JPEG that breaks off after its first two bytes";
        if (file.matches(0, "8BPS")) return "a Photoshop document";
        if (file.matches(0, "\0\0\1\0")) return "a Windows icon";
        if (file.matches(0, "%PDF")) return "PDF";
        if (file.matches(0, "PK\3\4")) return "a zip archive";
        if (file.matches(0, "\u001f\u008b")) return "gzip data";
        if (file.matches(0, "qoif")) return "QOI";
        if (file.matches(0, "GIF")) return "a GIF of an unknown version";
        if (file.matches(0, "P7")) return "PAM, a PNM of kind P7";
        byte[] start = file.copy(0, (int) Math.min(LOOK, file.length()));
        if (isZero(start))
            return start.length == LOOK ? "a file that begins with zero bytes" : "nothing but zero bytes";
        return isText(start) ? "text" : "of an unknown format";
    }

    private static String isoMedia(Bytes file) {
        if (file.matches(8, "avi")) return "AVIF";
        for (String brand : new String[] {"hei", "hev", "mif1", "msf1"})
            if (file.matches(8, brand)) return containsAvif(file) ? "AVIF" : "HEIF";
        return "an MP4-like container";
    }

    private static boolean containsAvif(Bytes file) {
        for (int i = 16; i < 64; i += 4) if (file.matches(i, "avif")) return true;
        return false;
    }

    private static boolean isZero(byte[] start) {
        for (byte b : start) if (b != 0) return false;
        return true;
    }

    private static boolean isText(byte[] data) {
        String start = new String(data, 0, Math.min(64, data.length), StandardCharsets.UTF_8);
        return start.chars().noneMatch(c -> c < ' ' && c != '\n' && c != '\r' && c != '\t');
    }
}
