package dev.graft.weights;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/** Says what a file is that is not a zip, by its first bytes. */
final class ForeignContent {
    /** First bytes that {@link #name} wants to see. */
    static final int HEAD = 512;

    private static final String RESAVE = WeightsException.RESAVE;

    /** What the content is, and what its owner can do. */
    record Verdict(String seen, String remedy) {}

    private ForeignContent() {}

    /** A verdict on a file that does not begin as a zip does. */
    static Verdict name(byte[] head) {
        if (head.length == 0) return new Verdict("is empty", WeightsException.DOWNLOAD);
        String text =
                new String(head, StandardCharsets.ISO_8859_1).stripLeading().toLowerCase(Locale.ROOT);
        if (text.startsWith("version https://git-lfs"))
            return new Verdict("is a Git LFS pointer, not the file itself", "run: git lfs pull");
        if (text.startsWith("<!doctype") || text.startsWith("<html") || text.startsWith("<?xml"))
            return new Verdict("is a web page, not a file of weights", "check the address and download it again");
        if (legacyPickle(head))
            return new Verdict("is in PyTorch's format from before 1.6, which is not supported", RESAVE);
        if ((head[0] & 0xFF) == 0x80) return new Verdict("is a bare pickle, which is not supported", RESAVE);
        if (startsWith(head, 0x1F, 0x8B)) return new Verdict("is packed with gzip", "unpack it first");
        if (startsWith(head, 0x89, 'H', 'D', 'F')) return new Verdict("is an HDF5 file, not PyTorch's", RESAVE);
        return new Verdict(
                "begins with " + HexFormat.ofDelimiter(" ").formatHex(head, 0, Math.min(8, head.length))
                        + " (allowed: the zip of a TorchScript archive or of torch.save, and safetensors)",
                RESAVE);
    }

    static boolean isZip(byte[] head) {
        return startsWith(head, 'P', 'K', 3, 4) || startsWith(head, 'P', 'K', 5, 6);
    }

    /** A length far below 2^48, and a JSON object; the reader looks closer. */
    static boolean isSafetensors(byte[] head) {
        return head.length > 8 && head[6] == 0 && head[7] == 0 && head[8] == '{';
    }

    /** PyTorch's magic number, pickled as a ten-byte integer. */
    private static boolean legacyPickle(byte[] head) {
        byte[] magic = HexFormat.of().parseHex("8a0a6cfc9c46f9206aa85019");
        return head.length >= 14 && Arrays.equals(head, 2, 14, magic, 0, 12);
    }

    private static boolean startsWith(byte[] head, int... bytes) {
        if (head.length < bytes.length) return false;
        for (int i = 0; i < bytes.length; i++) if ((head[i] & 0xFF) != bytes[i]) return false;
        return true;
    }
}
