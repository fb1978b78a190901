package dev.graft.weights;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where Graft's verdict on a damaged file is another than that of Python's own reader, on purpose; docs/weights.md lists
 * them with their reasons.
 */
enum KnownDifference {
    /** The format wants {@code &#123;} as the header's first byte. */
    HEADER_BEGINS_OTHERWISE("refused: (begins with|has a safetensors header that does not begin with).*", "read .*"),
    /** A tensor has fields besides the three of the format. */
    FOREIGN_FIELD("refused: has in its header at .* \\(allowed: dtype, shape, data_offsets\\).*", "read .*"),
    /** A name that comes twice: Python takes the last. */
    NAME_TWICE("refused: has in its header at .* two tensors named .*", "read .*"),
    /** Numbers of less than a byte, for which PyTorch has no tensors. */
    PARTS_OF_BYTES("refused: .* whose numbers take less than a byte each .*", "read .*"),

    /** The directory and what it points to say two things, or it says them twice: PyTorch looks at less of it. */
    ZIP_CONTRADICTS_ITSELF("refused: (is a damaged zip|is truncated: .* without the directory).*", "read .*"),
    /** Encrypted, patched, or packed by a method that PyTorch does not use, in an entry that PyTorch does not read. */
    ZIP_ENTRY_OF_ANOTHER_KIND("refused: its entry .* is (encrypted|packed).*", "read .*"),
    /** PyTorch does not look at the CRC. */
    CRC_DIFFERS("refused: its entry .* is damaged: .*", "read .*"),
    /** PyTorch takes the bytes from a wrong place, as their CRC shows, and Graft from the right one. */
    CRC_SHOWS_PYTHON_WRONG("read [0-9a-f]{8}", "read damaged records: .*"),
    /** A record that tells nothing of the tensors (an id, an alignment), or which PyTorch takes from a wrong place. */
    RECORD_ASIDE(
            "read [0-9a-f]{8}",
            "refused: (UnicodeDecodeError|ValueError: invalid literal for int|.*\\.data/serialization_id"
                    + "|.*Couldn't parse the version|.*read a PyTorch file with version).*"),

    /** A version that is no plain number: C++ stops reading it at the first other character. */
    ODD_VERSION("refused: is of version .*", "read .*"),
    /** A storage of another size than its entry. */
    STORAGE_SIZE("refused: .* does not match the \\d+ bytes of its entry.*", "read .*"),

    /** Opcodes of protocols 3 to 5, which {@code weights_only} does not know. */
    NEWER_PROTOCOL("read [0-9a-f]{8}", "refused: UnpicklingError: Unsupported operand .*"),
    /** A number of a protocol that does not exist. */
    PROTOCOL_OF_NO_PICKLE("refused: .* protocol \\d+ \\(allowed: 2 to 5\\).*", "read .*"),
    /** Values below the last one: Python takes the topmost and forgets the others. */
    VALUES_LEFT_OVER("refused: .* STOP with \\d+ values on the stack.*", "read .*"),
    /** An object of a class that Python's list does not have: Graft tells of it, and makes none. */
    OBJECT(
            "read [0-9a-f]{8}",
            "refused: (UnpicklingError: )?(Unsupported (global|class)|Trying to (call reduce|instantiate|create)|Can only build)"
                    + ".*|refused: TypeError: ('\\w+' object is not callable|.* is not a type object).*"),
    /** A key that has no hash in Python. */
    KEY_WITHOUT_HASH("read [0-9a-f]{8}", "refused: TypeError: unhashable type.*"),
    /** A list or dict in itself. */
    CYCLE("refused: .* a value contains itself.*", "read .*"),
    /** Something else than a dict at the root. */
    NO_DICT("refused: .* where a dict of tensors is expected.*", "read no dict .*"),
    /** A tensor that shows more elements than its storage has: an expanded one, or a bomb. */
    EXPANDED("refused: .* does not fit into a storage of .*", "read .*"),
    /** Arguments of another type, which Python happens not to look at; a tensor that is given another storage afterwards. */
    ODD_ARGUMENTS(
            "refused: .* (has arguments that do not belong to it|expects a tuple and finds"
                    + "|where a list is expected|a call of .* is not allowed|BUILD on a tensor is not allowed).*",
            "read .*"),
    /** Whole numbers that want a gradient: Graft reads the numbers. */
    GRADIENT_OF_INTEGERS("read [0-9a-f]{8}", "refused: RuntimeError: only Tensors of floating point .*"),
    /** The device that a tensor was on; Graft reads all of them into memory. */
    DEVICE(
            "read [0-9a-f]{8}",
            "refused: RuntimeError: (don't know how to restore data|The \\w+ device module is not registered).*"),

    /** Something before the number that a file of this format begins with. */
    LATE_BEGINNING("refused: is a bare pickle.*", "read .*"),
    /** The machine that wrote the file: Python asks nobody, Graft refuses the bytes of big-endian ones. */
    MACHINE("refused: pickle 3 of 5 .*", "read .*"),
    /** Bytes behind the last storage. */
    SURPLUS("refused: has \\d+ bytes behind its last storage.*", "read .*"),
    /** A tensor in a storage that the file does not list, or of a name that none has: Python makes up its numbers. */
    STORAGE_NOT_LISTED("refused: (does not list storage|.* a storage's name has \\d+ characters).*", "read .*"),
    /** One storage of two sizes or types: Python takes the first. */
    STORAGE_OF_TWO_KINDS("refused: .* storage .* is (once .* and once|larger than the file).*", "read .*"),
    /** A part that reaches beyond its storage: Python cuts it off. */
    PART_BEYOND_STORAGE("refused: .* a part of .* does not fit into storage .*", "read .*"),
    /** A number of elements that is right again once it has overflowed. */
    COUNT_OVERFLOWS("refused: has -?\\d+ elements for storage .*", "read .*");

    private final Pattern graft;
    private final Pattern python;

    KnownDifference(String graft, String python) {
        this.graft = Pattern.compile(graft);
        this.python = Pattern.compile(python);
    }

    static Optional<KnownDifference> of(String graft, String python) {
        return Arrays.stream(values())
                .filter(known -> known.graft.matcher(graft).matches()
                        && known.python.matcher(python).matches())
                .findFirst();
    }
}
