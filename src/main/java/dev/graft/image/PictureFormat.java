package dev.graft.image;

import java.nio.charset.StandardCharsets;

/** Tells a file's format by its first bytes, never by its name, and opens those on the list. */
final class PictureFormat {
    private static final String ALLOWED =
            "formats that can be decoded, which are JPEG, PNG, WebP, BMP, PNM, TIFF and GIF (its first frame)";

    private PictureFormat() {}

    /** Reads the header of an allowed format, or refuses with the name of what the file is. */
    static PictureFile open(byte[] data) throws Refusal {
        if (data.length == 0) throw refuse("is empty (0 bytes)", "copy it again or remove it");
        if (starts(data, "\u00ff\u00d8\u00ff")) return new JpegFile(new Bytes(data, "JPEG"));
        if (starts(data, PngFile.SIGNATURE)) return new PngFile(new Bytes(data, "PNG"));
        if (starts(data, "RIFF") && Bytes.matches(data, 8, "WEBP")) return new WebpFile(new Bytes(data, "WebP"));
        if (starts(data, "BM")) return new BmpFile(new Bytes(data, "BMP"));
        if (starts(data, "GIF87a") || starts(data, "GIF89a")) return new GifFile(new Bytes(data, "GIF"));
        if (TiffFile.isTiff(data)) return new TiffFile(new Bytes(data, "TIFF"));
        if (PnmFile.isPnm(data)) return new PnmFile(new Bytes(data, "PNM"));
        throw refuse("is " + other(data), "convert it to one of them or remove it");
    }

    private static Refusal refuse(String seen, String todo) {
        return Refusal.of(seen, ALLOWED, todo);
    }

    private static String other(byte[] data) {
        if (Bytes.matches(data, 4, "ftyp")) return isoMedia(data);
        if (starts(data, "\u00ff\n") || Bytes.matches(data, 4, "JXL ")) return "JPEG XL";
        if (starts(data, "\u00ff\u004f\u00ff\u0051") || Bytes.matches(data, 4, "jP  ")) return "JPEG 2000";
        if (starts(data, "\u00ff\u00d8")) return "a JPEG that breaks off after its first two bytes";
        if (starts(data, "8BPS")) return "a Photoshop document";
        if (starts(data, "\0\0\1\0")) return "a Windows icon";
        if (starts(data, "%PDF")) return "PDF";
        if (starts(data, "PK\3\4")) return "a zip archive";
        if (starts(data, "\u001f\u008b")) return "gzip data";
        if (starts(data, "qoif")) return "QOI";
        if (starts(data, "GIF")) return "a GIF of an unknown version";
        if (starts(data, "P7")) return "PAM, a PNM of kind P7";
        return allZero(data) ? "nothing but zero bytes" : isText(data) ? "text" : "of an unknown format";
    }

    private static String isoMedia(byte[] data) {
        if (Bytes.matches(data, 8, "avi")) return "AVIF";
        for (String brand : new String[] {"hei", "hev", "mif1", "msf1"})
            if (Bytes.matches(data, 8, brand)) return containsAvif(data) ? "AVIF" : "HEIF";
        return "an MP4-like container";
    }

    private static boolean containsAvif(byte[] data) {
        for (int i = 16; i < Math.min(64, data.length); i += 4) if (Bytes.matches(data, i, "avif")) return true;
        return false;
    }

    private static boolean starts(byte[] data, String magic) {
        return Bytes.matches(data, 0, magic);
    }

    private static boolean allZero(byte[] data) {
        for (byte b : data) if (b != 0) return false;
        return true;
    }

    private static boolean isText(byte[] data) {
        String start = new String(data, 0, Math.min(64, data.length), StandardCharsets.UTF_8);
        return start.chars().noneMatch(c -> c < ' ' && c != '\n' && c != '\r' && c != '\t');
    }
}
