#!/usr/bin/env python3
"""TorchScript files to graft onto: python tools/make_scripts.py FOLDER PICTURES NETWORK...

NAME.scripted.pt and NAME.traced.pt of torchvision's networks of these names, and of convnext_short, a convnext_tiny with 5 of its
18 blocks, with random weights (seed 0) and batch norms that have seen the .jpg files below PICTURES, so that features are of a sensible size."""
import pathlib, sys, warnings
import torch, torchvision
from PIL import Image
from torchvision.models.convnext import CNBlockConfig, ConvNeXt

warnings.filterwarnings("ignore")
folder = pathlib.Path(sys.argv[1])
prepare = torchvision.transforms.Compose([
    torchvision.transforms.Resize((224, 224)),
    torchvision.transforms.ToTensor(),
    torchvision.transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
])
pictures = torch.stack([prepare(Image.open(f).convert("RGB")) for f in sorted(pathlib.Path(sys.argv[2]).rglob("*.jpg"))[:16]])


def convnext_short(weights):
    widths = [96, 192, 384, 768, None]
    depths = [1, 1, 2, 1]
    return ConvNeXt([CNBlockConfig(*sizes) for sizes in zip(widths, widths[1:], depths)], stochastic_depth_prob=0.1)


for name in sys.argv[3:]:
    torch.manual_seed(0)
    net = (convnext_short if name == "convnext_short" else getattr(torchvision.models, name))(weights=None)
    net.train()
    for m in net.modules():
        if isinstance(m, torch.nn.BatchNorm2d):
            m.momentum = None  # the plain mean of what it sees
        elif isinstance(m, torch.nn.Linear) and m is not list(net.modules())[-1]:
            m.reset_parameters()  # torchvision's start is near zero
    if not name.startswith("convnext"):
        with torch.no_grad():
            net(pictures)
    for m in net.modules():
        if isinstance(m, torch.nn.BatchNorm2d):
            m.momentum = 0.1
    net.eval()
    torch.jit.save(torch.jit.script(net), folder / f"{name}.scripted.pt")
    torch.jit.save(torch.jit.trace(net, torch.zeros(2, 3, 224, 224)), folder / f"{name}.traced.pt")
