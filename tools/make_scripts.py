#!/usr/bin/env python3
"""TorchScript files to graft onto: python tools/make_scripts.py FOLDER PICTURES

NAME.scripted.pt and NAME.traced.pt of torchvision's efficientnet_b0, mobilenet_v3_small and convnext_tiny, with random
weights (seed 0) and batch norms that have seen the .jpg files below PICTURES, so that features are of a sensible size."""
import pathlib, sys, warnings
import torch, torchvision
from PIL import Image

warnings.filterwarnings("ignore")
folder = pathlib.Path(sys.argv[1])
prepare = torchvision.transforms.Compose([
    torchvision.transforms.Resize((224, 224)),
    torchvision.transforms.ToTensor(),
    torchvision.transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
])
pictures = torch.stack([prepare(Image.open(f).convert("RGB")) for f in sorted(pathlib.Path(sys.argv[2]).rglob("*.jpg"))[:16]])
for name in ["efficientnet_b0", "mobilenet_v3_small", "convnext_tiny"]:
    torch.manual_seed(0)
    net = getattr(torchvision.models, name)(weights=None)
    net.train()
    for m in net.modules():
        if isinstance(m, torch.nn.BatchNorm2d):
            m.momentum = None  # the plain mean of what it sees
        elif isinstance(m, torch.nn.Linear) and m is not list(net.modules())[-1]:
            m.reset_parameters()  # torchvision's start is near zero
    if name != "convnext_tiny":
        with torch.no_grad():
            net(pictures)
    for m in net.modules():
        if isinstance(m, torch.nn.BatchNorm2d):
            m.momentum = 0.1
    net.eval()
    torch.jit.save(torch.jit.script(net), folder / f"{name}.scripted.pt")
    torch.jit.save(torch.jit.trace(net, torch.zeros(2, 3, 224, 224)), folder / f"{name}.traced.pt")
