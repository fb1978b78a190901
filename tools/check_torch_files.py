"""The other side of the round trips of TorchRoundTripTest.

  check_torch_files.py FOLDER

Loads the files that Graft wrote there and compares them with written.tsv, then writes files of its own for Graft to read: what is in
them to tell.tsv, what Graft leaves out to leave.tsv, what it refuses to refuse.tsv. Needs torch and torchvision.
"""
import collections, hashlib, io, pathlib, sys, warnings
import numpy, torch, torchvision

warnings.simplefilter("ignore")
folder = pathlib.Path(sys.argv[1])
told, refused, left = [], [], []


def data(tensor):
    t = tensor.detach().contiguous().flatten()
    return t.view(torch.uint8).numpy().tobytes() if t.numel() else b""


def row(file, name, tensor):
    return "\t".join([file, name, str(tensor.dtype).removeprefix("torch."), ",".join(map(str, tensor.shape)), hashlib.sha256(data(tensor)).hexdigest()])


def check_written():
    expected = collections.defaultdict(list)
    for line in (folder / "written.tsv").read_text().splitlines():
        expected[line.split("\t")[0]].append(line)
    for file, lines in expected.items():
        for mmap in (False, True) if file == "graft.pth" else (False,):
            got = [row(file, name, t) for name, t in torch.load(folder / file, weights_only=True, mmap=mmap).items()]
            assert got == lines, "\n".join([file, *got, "expected", *lines])


def tell(file, tensors):
    told.extend(row(file, name, t) for name, t in tensors.items())


def save(name, value, tensors, protocols=(2,)):
    """In both formats."""
    for protocol in protocols:
        for ending, zipped in {"": True, "-old": False}.items():
            file = f"{name}-{protocol}{ending}.pth"
            torch.save(value, folder / file, pickle_protocol=protocol, _use_new_zipfile_serialization=zipped)
            tell(file, tensors)


def refuse(name, value, *words):
    for file, zipped in {f"{name}.pth": True, f"{name}-old.pth": False}.items():
        torch.save(value, folder / file, _use_new_zipfile_serialization=zipped)
        refused.append("\t".join([file, *words]))


def leave(name, value, *words):
    """Read, with a note of these words, and without its tensors."""
    for file, zipped in {f"{name}.pth": True, f"{name}-old.pth": False}.items():
        torch.save(value, folder / file, _use_new_zipfile_serialization=zipped)
        left.append("\t".join([file, *words]))


def every_dtype():
    tensors = {}
    for name in sorted(n for n in dir(torch) if isinstance(getattr(torch, n), torch.dtype)):
        dtype = getattr(torch, name)
        if str(dtype) != f"torch.{name}" or name.startswith(("bits", "q")):  # another name of the same; refused below
            continue
        try:
            torch.save(torch.zeros(1, dtype=torch.uint8).repeat(dtype.itemsize).view(dtype), io.BytesIO())
        except Exception:  # types of less than a byte
            continue
        raw = torch.arange(12 * dtype.itemsize) % (2 if name == "bool" else 251)
        tensors[name] = raw.to(torch.uint8).view(dtype).view(3, 4)
        tensors[name + ".part"] = tensors[name][1:, 1:3]
        tensors[name + ".turned"] = tensors[name].t()
    assert len(tensors) == 3 * 22, [name for name in tensors if "." not in name]
    return tensors


def write():
    tensors = every_dtype()
    save("dtypes", tensors, tensors, (2, 3, 4, 5))
    model = torchvision.models.resnet18()
    state = model.state_dict()
    save("resnet18", state, state)
    layer = torch.nn.Conv2d(3, 4, 3)
    save("parameters", dict(layer.named_parameters()), layer.state_dict(), (2, 4))
    for kind, make in {"scripted": torch.jit.script, "traced": lambda m: torch.jit.trace(m.eval(), torch.zeros(1, 3, 32, 32))}.items():
        torch.jit.save(make(model), folder / f"resnet18-{kind}.pt")
        tell(f"resnet18-{kind}.pt", model.state_dict())

    t = torch.arange(4.0)
    leave("quantized", {"a": torch.quantize_per_tensor(t, 0.1, 0, torch.qint8)}, "a quantized tensor", "dequantize")
    leave("sparse", {"a": t.to_sparse()}, "a sparse tensor", "to_dense")
    leave("csr", {"a": t.view(2, 2).to_sparse_csr()}, "a sparse tensor", "to_dense")
    leave("nested", {"a": torch.nested.nested_tensor([t, t[:2]])}, "a nested tensor", "unbind")
    leave("meta", {"a": t.to("meta")}, "'meta', which has no values", "load the model's values")
    refuse("conjugated", {"a": torch.zeros(2, dtype=torch.complex64).conj()}, "marked [conj]")
    marked = t.clone()
    marked.note = "mine"
    save("attribute", {"a": marked}, {"a": t})
    refuse("bits", {"a": t.view(torch.uint8).view(torch.bits8)}, "torch.bits8 is no dtype that is read")
    (folder / "tell.tsv").write_text("".join(line + "\n" for line in told))
    (folder / "leave.tsv").write_text("".join(line + "\n" for line in left))
    (folder / "refuse.tsv").write_text("".join(line + "\n" for line in refused))


check_written()
write()
print("all right")
