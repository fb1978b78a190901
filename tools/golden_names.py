"""Weights in several tensors with what PyTorch makes of them (parts.safetensors), and a program that torch.export wrote (exported.pt2)."""
import io, pathlib, warnings, zipfile


def make(folder: pathlib.Path):
    import torch
    from safetensors.torch import save_file

    warnings.filterwarnings("ignore")
    save_file(parts(torch), folder / "parts.safetensors")
    export(torch, folder)


def parts(torch):
    """Under NAME.: the tensors of a state dict, and as NAME.made the weight in evaluation."""
    import torch.nn.utils.parametrizations as parametrizations
    import torch.nn.utils.prune as prune

    torch.manual_seed(17)
    tensors = {}

    def add(name, change, shape=(5, 4, 3, 2)):
        layer = torch.nn.Conv2d(shape[1], shape[0], shape[2:], bias=False)
        change(layer)
        layer.eval()
        layer(torch.zeros(1, shape[1], 4, 4))
        tensors.update({f"{name}.{k}": v.clone().contiguous() for k, v in layer.state_dict().items()})
        tensors[f"{name}.made"] = layer.weight.detach().clone().contiguous()

    def longer(layer):
        with torch.no_grad():
            for name, parameter in layer.named_parameters():
                if name.endswith(("_g", "original0")):
                    parameter.mul_(1.5)

    def weight_norm(dim):
        return lambda layer: longer(torch.nn.utils.weight_norm(layer, dim=dim))

    def stepped(layer):
        torch.nn.utils.spectral_norm(layer)
        layer.train()
        layer(torch.zeros(1, 4, 4, 4))

    add("pruned", lambda layer: prune.l1_unstructured(layer, "weight", 0.4))
    for dim in (0, 1, 3, None):
        add(f"norm{dim}", weight_norm(dim))
    add("newnorm", lambda layer: longer(parametrizations.weight_norm(layer)))
    add("spectral", stepped)
    add("newspectral", parametrizations.spectral_norm)
    return tensors


def export(torch, folder):
    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = torch.nn.Conv2d(3, 4, 1, bias=False)
            self.bn1 = torch.nn.BatchNorm2d(4)
            self.fc = torch.nn.Linear(4, 2)
            self.tied = torch.nn.Linear(4, 2, bias=False)
            self.tied.weight = self.fc.weight
            self.register_buffer("turned", torch.arange(6).half().view(2, 3).t())

        def forward(self, x):
            features = self.bn1(self.conv1(x)).mean((2, 3))
            return (self.fc(features) + self.tied(features)) * self.turned.sum()

    torch.manual_seed(17)
    network = Network().eval()
    saved = io.BytesIO()
    torch.export.save(torch.export.export(network, (torch.randn(2, 3, 8, 8),)), saved)
    with zipfile.ZipFile(saved) as whole, zipfile.ZipFile(folder / "exported.pt2", "w") as small:
        for entry in whole.infolist():  # the program and its sample inputs hold paths of this machine
            if "/models/" not in entry.filename and "/sample_inputs/" not in entry.filename:
                small.writestr(zipfile.ZipInfo(entry.filename), whole.read(entry))
    rows = []
    for name, t in network.state_dict().items():
        lists = [",".join(map(str, x)) for x in (t.shape, t.stride())]
        rows.append("\t".join([name, str(t.dtype).removeprefix("torch."), *lists, t.contiguous().numpy().tobytes().hex()]) + "\n")
    (folder / "exported.tsv").write_text("".join(sorted(rows)))
