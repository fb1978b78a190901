#!/usr/bin/env python3
"""Holds saved models with any head against torchvision's ResNet18 with such a head of PyTorch: python tools/check_heads.py MODEL.pt...

Each model's tensors must load strictly. Both then see two golden pictures in evaluation mode; a line for each tells the head and what
differs at most. A head with dropout must give other logits in training mode, and only such a head."""
import json, pathlib, sys
import torch, torchvision
from torch.nn import Dropout, Linear, Module, Parameter, ReLU, Sequential

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import golden_model


class Cosine(Module):
    def __init__(self, classes, learned):
        super().__init__()
        self.weight = Linear(512, classes, bias=False).weight
        if learned:
            self.scale = Parameter(torch.ones(1))
        else:
            self.register_buffer("scale", torch.ones(1))

    def forward(self, x):
        normalize = torch.nn.functional.normalize
        return self.scale * torch.nn.functional.linear(normalize(x), normalize(self.weight))


def layer(head, classes):
    if head["kind"] == "hidden":
        width = head["width"]
        return Sequential(Linear(512, width), ReLU(), Dropout(head["dropout"]), Linear(width, classes))
    return Cosine(classes, head["learned"]) if head["kind"] == "cosine" else Linear(512, classes)


x = golden_model.inputs(golden_model.pictures(0, 2))
for name in sys.argv[1:]:
    extra = {"graft.json": ""}
    script = torch.jit.load(name, _extra_files=extra)
    card = json.loads(extra["graft.json"])
    head = card.get("head", {"kind": "linear"})
    model = torchvision.models.resnet18(weights=None)
    model.fc = layer(head, len(card["classes"]))
    assert list(script.state_dict()) == list(model.state_dict()), name
    assert [n for n, _ in script.named_parameters()] == [n for n, _ in model.named_parameters()], name
    model.load_state_dict(script.state_dict(), strict=True)
    with torch.no_grad():
        model.eval()
        logits = script(x)
        print(head["kind"], "difference", (logits - model(x)).abs().max().item())
        script.fc.train()
        assert torch.equal(script(x), logits) == (head.get("rate", head.get("dropout", 0)) == 0), name
