"""Files that Python's safetensors wrote, with the tensors they hold in expected.tsv; one is laid out by hand and read back by it."""
import json, pathlib, struct

KINDS = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "C64": "complex64",
    "F8_E4M3": "float8_e4m3fn", "F8_E4M3FNUZ": "float8_e4m3fnuz", "F8_E5M2": "float8_e5m2", "F8_E5M2FNUZ": "float8_e5m2fnuz", "F8_E8M0": "float8_e8m0fnu",
    "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8", "U64": "uint64", "U32": "uint32", "U16": "uint16", "U8": "uint8", "BOOL": "bool",
}  # fmt: skip


def make(folder: pathlib.Path):
    import torch
    from safetensors import deserialize
    from safetensors.torch import save_file

    rows = []

    def expect(file, shown=lambda name: name):
        """Rows of a file as Python's reader sees it, in the order of the header."""
        blob = (folder / file).read_bytes()
        seen = dict(deserialize(blob))
        for key in json.loads(blob[8 : 8 + struct.unpack("<Q", blob[:8])[0]]):
            if key == "__metadata__":
                continue
            shape, stride, strides = seen[key]["shape"], 1, []
            for size in reversed(shape):
                strides.insert(0, stride)
                stride *= max(1, size)
            lists = [",".join(map(str, x)) for x in (shape, strides)]
            rows.append("\t".join([file, shown(key), seen[key]["dtype"], *lists, "0", bytes(seen[key]["data"]).hex()]) + "\n")

    def bytes_as(dtype, count, *shape):
        """Bytes 0, 1, 2, ... seen as a tensor, so that every kind gets numbers of its own."""
        width = torch.empty(0, dtype=dtype).element_size()
        step = torch.arange(count * width) % (2 if dtype == torch.bool else 251)
        return step.to(torch.uint8).view(dtype).view(*shape)

    kinds = {kind: bytes_as(getattr(torch, name), 6, 2, 3) for kind, name in KINDS.items()}
    kinds |= {
        "scalar": torch.tensor(41, dtype=torch.int64),
        "nothing": torch.empty(0, 3),
        "hollow": torch.empty(2, 0, 3, dtype=torch.float16),
        "layer1.0.conv1.weight": torch.arange(24, dtype=torch.float32).view(2, 3, 2, 2),
        "grüße": torch.zeros(1),
        "\uffff": torch.ones(1),
        "\U0001f600": torch.full((1,), 2.0),  # behind \uffff by its UTF-8 bytes, before it by UTF-16
        'quote " slash / \\ \x7f': torch.full((1,), 3.0),
        "": torch.full((1,), 4.0),
    }
    save_file(kinds, folder / "kinds.safetensors", metadata={"format": "pt"})
    expect("kinds.safetensors")
    save_file({}, folder / "empty.safetensors")
    save_file({"_orig_mod.fc.weight": torch.ones(2, 2), "_orig_mod.fc.bias": torch.zeros(2)}, folder / "compiled.safetensors")
    expect("compiled.safetensors", lambda name: name.removeprefix("_orig_mod."))

    header = '{ "b" :{"data_offsets":[4, 6],"shape":[2],\n"dtype":"U8"},\t"\\u0061":{"shape":[],"dtype":"F\\u0033\\u0032","data_offsets":[0,4]},'
    header += '"__metadata__":{"note":"tab\\t"},"z":{"dtype":"I64","shape":[0],"data_offsets":[4,4]} }\n \n'
    (folder / "by_hand.safetensors").write_bytes(struct.pack("<Q", len(header)) + header.encode() + bytes(range(6)))
    expect("by_hand.safetensors")
    (folder / "expected.tsv").write_text("".join(rows), newline="\n")
