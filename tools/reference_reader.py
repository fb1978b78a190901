"""Says of every file in a batch what Python's own reader makes of it.

    reference_reader.py safetensors|torch

Each line of the input names a file of several: 4 bytes of length, little-endian, and the bytes, again and again. For each of
them one line comes back: "read CRC", the CRC of a text with name, dtype, shape and bytes of every tensor, or "refused: " and
Python's words. A name of a tensor is what Graft would make of it: out of a wrapping dict, without the prefix of a wrapper.
"""
import io, re, resource, signal, sys, warnings, zipfile, zlib

PATIENCE_S = 60  # then the reader is killed, and its reader notices
MOST_MEMORY = 24 << 30  # address space: PyTorch alone maps several GB
MOST_ELEMENTS = 1 << 20


def digest(rows):
    """The CRC of (name, dtype, shape, bytes)."""
    crc = 0
    for name, dtype, shape, data in sorted(rows):
        head = f"{name}\t{dtype}\t{','.join(map(str, shape))}\t"
        crc = zlib.crc32(data, zlib.crc32(head.encode("utf-8", "surrogatepass"), crc))
    return f"read {crc:08x}"


def bare(tensors):
    left = ["module.", "_orig_mod.", "model.", "backbone."]
    while prefix := next((p for p in left if tensors and all(name.startswith(p) for name in tensors)), None):
        tensors = {name[len(prefix) :]: t for name, t in tensors.items()}
        left.remove(prefix)
    return tensors


def places(root):
    """The dicts that hold tensors with the keys that lead to each, those that lie outermost first."""
    import torch

    waiting, seen = [((), root)], {id(root)}
    for path, value in waiting:
        if isinstance(value, dict):
            items = [(key if isinstance(key, str) else str(key) if isinstance(key, (int, float)) else "?", v) for key, v in value.items()]
            if any(isinstance(key, str) and isinstance(v, torch.Tensor) for key, v in value.items()):
                yield path, value
        elif isinstance(value, (list, tuple)):
            items = [(str(i), v) for i, v in enumerate(value)]
        else:
            continue
        for key, v in items:
            if id(v) not in seen:
                seen.add(id(v))
                waiting.append(((*path, key), v))


USUAL = ["state_dict", "model", "model_state_dict", "model_state", "net", "network", "weights", "params", "module"]
AVERAGED = re.compile(r"(.*[._])?(ema|swa|avg|averaged|average|shadow)([._].*)?")


def state_dict(root):
    """As Graft chooses: one under usual keys, or the one of most tensors, averaged ones last."""
    import torch

    found = list(places(root))
    usual = [(USUAL.index(path[0]), i) for i, (path, _) in enumerate(found) if path and all(key in USUAL for key in path)]
    if usual:
        return found[min(usual)[1]][1]
    sizes = [(bool(AVERAGED.fullmatch(".".join(path).lower())), -sum(isinstance(k, str) and isinstance(v, torch.Tensor) for k, v in value.items()), i) for i, (path, value) in enumerate(found)]
    return found[min(sizes)[2]][1] if found else root


def read_safetensors(data):
    from safetensors import deserialize

    found = {name: (t["dtype"], t["shape"], bytes(t["data"])) for name, t in deserialize(data)}
    return digest((name, *t) for name, t in bare(found).items())


def elements(tensor):
    """The bytes of a tensor in row order, for types that PyTorch can hardly do anything with too."""
    import numpy as np

    if not tensor.numel():
        return b""
    width = tensor.element_size()
    whole = np.frombuffer(bytes(tensor.untyped_storage().tolist()), dtype=np.uint8)[tensor.storage_offset() * width :]
    strides = [s * width for s in tensor.stride()] + [1]
    return np.lib.stride_tricks.as_strided(whole, [*tensor.shape, width], strides).tobytes()


def unlike_crc(data):
    """The records that PyTorch reads though their bytes are not those that the zip's CRC was made of."""
    import torch

    reader = torch._C.PyTorchFileReader(io.BytesIO(data))
    try:
        entries = {e.filename.partition("/")[2]: e for e in zipfile.ZipFile(io.BytesIO(data)).infolist()}
    except Exception:
        return []  # Python's own zip reader does not even find its way
    damaged = []
    for name in reader.get_all_records():
        if name not in entries:
            damaged.append(name)
        elif entries[name].CRC and zlib.crc32(reader.get_record(name)) != entries[name].CRC:
            damaged.append(name)
    return [ascii(name) for name in damaged]


def read_torch(data):
    import torch

    value = torch.load(io.BytesIO(data), weights_only=True)
    if data.startswith(b"PK"):
        damaged = unlike_crc(data)
        if damaged:
            return f"read damaged records: {', '.join(damaged)}"
    value = state_dict(value)
    if not isinstance(value, dict):
        return f"read no dict but {type(value).__name__}"
    tensors = bare({name: t for name, t in value.items() if isinstance(name, str) and isinstance(t, torch.Tensor)})
    for name, t in tensors.items():
        if t.device.type != "cpu" or t.layout != torch.strided:
            return f"read a tensor of {t.device.type} {t.layout}"
        if t.numel() > MOST_ELEMENTS:
            return "read a tensor of very many elements"
    return digest((name, str(t.dtype).removeprefix("torch."), t.shape, elements(t)) for name, t in tensors.items())


def verdict(read, data):
    signal.alarm(PATIENCE_S)
    try:
        return read(data)
    except Exception as e:
        words = f"{type(e).__name__}: {e}".encode("ascii", "backslashreplace").decode()
        words = re.sub(r"\s+", " ", words)
        return "refused: " + re.sub(r"Weights only load failed.*?WeightsUnpickler error: ", "", words)[:300]
    finally:
        signal.alarm(0)


def main():
    read = {"safetensors": read_safetensors, "torch": read_torch}[sys.argv[1]]
    warnings.simplefilter("ignore")
    if read is read_torch:
        import torch

        torch.set_num_threads(1)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    for line in sys.stdin:
        with open(line.rstrip("\n"), "rb") as file:
            batch = io.BytesIO(file.read())  # whole: after the last answer the next batch may be written to its place
        while length := batch.read(4):
            print(verdict(read, batch.read(int.from_bytes(length, "little"))), flush=True)


if __name__ == "__main__":
    main()
