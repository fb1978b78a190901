"""Files that torch.save and torch.jit.save wrote, with the tensors they hold in expected.tsv.

TorchScript numbers its classes by what the process compiled before, so those files are made in a process of their own; their
debug files, which hold paths of the machine, and the id made from them are taken out.
"""
import io, os, pathlib, pickle, pickletools, subprocess, sys, zipfile

KINDS = {"float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16", "int64": "I64", "int32": "I32", "int16": "I16", "int8": "I8", "uint8": "U8", "bool": "BOOL"}
NEWER = {"uint64": "U64", "uint32": "U32", "uint16": "U16", "complex128": "C128", "complex64": "C64", "complex32": "C32", "float8_e4m3fn": "F8_E4M3", "float8_e4m3fnuz": "F8_E4M3FNUZ"}
NEWER |= {"float8_e5m2": "F8_E5M2", "float8_e5m2fnuz": "F8_E5M2FNUZ", "float8_e8m0fnu": "F8_E8M0", "float4_e2m1fn_x2": "F4_X2"}


def make(folder: pathlib.Path):
    subprocess.run([sys.executable, __file__, str(folder)], check=True, env=os.environ | {"PYTHONHASHSEED": "0"})


def row(file, name, tensor):
    import torch

    t = tensor.detach()
    flat = t.contiguous().flatten()
    data = flat.view(torch.uint8).numpy().tobytes().hex() if t.numel() else ""
    lists = [",".join(map(str, x)) for x in (t.shape, t.stride())]
    return "\t".join([file, name, (KINDS | NEWER)[str(t.dtype).removeprefix("torch.")], *lists, str(t.storage_offset()), data]) + "\n"


def without_debug(path):
    with zipfile.ZipFile(path) as z:
        kept = [(i.filename, i.compress_type, z.read(i)) for i in z.infolist() if not i.filename.endswith((".debug_pkl", "serialization_id"))]
    with zipfile.ZipFile(path, "w") as z:
        for name, method, data in kept:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            z.writestr(info, data)


def without_addresses(data):
    """The same file with its storages named and sorted by their place in the pickle, where torch.save takes their addresses."""
    import torch

    sizes = {}

    class Names(pickle.Unpickler):
        def find_class(self, module, name):
            if module == "collections":
                return super().find_class(module, name)
            return getattr(torch, name, torch.UntypedStorage) if name.endswith("Storage") else lambda *a: None

        def persistent_load(self, pid):
            sizes[pid[2]] = pid[4] * (1 if pid[1] is torch.UntypedStorage else pid[1]._dtype.itemsize)

    f, starts = io.BytesIO(data), [0]
    for _ in range(5):
        list(pickletools.genops(f))
        starts.append(f.tell())
    value = data[starts[3] : starts[4]]
    Names(io.BytesIO(value)).load()
    storages = {key: f.read(8 + sizes[key]) for key in pickle.loads(data[starts[4] : starts[5]])}
    assert not f.read()
    names = {key: f"{i + 1:0{len(key)}}" for i, key in enumerate(sizes)}  # of the same length, so that frames stay right
    for key, name in names.items():
        value = value.replace(key.encode(), name.encode())
    return data[: starts[3]] + value + pickle.dumps(list(names.values()), protocol=data[1]) + b"".join(storages[key] for key in sizes)


def main(folder):
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(7)
    rows = []

    def expect(file, tensors):
        rows.extend(row(file, name, t) for name, t in tensors.items())

    base = torch.arange(24, dtype=torch.float32)
    kinds = {name: (torch.arange(6) % 2 if name == "bool" else torch.arange(6) - (0 if name == "uint8" else 3)).to(getattr(torch, name)).view(2, 3) for name in KINDS}
    kinds |= {name: torch.arange(6 * getattr(torch, name).itemsize, dtype=torch.uint8).view(getattr(torch, name)).view(2, 3) for name in NEWER}
    kinds |= {
        "scalar": torch.tensor(41, dtype=torch.int64),
        "nothing": torch.empty(0, 3),
        "channels_last": torch.arange(48, dtype=torch.float32).view(2, 3, 2, 4).to(memory_format=torch.channels_last),
        "transposed": torch.arange(6, dtype=torch.int32).view(2, 3).t(),
        "shared_whole": base,
        "shared_part": base[4:16].view(3, 4)[:, 1:3],
    }
    torch.save(kinds, folder / "kinds.pth")
    expect("kinds.pth", kinds)

    class Net(torch.nn.Module):
        names: dict[str, int]
        parts: list[torch.Tensor]

        def __init__(self):
            super().__init__()
            self.layer1 = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3, bias=False), torch.nn.BatchNorm2d(4))
            self.fc = torch.nn.Linear(4, 2)
            self.register_buffer("mean", torch.ones(3))
            self.scale = torch.full((1,), 0.5)
            self.names = {"cat": 0, "dog": 1}
            self.parts = [torch.ones(2), torch.zeros(1)]
            self.sizes = [3, 4]
            self.rate = 0.25

        def forward(self, x):
            x = self.layer1(x - self.mean.view(1, -1, 1, 1)) * self.scale + self.names["cat"] + self.parts[0].sum() + self.sizes[0] * self.rate
            return self.fc(x.mean([2, 3]))

    net = Net()
    torch.save(net.state_dict(), folder / "module.pth")
    expect("module.pth", net.state_dict())
    torch.jit.save(torch.jit.script(net), str(folder / "scripted.pt"), _extra_files={"graft.json": '{"classes": ["cat", "dög"]}'})
    expect("scripted.pt", net.state_dict())
    torch.jit.save(torch.jit.trace(net.eval(), torch.zeros(1, 3, 8, 8)), str(folder / "traced.pt"))
    expect("traced.pt", net.state_dict())

    parallel = torch.nn.DataParallel(torch.nn.Linear(2, 2))
    torch.save({"epoch": 3, "state_dict": parallel.state_dict()}, folder / "wrapped.pth")
    expect("wrapped.pth", parallel.module.state_dict())

    ours = {"model": {"fc.weight": torch.nn.Parameter(torch.ones(2, 2))}, "optimizer": torch.arange(9, dtype=torch.uint8), "generator": torch.zeros(4, dtype=torch.uint8)}
    ours |= {"graft": '{"lr": 0.1}', "epoch": 7, "rate": 0.125, "best": None, "done": True, "seed": 2**63 + 5, "size": torch.Size([3, 4]), "history": [1, -70000, 2**40, (0.5, "x")]}
    torch.save(ours, folder / "checkpoint.pth")
    expect("checkpoint.pth", ours["model"])

    for name, value, tensors, protocol in [("legacy.pth", kinds, kinds, 2), ("legacy_wrapped.pth", {"epoch": 3, "state_dict": parallel.state_dict()}, parallel.module.state_dict(), 4)]:
        legacy = io.BytesIO()
        torch.save(value, legacy, pickle_protocol=protocol, _use_new_zipfile_serialization=False)
        (folder / name).write_bytes(without_addresses(legacy.getvalue()))
        expect(name, tensors)
    few = {"fc.weight": base[:12].view(3, 4)[:, 1:3], "fc.bias": torch.nn.Parameter(base[:2].clone()), "half": torch.ones(2, dtype=torch.bfloat16), "flags": torch.tensor([True, False])}
    few |= {"count": torch.tensor(41), "columns": torch.arange(6, dtype=torch.int16).view(2, 3).t(), "none": torch.empty(0, 3), "all": base}
    for name, zipped in [("few.pth", True), ("few_legacy.pth", False)]:
        written = io.BytesIO()
        torch.save({"epoch": 3, "rate": 0.5, "name": "few", "model": few}, written, _use_new_zipfile_serialization=zipped)
        (folder / name).write_bytes(written.getvalue() if zipped else without_addresses(written.getvalue()))
        expect(name, few)
    save_file({"a": torch.ones(2)}, folder / "other.safetensors")
    torch.serialization.set_crc32_options(False)
    torch.save({"a": torch.ones(2)}, folder / "without_crc.pth")
    expect("without_crc.pth", {"a": torch.ones(2)})
    for name in ("scripted.pt", "traced.pt"):
        without_debug(folder / name)
    (folder / "expected.tsv").write_text("".join(rows))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
