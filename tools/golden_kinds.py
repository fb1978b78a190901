"""Checkpoints with objects of Python and whole modules, of a small network, for the tests that damage them."""
import argparse, collections, os, pathlib, subprocess, sys


def make(folder: pathlib.Path):
    subprocess.run([sys.executable, __file__, str(folder)], check=True, env=os.environ | {"PYTHONHASHSEED": "0"})


def main(folder):
    import numpy as np
    import torch
    from weights_kinds import Colour, Node, Settings

    torch.manual_seed(5)
    net = torch.nn.Sequential(collections.OrderedDict(conv1=torch.nn.Conv2d(3, 2, 1, bias=False), bn1=torch.nn.BatchNorm2d(2)))
    net.bn1.register_buffer("dropped", torch.ones(2), persistent=False)
    rest = {"args": argparse.Namespace(lr=0.1, path=pathlib.PurePosixPath("a/b")), "best": np.float64(0.5), "history": np.arange(3), "enum": Colour.RED}
    rest |= {"self": Node(), "names": {"a"}, (1, None): 2, "class": torch.nn.ReLU, "settings": Settings(), "size": torch.Size([2]), "counts": collections.defaultdict(int, a=1)}
    state = net.state_dict()
    averaged = {name: value + 1 for name, value in state.items()}
    torch.save({"model": state, "model_ema": averaged, **rest}, folder / "objects.pth")
    torch.save({"net": state, **rest}, folder / "objects5.pth", pickle_protocol=5)
    torch.save(net, folder / "module.pth")
    torch.save({"epoch": 3, "model": torch.fx.symbolic_trace(net), "args": rest["args"]}, folder / "graph.pth")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
