package dev.graft.weights;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Seeded damage to bytes: changed, lost, doubled and foreign ones, and words of the format where they do not belong. */
final class Damage {
    /** What a header of safetensors is made of. */
    static final Damage JSON = new Damage(List.of(
            "0",
            "1",
            "-1",
            "2",
            "4",
            "00",
            "1.0",
            "1e2",
            "4294967296",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551615",
            "null",
            "true",
            "[",
            "]",
            "[]",
            "[0]",
            "[0,0]",
            "[2,3]",
            "{",
            "}",
            "{}",
            ",",
            ":",
            "\"",
            "\"\"",
            "\\",
            "\\u0000",
            "\\ud800",
            "\\ud83d\\ude00",
            " ",
            "\n",
            "\t",
            "\0",
            "\ufeff",
            "\u00ff",
            "\"dtype\"",
            "\"shape\"",
            "\"data_offsets\"",
            "\"__metadata__\"",
            "\"format\"",
            "\"F32\"",
            "\"F64\"",
            "\"F16\"",
            "\"BF16\"",
            "\"I64\"",
            "\"U8\"",
            "\"BOOL\"",
            "\"F4\"",
            "\"F6_E2M3\"",
            "\"C64\"",
            "\"F8_E8M0\"",
            "\"I8\"",
            "\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},"));

    /** What a pickle and the zip around it are made of. */
    static final Damage PICKLE = new Damage(List.of(
            "(",
            ")",
            "t",
            "\u0085",
            "\u0086",
            "\u0087",
            "]",
            "}",
            "l",
            "d",
            "a",
            "e",
            "s",
            "u",
            "N",
            "\u0088",
            "\u0089",
            "0",
            "1",
            "2",
            ".",
            "b",
            "R",
            "\u0081",
            "\u0093",
            "Q",
            "q\0",
            "h\0",
            "h\1",
            "h\2",
            "h\3",
            "h\4",
            "\u0094",
            "K\0",
            "K\1",
            "K\2",
            "K\4",
            "M\0\1",
            "J\377\377\377\377",
            "\u008a\0",
            "\u008a\1\377",
            "\u008a\10\377\377\377\377\377\377\377\177",
            "G\177\370\0\0\0\0\0\0",
            "X\0\0\0\0",
            "X\1\0\0\0a",
            "U\1a",
            "\u008c\1a",
            "C\1a",
            "B\0\0\0\0",
            "\u0080\2",
            "\u0080\4",
            "\u0080\5",
            "\u0095\1\0\0\0\0\0\0\0",
            "ctorch\nFloatStorage\n",
            "ctorch\nByteStorage\n",
            "ctorch\nLongStorage\n",
            "ctorch\nSize\n",
            "ctorch\nfloat32\n",
            "ctorch.storage\nUntypedStorage\n",
            "ctorch._utils\n_rebuild_tensor\n",
            "ctorch._utils\n_rebuild_tensor_v2\n",
            "ctorch._utils\n_rebuild_tensor_v3\n",
            "ctorch._utils\n_rebuild_parameter\n",
            "ccollections\nOrderedDict\n",
            "ccollections\nCounter\n",
            "cbuiltins\nset\n",
            "c__builtin__\nbytearray\n",
            "ctorch\ndevice\n",
            "\u008f",
            "\u0090",
            "\u0091",
            "\u0092",
            ")\u0081",
            "}b",
            "]\u0085R",
            "cargparse\nNamespace\n",
            "cbuiltins\ngetattr\n",
            "ccollections\ndefaultdict\n",
            "ctorch._tensor\n_rebuild_from_type_v2\n",
            "ctorch._utils\n_rebuild_qtensor\n",
            "ctorch._dynamo.eval_frame\nOptimizedModule\n",
            "X\10\0\0\0_modules",
            "X\13\0\0\0_parameters",
            "\0",
            "\377",
            "\177\377\377\377",
            "module.",
            "PK\3\4",
            "PK\1\2",
            "PK\5\6"));

    private static final int MOST_CHANGES = 4;
    private static final int LONGEST = 40;

    private final List<byte[]> words;

    private Damage(List<String> words) {
        this.words = words.stream()
                .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    /** A copy with one to four changes, mostly one; it may be the same again. */
    byte[] of(byte[] whole, Random random) {
        byte[] bytes = whole;
        for (int changes = 1 + random.nextInt(1 + random.nextInt(MOST_CHANGES)); changes > 0; changes--)
            bytes = once(bytes, random);
        return bytes;
    }

    private byte[] once(byte[] whole, Random random) {
        if (whole.length == 0) return new byte[] {(byte) random.nextInt(256)};
        int at = random.nextInt(whole.length);
        int from = random.nextInt(whole.length);
        int count = Math.min(1 + random.nextInt(LONGEST), whole.length - Math.max(at, from));
        byte[] word = words.get(random.nextInt(words.size()));
        return switch (random.nextInt(10)) {
            case 0 -> replaced(whole, at, 1, new byte[] {(byte) random.nextInt(256)});
            case 1 -> replaced(whole, at, 1, new byte[] {(byte) (whole[at] ^ 1 << random.nextInt(8))});
            case 2 -> replaced(whole, at, 1, new byte[] {(byte) (whole[at] + (random.nextBoolean() ? 1 : -1))});
            case 3 -> replaced(whole, at, 0, new byte[] {(byte) random.nextInt(256)});
            case 4 -> replaced(whole, at, count, new byte[0]);
            case 5 -> replaced(whole, at, 0, Arrays.copyOfRange(whole, from, from + count));
            case 6 -> replaced(whole, at, count, Arrays.copyOfRange(whole, from, from + count));
            case 7 -> replaced(whole, at, 0, word);
            case 8 -> replaced(whole, at, Math.min(word.length, whole.length - at), word);
            default -> random.nextInt(4) > 0 ? replaced(whole, at, 1, word) : Arrays.copyOf(whole, at);
        };
    }

    /** With {@code count} bytes at a place replaced by others. */
    private static byte[] replaced(byte[] whole, int at, int count, byte[] others) {
        byte[] bytes = new byte[whole.length - count + others.length];
        System.arraycopy(whole, 0, bytes, 0, at);
        System.arraycopy(others, 0, bytes, at, others.length);
        System.arraycopy(whole, at + count, bytes, at + others.length, whole.length - at - count);
        return bytes;
    }
}
