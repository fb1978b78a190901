"""Golden heat maps of the three methods of class activation maps, computed in float64 with autograd from the papers' formulas:
Grad-CAM (Selvaraju et al. 2017), Grad-CAM++ (Chattopadhay et al. 2018), LayerCAM (Jiang et al. 2021). The network and its head are those
of golden_predict.py, the picture comes from its formula. A small network of other code lies beside the values, scripted and traced."""
import os, pathlib, subprocess, sys
import torch
from PIL import Image
from torchvision import transforms as T

from golden_model import state
from golden_predict import CLASSES, END, SEED, drawn
from golden_weights import without_debug

torch.set_num_threads(1)
PICTURE, SIDES, SIZE = 5, (150, 110), (96, 128)  # number, width and height of the file, height and width of the network's input
STAGES = ["layer1", "layer2", "layer3", "layer4"]


def grad_cam(a, g):
    alpha = g.mean((1, 2))
    return torch.einsum("k,kij->ij", alpha, a)


def grad_cam_plus_plus(a, g):
    below = 2 * g**2 + a.sum((1, 2), keepdim=True) * g**3
    alpha = g**2 / torch.where(below != 0, below, torch.ones_like(below))
    weights = (alpha * g.clamp(min=0)).sum((1, 2))
    return torch.einsum("k,kij->ij", weights, a)


def layer_cam(a, g):
    return (g.clamp(min=0) * a).sum(0)


METHODS = [grad_cam, grad_cam_plus_plus, layer_cam]


def normalised(heat):
    heat = heat.clamp(min=0)
    return heat / heat.max() if heat.max() > 0 else heat


def heats(model, layer, image, target):
    """The normalised maps of all methods, and the logits."""
    kept = []
    hook = layer.register_forward_hook(lambda module, inputs, output: kept.append(output) or output.clone())
    logits = model(image)[0]
    hook.remove()
    g, = torch.autograd.grad(logits[target], kept[0])
    a, g = kept[0][0].detach(), g[0]
    return [normalised(method(a, g)) for method in METHODS], logits.detach()


class Block(torch.nn.Module):
    """Operations in place change what its layers gave."""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = torch.nn.Conv2d(6, 6, 3, 1, 1), torch.nn.BatchNorm2d(6)
        self.conv2, self.bn2 = torch.nn.Conv2d(6, 6, 3, 1, 1), torch.nn.BatchNorm2d(6)

    def forward(self, x):
        y = torch.relu_(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        y += x
        return torch.relu_(y)


class Foreign(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.blocks, self.fc = torch.nn.Conv2d(3, 6, 3, 2, 1), torch.nn.Sequential(Block(), Block()), torch.nn.Linear(6, 10)

    def forward(self, x):
        return self.fc(self.blocks(self.stem(x)).mean((2, 3)))


class Two(torch.nn.Module):
    def forward(self, x):
        return x, x * 2


class Tuple(torch.nn.Module):
    """A layer that gives two tensors, and one that does not run."""

    def __init__(self):
        super().__init__()
        self.two, self.unused, self.fc = Two(), torch.nn.Conv2d(3, 3, 1), torch.nn.Linear(3, 10)

    def forward(self, x):
        a, b = self.two(x)
        return self.fc((a + b).mean((2, 3)))


def foreign(folder):
    """The files of the network, and its maps after a new head of a seed; the picture's size is a quarter of that above."""
    torch.manual_seed(4)
    net = Foreign().eval()
    for b in net.blocks:
        for norm in (b.bn1, b.bn2):
            torch.nn.init.normal_(norm.weight, 1, 0.3)
            torch.nn.init.normal_(norm.bias, 0, 0.3)
    for name, module in (("scripted", torch.jit.script(net)), ("traced", torch.jit.trace(net, torch.zeros(2, 3, 24, 32))), ("tuple", torch.jit.script(Tuple().eval()))):
        torch.jit.save(module, folder / f"{name}.pt")
        without_debug(folder / f"{name}.pt")
    torch.manual_seed(SEED)
    net.fc = torch.nn.Linear(6, CLASSES)
    image = T.Compose([T.Resize((24, 32)), *END])(Image.fromarray(drawn(PICTURE, *SIDES)))[None].double()
    return net.double(), image


def make(folder: pathlib.Path):
    subprocess.run([sys.executable, __file__, str(folder)], check=True, env=os.environ | {"PYTHONHASHSEED": "0"})


def main(folder):
    model = state(10).eval()
    torch.manual_seed(SEED)
    model.fc = torch.nn.Linear(model.fc.in_features, CLASSES)
    model = model.double()
    image = T.Compose([T.Resize(SIZE), *END])(Image.fromarray(drawn(PICTURE, *SIDES)))[None].double()
    values, lines = [], []

    def add(of, network, layer, picture):
        for target in range(CLASSES):
            maps, logits = heats(network, network.get_submodule(layer), picture, target)
            for method, heat in zip(METHODS, maps):
                lines.append(f"{of}\t{layer}\t{target}\t{method.__name__.upper()}\t{heat.shape[0]}\t{heat.shape[1]}\n")
                values.append(heat.flatten())
        return logits

    for stage in STAGES:
        logits = add("resnet18", model, stage, image)
    net, small = foreign(folder)
    for layer in ("stem", "blocks.0.bn1", "blocks.1.bn2", "blocks"):
        add("foreign", net, layer, small)
    (folder / "maps.tsv").write_text("".join(lines))
    (folder / "maps.f32").write_bytes(torch.cat(values).numpy().astype("<f4").tobytes())
    (folder / "probabilities.tsv").write_text("\t".join(f"{p:.9g}" for p in logits.softmax(0).tolist()) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
