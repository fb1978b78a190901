package dev.graft.weights.read;

import dev.graft.weights.tensor.WeightsException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Detects the format of a file from its first bytes. For an unsupported file, it says what the file is. */
public final class ForeignContent {
    /** The number of first bytes that {@link #name} needs. */
    public static final int HEAD = 512;

    private static final String RESAVE = WeightsException.RESAVE;
    private static final String UNPACK = "unpack it first";
    private static final String FROM_NUMPY =
            "load it in Python and save a dict of tensors: torch.save({name: torch.from_numpy(array)}, path)";
    private static final String TORCH_ONLY =
            "take the model's weights as PyTorch has them: a .pth, .pt or .safetensors";
    /** PyTorch's magic number, pickled as a ten-byte integer, in hexadecimal. */
    private static final String LEGACY = "8a0a6cfc9c46f9206aa85019";

    /** What the content is, and what the user can do. */
    public record Verdict(String seen, String remedy) {}

    /** Bytes at a position that identify a format. */
    private record Magic(int at, String hex, Verdict verdict) {
        boolean fits(byte[] head) {
            return at + hex.length() / 2 <= head.length
                    && inHex(head, at, hex.length() / 2).equals(hex);
        }
    }

    private static final List<Magic> MAGICS = List.of(
            magic(0, "934e554d5059", "is a NumPy array (.npy)", FROM_NUMPY),
            magic(0, "894844460d0a1a0a", "is an HDF5 file, as Keras writes it", TORCH_ONLY),
            magic(0, "47475546", "is a GGUF file of llama.cpp", TORCH_ONLY),
            magic(4, "54464c33", "is a TensorFlow Lite model", TORCH_ONLY),
            magic(
                    257,
                    "7573746172",
                    "is a tar archive: PyTorch's very first format, or a folder that was packed",
                    "if torch.load reads it, " + RESAVE + "; else " + UNPACK),
            magic(0, "1f8b", "is packed with gzip", UNPACK),
            magic(0, "425a68", "is packed with bzip2", UNPACK),
            magic(0, "fd377a585a00", "is packed with xz", UNPACK),
            magic(0, "28b52ffd", "is packed with zstd", UNPACK),
            magic(0, "377abcaf271c", "is a 7z archive", UNPACK),
            magic(0, "526172211a07", "is a RAR archive", UNPACK),
            magic(0, "ffd8ff", "is a picture (JPEG)", "name the file with the weights"),
            magic(0, "89504e470d0a1a0a", "is a picture (PNG)", "name the file with the weights"));

    private ForeignContent() {}

    public static boolean isZip(byte[] head) {
        return startsWith(head, "504b0304") || startsWith(head, "504b0506");
    }

    /** Whether the file starts like one of {@code torch.save} before PyTorch 1.6, with any pickle protocol. */
    public static boolean isLegacy(byte[] head) {
        return head.length > 0
                && (head[0] & 0xFF) == 0x80
                && inHex(head, 0, Math.min(head.length, 24)).contains(LEGACY);
    }

    /** Whether the file starts with a length far below 2^48 and then a JSON object. The reader checks the details. */
    public static boolean isSafetensors(byte[] head) {
        return head.length > 8 && head[6] == 0 && head[7] == 0 && head[8] == '{';
    }

    /** Whether the file starts like a JSON object. */
    public static boolean isJson(byte[] head) {
        return new String(head, StandardCharsets.ISO_8859_1).strip().matches("(?s)\\{\\s*\".*");
    }

    /** Describes a file that has none of the supported formats. */
    public static Verdict name(byte[] head) {
        if (head.length == 0) return new Verdict("is empty", WeightsException.DOWNLOAD);
        for (Magic magic : MAGICS) if (magic.fits(head)) return magic.verdict;
        Verdict text = nameText(new String(head, StandardCharsets.ISO_8859_1));
        if (text != null) return text;
        if ((head[0] & 0xFF) == 0x80)
            return new Verdict("is a bare pickle (pickle.dump), which is not supported", RESAVE);
        if (isOnnx(head)) return new Verdict("looks like an ONNX model", TORCH_ONLY);
        if (startsWith(head, "080112")) return new Verdict("looks like a SavedModel of TensorFlow", TORCH_ONLY);
        return new Verdict(
                "begins with " + HexFormat.ofDelimiter(" ").formatHex(head, 0, Math.min(8, head.length))
                        + " (allowed: the zip of a TorchScript archive or of torch.save, its format from before 1.6, and safetensors)",
                RESAVE);
    }

    /** Describes a zip that is not PyTorch's, by the names of its entries and the number of entries named NAME/data.pkl. */
    public static Verdict nameZip(Collection<String> names, int pickles) {
        if (names.stream().anyMatch(name -> name.endsWith(".npy")))
            return new Verdict("is a zip of NumPy arrays (.npz)", FROM_NUMPY);
        if (names.contains("model.weights.h5")) return new Verdict("is a model of Keras", TORCH_ONLY);
        if (names.contains("serialized_exported_program.json"))
            return new Verdict(
                    "is an exported program (torch.export) in its first layout",
                    "save its weights alone: torch.save(torch.export.load(file).state_dict, path)");
        String some = String.join(", ", names.stream().limit(3).toList());
        return new Verdict(
                "is a zip with " + pickles + " entries NAME/data.pkl, where PyTorch writes one (it begins with: "
                        + WeightsException.quote(some) + ")",
                "if the weights are a file in it, " + UNPACK + "; else " + RESAVE);
    }

    private static Verdict nameText(String head) {
        String text = head.stripLeading().toLowerCase(Locale.ROOT);
        if (text.startsWith("version https://git-lfs"))
            return new Verdict("is a Git LFS pointer, not the file itself", "run: git lfs pull");
        if (text.startsWith("<!doctype") || text.startsWith("<html") || text.startsWith("<?xml"))
            return new Verdict("is a web page, not a file of weights", "check the address and download it again");
        if (text.startsWith("{\"") || text.startsWith("{\n") || text.startsWith("{\r"))
            return new Verdict("is text (JSON), not weights", "name the file with the weights beside it");
        if (head.startsWith("(dp") || head.startsWith("(lp") || head.matches("(?s)c[a-zA-Z_][\\w.]*\n\\w+\n.*"))
            return new Verdict("is a bare pickle of an old protocol, which is not supported", RESAVE);
        return null;
    }

    /** Whether it is ONNX: the version of the format, then the name of the producer as text. */
    private static boolean isOnnx(byte[] head) {
        if (head.length < 32 || head[0] != 8 || head[1] < 1 || head[1] > 30) return false;
        int length = head[3];
        if (head[2] != 0x12 || length < 1 || length > 24) return false;
        String producer = new String(head, 4, length, StandardCharsets.ISO_8859_1);
        return producer.matches("[\\x20-\\x7e]+");
    }

    private static Magic magic(int at, String hex, String seen, String remedy) {
        return new Magic(at, hex, new Verdict(seen, remedy));
    }

    private static boolean startsWith(byte[] head, String hex) {
        return magic(0, hex, "", "").fits(head);
    }

    private static String inHex(byte[] head, int at, int count) {
        return HexFormat.of().formatHex(head, at, at + count);
    }
}
