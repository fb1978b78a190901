#!/usr/bin/env python3
"""Writes files of weights of the kinds that people have, small ones, and says of each what PyTorch reads.

  python tools/weights_kinds.py FOLDER           writes them, and kinds.tsv: file, key, CRC of the tensors that are in it, verdict
  python tools/weights_kinds.py FOLDER --table   and prints the rows of the table in docs/weights.md

The CRC is that of name, dtype, shape and bytes of every tensor, as Graft must read them (reference_reader.py), or "-" for a file that
Graft refuses. The verdict is that of torch.load(weights_only=True). A kind is a function that writes a file and returns its tensors,
and a line in one of the lists KINDS. Needs: pip install torch==2.10.0 numpy (a venv outside the repository).
"""
import argparse, collections, dataclasses, datetime, decimal, enum, fractions, functools, pathlib, re, uuid, warnings

import numpy as np
import torch
from reference_reader import digest, elements
from torch import nn

KINDS = []  # (file, key or "", the kind in words, what Graft does, function of the path)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        if stride > 1:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        shortcut = self.downsample(x) if hasattr(self, "downsample") else x
        return self.relu(self.bn1(self.conv1(x)) + shortcut)


class Tiny(nn.Module):
    """The names of a ResNet, a few channels wide."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(3)
        self.conv1 = nn.Conv2d(3, 4, 3, 2, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.layer1 = nn.Sequential(Block(4, 4, 1))
        self.layer2 = nn.Sequential(Block(4, 8, 2))
        self.fc = nn.Linear(8, 3)

    def forward(self, x):
        return self.fc(self.layer2(self.layer1(torch.relu(self.bn1(self.conv1(x))))).mean([2, 3]))


def tiny():
    net = Tiny()
    net(torch.randn(4, 3, 8, 8))  # the batch norms have seen something
    return net


def other():
    """Weights of the same names and shapes, and other numbers."""
    return {name: value + 1 for name, value in tiny().state_dict().items()}


def beside(rest, **options):
    """A checkpoint of a state dict, with these things beside it."""

    def write(path):
        state = tiny().state_dict()
        torch.save({"model": state, **rest()}, path, **options)
        return state

    return write


# ---- objects, modules, places: what lies beside the weights, what they are in, where they are


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Settings:
    lr: float = 0.1
    parts: list = dataclasses.field(default_factory=list)


Point = collections.namedtuple("Point", "x y")


class Config(dict):
    """As OmegaConf's and other people's configurations are: a dict with attributes."""


class Node:
    """An object that holds itself."""

    def __init__(self):
        self.me, self.list = self, [self]


class Learner:
    """A program's own object around a model, as fastai exports it."""

    def __init__(self, model):
        self.model, self.path, self.history = model, pathlib.PurePosixPath("runs/1"), np.arange(3)


def config():
    made = Config(lr=0.1, model=Config(name="resnet18"))
    made.parent, made.flags = None, {"readonly": True}
    return made


def training():
    net = tiny()
    optimizer = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
    net(torch.randn(2, 3, 8, 8)).sum().backward()
    optimizer.step()
    return {"optimizer": optimizer.state_dict(), "whole_optimizer": optimizer, "scheduler": scheduler.state_dict(), "whole_scheduler": scheduler, "scaler": torch.amp.GradScaler("cpu")}


def lightning(path):
    net = tiny()
    state = {"model." + name: value for name, value in net.state_dict().items()}
    parameters = {"lr": 0.1, "criterion": nn.CrossEntropyLoss(), "class": nn.CrossEntropyLoss, "args": argparse.Namespace(a=1)}
    callbacks = {"ModelCheckpoint{'monitor': 'val'}": {"best_model_path": pathlib.PurePosixPath("x.ckpt"), "best_model_score": torch.tensor(0.5)}}
    torch.save({"epoch": 1, "state_dict": state, "hyper_parameters": parameters, "callbacks": callbacks, "pytorch-lightning_version": "2.4.0", "loops": {}}, path)
    return net.state_dict()


def in_containers(path):
    state = collections.defaultdict(list, tiny().state_dict())
    torch.save(Config(state_dict=state, note="a dict of a class of its own around a defaultdict"), path)
    return dict(state)


def other_tensors(path):
    state = tiny().state_dict()
    rest = {"sparse": torch.eye(3).to_sparse(), "csr": torch.eye(3).to_sparse_csr(), "quantized": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.quint8)}
    torch.save({"model": state | {"sparse": rest["sparse"]}, **rest, "nothing": torch.ones(2, device="meta")}, path)
    return state


def attributes(path):
    state = {name: nn.Parameter(value) if value.is_floating_point() else value for name, value in tiny().state_dict().items()}
    state["conv1.weight"].no_decay = True
    state["fc.bias"] = state["fc.bias"].detach().clone()
    state["fc.bias"].tag = Colour.RED
    torch.save(state, path)
    return state


def objects(name, title, write):
    KINDS.append((f"objects_{name}.pth", "", title, "reads the tensors; a note names the objects", write))


objects("namespace", "a checkpoint with `argparse.Namespace` (torchvision's references, timm)", beside(lambda: {"args": argparse.Namespace(lr=0.1), "epoch": 3}))
objects("numpy", "with NumPy scalars and arrays", beside(lambda: {"best": np.float64(0.9), "history": np.arange(4), "names": np.array(["a", None], dtype=object), "dtype": np.dtype("f4")}))
objects("python", "with paths, enums, dates, sets, bytes", beside(lambda: {"path": pathlib.PurePosixPath("a/b"), "enum": Colour.RED, "date": datetime.datetime(2026, 1, 2), "delta": datetime.timedelta(1), "set": {1, 2}, "frozen": frozenset([1]), "bytes": b"\xff\0", "array": bytearray(b"\1\2"), "complex": 1j, "decimal": decimal.Decimal("0.1"), "fraction": fractions.Fraction(1, 3), "uuid": uuid.UUID(int=7), "range": range(3), "slice": slice(1, 2), "point": Point(1, 2), "settings": Settings(), "partial": functools.partial(print, end=""), "function": beside, "builtin": len, "ellipsis": ...}))
objects("protocol5", "the same kinds in pickles of protocol 5", beside(lambda: {"set": {1, 2}, "frozen": frozenset([1]), "array": bytearray(b"\1\2"), "enum": Colour.RED, "path": pathlib.PurePosixPath("a"), "self": Node(), "args": argparse.Namespace(a={None})}, pickle_protocol=5))
objects("keys", "with dicts whose keys are tuples, None, enums", beside(lambda: {"keys": {(1, 2): 3, None: 4, Colour.RED: {}, b"a": 1, 5: 6, "x": 7}, Colour.RED: 1}))
objects("config", "with OmegaConf and other dicts with attributes", beside(lambda: {"cfg": config()}))
objects("self", "with objects that hold themselves (callbacks, trainers)", beside(lambda: {"trainer": Node(), "callbacks": [Node(), Node()]}))
objects("torch", "with `torch.device`, `dtype`, `Size`, `layout`", beside(lambda: {"device": torch.device("cuda:1"), "dtype": torch.float16, "size": torch.Size([2, 3]), "layout": torch.strided}))
objects("optimizer", "with optimizer and scheduler, whole and as state dicts", beside(training))
objects("lightning", "Lightning's, with a loss and a class in `hyper_parameters`", lightning)
objects("containers", "in a `defaultdict` or a dict of a class of its own", in_containers)
objects("legacy", "the format from before 1.6 with objects", beside(lambda: {"args": argparse.Namespace(lr=np.float32(0.1))}, _use_new_zipfile_serialization=False))
objects("tensors", "with sparse, quantized and `meta` tensors", other_tensors)
objects("attributes", "tensors and parameters with attributes of Python", attributes)


def module(make, state=None, **options):
    def write(path):
        net = make()
        torch.save(net, path, **options)
        return (state or (lambda n: n.state_dict()))(net)

    return write


def with_buffers():
    net = tiny()
    net.layer1.register_buffer("kept", torch.ones(2))
    net.layer1.register_buffer("dropped", torch.ones(2), persistent=False)
    net.layer1.modern = nn.Buffer(torch.zeros(3))
    net.register_buffer("none", None)
    net.register_parameter("nothing", None)
    net.plain_attribute = torch.ones(5)
    return net


def with_hooks():
    net = tiny()
    net.fc.register_forward_hook(functools.partial(print))
    net.conv1.register_full_backward_hook(print)
    net.layer1.parts = [Node()]
    return net


def part_compiled():
    net = tiny()
    net.layer1 = torch.compile(net.layer1)
    return net


def bare(net):
    return {name.replace("_orig_mod.", ""): value for name, value in net.state_dict().items()}


def traced():
    return torch.fx.symbolic_trace(tiny())


def in_dict(key, **options):
    def write(path):
        net = tiny()
        torch.save({key: net, "epoch": 3, "args": argparse.Namespace(a=1)}, path, **options)
        return net.state_dict()

    return write


def exported(path):
    net = tiny()
    torch.save(Learner(net), path)
    return net.state_dict()


def modules(name, title, write):
    KINDS.append((f"module_{name}.pth", "", title, "walks it as data: the names of its `state_dict()`", write))


modules("whole", "a whole module, `torch.save(model)`", module(tiny))
modules("legacy", "the same from before 1.6 (with the source of its classes)", module(tiny, _use_new_zipfile_serialization=False))
modules("protocol4", "the same in a pickle of protocol 4", module(tiny, pickle_protocol=4))
modules("in_dict", "a module in a dict, `{\"model\": model}`", in_dict("model"))
modules("in_dict_legacy", "the same from before 1.6", in_dict("net", _use_new_zipfile_serialization=False))
modules("parallel", "in DataParallel", module(lambda: nn.DataParallel(tiny()), lambda net: net.module.state_dict()))
modules("compiled", "made by `torch.compile`", module(lambda: torch.compile(tiny()), bare))
modules("part_compiled", "with a compiled part", module(part_compiled, bare))
modules("fx", "a GraphModule of `torch.fx`", module(traced))
modules("buffers", "with buffers that are not saved, `nn.Buffer`, None", module(with_buffers))
modules("hooks", "with hooks and attributes of its own", module(with_hooks))
modules("half", "in half precision", module(lambda: tiny().half()))
modules("exported", "in an attribute of another object (fastai's export)", exported)


def lies_under(*keys, and_=lambda: {}):
    def write(path):
        state = value = tiny().state_dict()
        for key in reversed(keys):
            value = {key: value}
        torch.save({"epoch": 3, **value, **and_()}, path)
        return state

    return write


def root(wrap):
    def write(path):
        state = tiny().state_dict()
        torch.save(wrap(state), path)
        return state

    return write


def places(name, title, write, key="", does="finds it"):
    KINDS.append((f"place_{name}.pth", key, title, does, write))


for key in ("net", "network", "weights", "params", "ema", "model_ema", "state_dict_ema", "student", "teacher", "anything"):
    places(key, "the state dict under `net`, `network`, `weights`, `params`, `ema`, `student` or any other key", lies_under(key))
places("deep", "at any depth, `models.trained.net`", lies_under("models", "trained", "net", and_=training))
places("list", "in a list or tuple", root(lambda state: ({"lr": 0.1}, [1, state])))
places("averaged", "averaged weights beside the others", lies_under("state_dict", and_=lambda: {"state_dict_ema": other()}), does="takes the others; a note names the key of the averaged ones")
places("averaged_key", "the averaged ones, by their key", lambda path: (torch.save({"state_dict": other(), "state_dict_ema": tiny().state_dict()}, path), tiny().state_dict())[1], "state_dict_ema", "takes what the key says")
places("distilled", "a student and a teacher of one network", lambda path: (torch.save({"student": other(), "teacher": tiny().state_dict()}, path), tiny().state_dict())[1], "teacher", "takes what the key says; without one it refuses and lists the keys")


# ---- the program


def crc(tensors):
    return digest((name, str(t.dtype).removeprefix("torch."), t.shape, elements(t.detach())) for name, t in tensors.items()).split()[1]


def torch_says(path):
    """What torch.load(weights_only=True) makes of a file."""
    try:
        torch.load(path, weights_only=True, map_location="cpu")
        return "reads it"
    except Exception as e:
        named = re.search(r"GLOBAL ([\w.]+\w)", str(e))
        opcode = re.search(r"Unsupported operand (\d+)", str(e))
        return "refuses " + (f"`{named[1]}`" if named else f"opcode {opcode[1]}" if opcode else type(e).__name__).replace("__main__.", "")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("folder", type=pathlib.Path)
    ap.add_argument("--table", action="store_true", help="print the rows of docs/weights.md")
    a = ap.parse_args()
    a.folder.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore")
    lines, rows = [], []
    for file, key, title, does, write in KINDS:
        tensors = write(a.folder / file)
        lines.append((file, key, crc(tensors) if tensors else "-", torch_says(a.folder / file)))
        rows.append(f"| {title} | {does} | {lines[-1][3]} |")
    (a.folder / "kinds.tsv").write_text("".join("\t".join(line) + "\n" for line in lines))
    if a.table:
        print("\n".join(dict.fromkeys(rows)))


if __name__ == "__main__":
    main()
