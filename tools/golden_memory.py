"""What autograd keeps of a batch until the backward pass, in bytes a picture, from PyTorch: for BatchMemoryTest."""
import torch
import torchvision

NETWORKS = ["resnet18", "resnet34", "resnet50", "resnext50_32x4d", "wide_resnet50_2"]


def kept(model, images):
    """Bytes of the different tensors that are kept, the weights aside."""
    weights = {p.untyped_storage().data_ptr() for p in [*model.parameters(), *model.buffers()]}
    seen = {}

    def pack(t):
        if t.untyped_storage().data_ptr() not in weights:
            seen[t.untyped_storage().data_ptr()] = t.untyped_storage().nbytes()
        return t

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t):
        held = model(images)
    assert held.requires_grad
    return sum(seen.values())


def make(folder):
    lines = ["network,learns,height,width,bytes"]
    for name in NETWORKS:
        for layer, sizes in {"": [(224, 224), (96, 160)], "layer4": [(224, 224)]}.items():
            for h, w in sizes:
                model = torchvision.models.get_model(name, weights=None).train()
                for n, p in model.named_parameters():
                    p.requires_grad = n.startswith(layer) or n.startswith("fc")
                bytes_ = kept(model, torch.zeros(3, 3, h, w)) - kept(model, torch.zeros(2, 3, h, w))
                lines.append(f"{name},{layer or 'all'},{h},{w},{bytes_}")
    (folder / "kept.csv").write_text("\n".join(lines) + "\n")
