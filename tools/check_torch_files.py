"""The other side of the round trips of TorchRoundTripTest.

  check_torch_files.py FOLDER

Loads the files that Graft wrote there and compares them with written.tsv, then writes files of its own for Graft to read: what is in
them to tell.tsv, what Graft refuses to refuse.tsv. Needs torch and torchvision.
"""
import collections, hashlib, io, pathlib, sys, warnings
import numpy, torch, torchvision

warnings.simplefilter("ignore")
folder = pathlib.Path(sys.argv[1])
told, refused = [], []


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
    refuse("quantized", {"a": torch.quantize_per_tensor(t, 0.1, 0, torch.qint8)}, "a quantized tensor", "dequantize")
    refuse("sparse", {"a": t.to_sparse()}, "a sparse tensor", "to_dense")
    refuse("csr", {"a": t.view(2, 2).to_sparse_csr()}, "a sparse tensor", "to_dense")
    refuse("nested", {"a": torch.nested.nested_tensor([t, t[:2]])}, "a nested tensor", "unbind")
    refuse("meta", {"a": t.to("meta")}, "'meta', which has no values", "load the model's values")
    refuse("numpy", {"a": t, "best": numpy.float64(0.5)}, "a value of NumPy", "float(x)")
    refuse("model", torch.nn.Linear(2, 2), "a whole model", "state_dict")
    refuse("conjugated", {"a": torch.zeros(2, dtype=torch.complex64).conj()}, "marked [conj]")
    marked = t.clone()
    marked.note = "mine"
    refuse("attribute", {"a": marked}, "of a class of its own or with attributes", "detach")
    refuse("bits", {"a": t.view(torch.uint8).view(torch.bits8)}, "torch.bits8 is not allowed")
    refuse("set", {"a": t, "names": {"x"}}, "set is not allowed: a set", "save a list")
    (folder / "tell.tsv").write_text("".join(line + "\n" for line in told))
    (folder / "refuse.tsv").write_text("".join(line + "\n" for line in refused))


check_written()
write()
print("all right")
