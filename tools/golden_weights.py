"""Files that torch.save and torch.jit.save wrote, with the tensors they hold in expected.tsv.

TorchScript numbers its classes by what the process compiled before, so those files are made in a process of their own; their
debug files, which hold paths of the machine, and the id made from them are taken out.
"""
import io, os, pathlib, subprocess, sys, zipfile

KINDS = {"float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16", "int64": "I64", "int32": "I32", "int16": "I16", "int8": "I8", "uint8": "U8", "bool": "BOOL"}


def make(folder: pathlib.Path):
    subprocess.run([sys.executable, __file__, str(folder)], check=True, env=os.environ | {"PYTHONHASHSEED": "0"})


def row(file, name, tensor):
    import torch

    t = tensor.detach()
    flat = t.contiguous().flatten()
    data = flat.view(torch.uint8).numpy().tobytes().hex() if t.numel() else ""
    lists = [",".join(map(str, x)) for x in (t.shape, t.stride())]
    return "\t".join([file, name, KINDS[str(t.dtype).removeprefix("torch.")], *lists, str(t.storage_offset()), data]) + "\n"


def without_debug(path):
    with zipfile.ZipFile(path) as z:
        kept = [(i.filename, i.compress_type, z.read(i)) for i in z.infolist() if not i.filename.endswith((".debug_pkl", "serialization_id"))]
    with zipfile.ZipFile(path, "w") as z:
        for name, method, data in kept:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            z.writestr(info, data)


def main(folder):
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(7)
    rows = []

    def expect(file, tensors):
        rows.extend(row(file, name, t) for name, t in tensors.items())

    base = torch.arange(24, dtype=torch.float32)
    kinds = {name: (torch.arange(6) % 2 if name == "bool" else torch.arange(6) - (0 if name == "uint8" else 3)).to(getattr(torch, name)).view(2, 3) for name in KINDS}
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

    legacy = io.BytesIO()
    torch.save(net.state_dict(), legacy, _use_new_zipfile_serialization=False)
    (folder / "legacy.pth").write_bytes(legacy.getvalue()[:64])  # behind this it names storages by their addresses
    save_file({"a": torch.ones(2)}, folder / "other.safetensors")
    torch.serialization.set_crc32_options(False)
    torch.save({"a": torch.ones(2)}, folder / "without_crc.pth")
    expect("without_crc.pth", {"a": torch.ones(2)})
    for name in ("scripted.pt", "traced.pt"):
        without_debug(folder / name)
    (folder / "expected.tsv").write_text("".join(rows))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
