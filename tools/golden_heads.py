"""The heads beside the linear one: PyTorch's initial values, logits, gradients and six steps of SGD, for HeadsGoldenTest.

Dropout takes its mask from numbers of MT19937 in float64, as LibTorch draws them without MKL; PyTorch's own packages for x86 use MKL."""
import hashlib, json
import torch

FEATURES, CLASSES, ROWS, STEPS, SEED = 512, 3, 6, 6, 5


class SeededDropout(torch.nn.Module):
    def __init__(self, rate):
        super().__init__()
        self.rate, self.seed = rate, 0

    def forward(self, x):
        if not self.training:
            return x
        numbers = torch.rand(x.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(self.seed))
        return x * (numbers < 1 - self.rate).float().div_(1 - self.rate)


class Cosine(torch.nn.Module):
    def __init__(self, scale, learned):
        super().__init__()
        self.weight = torch.nn.Linear(FEATURES, CLASSES, bias=False).weight
        self.scale = torch.nn.Parameter(torch.tensor([scale]), requires_grad=learned)

    def forward(self, x):
        normalize = torch.nn.functional.normalize
        return self.scale * torch.nn.functional.linear(normalize(x), normalize(self.weight))


def linear():
    return torch.nn.Linear(FEATURES, CLASSES)


def hidden(rate):
    return torch.nn.Sequential(torch.nn.Linear(FEATURES, 16), torch.nn.ReLU(), SeededDropout(rate), torch.nn.Linear(16, CLASSES))


HEADS = {
    "linear": linear,
    "dropout": lambda: torch.nn.Sequential(SeededDropout(0.25), linear()),
    "hidden": lambda: hidden(0),
    "hidden_dropout": lambda: hidden(0.5),
    "cosine": lambda: Cosine(10.0, True),
    "cosine_fixed": lambda: Cosine(16.0, False),
}


def sha(tensors):
    digest = hashlib.sha256()
    for t in tensors:
        digest.update(t.detach().numpy().tobytes())
    return digest.hexdigest()


def numbers(tensor):
    return [float(f"{v:.9g}") for v in tensor.detach().flatten().tolist()]


def probe(gradient):
    """A long gradient in four numbers: its length, and three sums with other signs."""
    g = gradient.double().flatten()
    i = torch.arange(g.numel())
    return numbers(torch.stack([g.norm(), *[(g * torch.cos(i * w)).sum() for w in (0.1, 1.0, 2.5)]]))


def of(make_head):
    torch.manual_seed(SEED)
    head = make_head()
    x = torch.tensor([[((b * 31 + i * 17) % 23 - 11) / 16 for i in range(FEATURES)] for b in range(ROWS)])
    x[ROWS - 1] = 0  # a picture without any feature
    labels = torch.tensor([b % CLASSES for b in range(ROWS)])
    dropouts = [m for m in head.modules() if isinstance(m, SeededDropout)]
    result = {"initial": sha(head.parameters()), "logits": numbers(head.eval()(x))}
    learned = [p for p in head.parameters() if p.requires_grad]
    sgd = torch.optim.SGD(learned, lr=0.05, momentum=0.9)
    losses, gradients = [], None
    head.train()
    for step in range(STEPS):
        for d in dropouts:
            d.seed = 100 + step
        sgd.zero_grad()
        loss = torch.nn.functional.cross_entropy(head(x), labels)
        loss.backward()
        gradients = gradients or [probe(p.grad) for p in learned]
        sgd.step()
        losses.append(loss.item())
    return result | {"gradients": gradients, "losses": numbers(torch.tensor(losses)), "trained": numbers(head.eval()(x))}


def make(folder):
    torch.set_num_threads(1)
    lines = ",\n".join(f'"{name}": {json.dumps(of(head))}' for name, head in HEADS.items())
    (folder / "heads.json").write_text("{" + lines + "}\n")
