#!/usr/bin/env python3
"""Holds a network that Graft exported against torchvision's: python tools/check_network.py [MODEL.pt ARCHITECTURE STATE.pth]...

The export's tensors must have torchvision's names, shapes and order and load strictly into its model. Both then see two golden
pictures in evaluation mode; what differs at most is printed. The model's state is saved as STATE.pth, for Graft to read back."""
import pathlib, sys
import torch, torchvision

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import golden_model

for export, architecture, state in zip(*[iter(sys.argv[1:])] * 3):
    script = torch.jit.load(export)
    ours = script.state_dict()
    model = torchvision.models.get_model(architecture, weights=None, num_classes=ours["fc.bias"].numel()).eval()
    theirs = model.state_dict()
    assert [(n, t.shape, t.dtype) for n, t in ours.items()] == [(n, t.shape, t.dtype) for n, t in theirs.items()]
    model.load_state_dict(ours, strict=True)
    torch.save(model.state_dict(), state)
    x = golden_model.inputs(golden_model.pictures(0, 2))
    with torch.no_grad():
        print("difference", (script(x) - model(x)).abs().max().item())
