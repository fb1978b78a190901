"""Small TorchScript files for the tests of grafting, with what a head's training on them gives in PyTorch (script.json)."""
import io, json, os, pathlib, subprocess, sys, zipfile


def make(folder: pathlib.Path):
    subprocess.run([sys.executable, __file__, str(folder)], check=True, env=os.environ | {"PYTHONHASHSEED": "0"})


def main(folder):
    import warnings
    import torch
    from golden_weights import without_debug

    warnings.filterwarnings("ignore")

    class Net(torch.nn.Module):
        sizes: list[int]
        table: dict[str, float]

        def __init__(self, bias=True):
            super().__init__()
            self.conv = torch.nn.Conv2d(3, 8, 3, 2, 1)
            self.same = self.conv  # two names of one layer
            self.norm = torch.nn.BatchNorm2d(8)
            self.drop = torch.nn.Dropout(0.25)
            self.hidden = torch.nn.Linear(8 * 4 * 4, 16)
            self.fc = torch.nn.Linear(16, 10, bias=bias)
            self.plain = torch.ones(1)  # neither parameter nor buffer
            self.sizes = [4, 4]
            self.table = {"slope": 0.5}
            self.mode: tuple[int, str] = (1, "relu")
            self.register_buffer("mask", torch.tensor([0.0, float("-inf")]))

        def features(self, x):
            y = torch.relu(self.norm(self.conv(x)))
            y = torch.nn.functional.adaptive_avg_pool2d(y, (4, 4)).reshape(x.shape[0], -1) * self.plain
            return self.drop(torch.relu(self.hidden(y)))

        def forward(self, x):
            return self.fc(self.features(x))

    class Pair(Net):
        def forward(self, x):
            y = self.features(x)
            return self.fc(y), y

    class Half(Net):
        def forward(self, x):
            return self.fc(self.features(x))[:, :1]

    class Fixed(Net):
        def forward(self, x):
            y = torch.relu(self.norm(self.conv(x)))
            return self.fc(torch.relu(self.hidden(torch.nn.functional.avg_pool2d(y, 4).view(x.shape[0], 128))))

    class Blind(Net):
        def forward(self, x):
            with torch.no_grad():
                return self.fc(self.features(x))

    class Convolutional(torch.nn.Module):
        """As SqueezeNet: no linear layer, the last convolution makes the logits."""

        def __init__(self):
            super().__init__()
            self.features = torch.nn.Conv2d(3, 4, 3, 2, 1)
            self.classifier = torch.nn.Conv2d(4, 10, 1)

        def forward(self, x):
            return self.classifier(torch.relu(self.features(x))).mean((2, 3))

    class Single(Net):
        """Answers for the first picture only."""

        def forward(self, x):
            return self.fc(self.features(x))[:1]

    def linear(*behind, norm=False):
        front = [torch.nn.BatchNorm2d(4)] if norm else []
        return torch.nn.Sequential(
            torch.nn.Conv2d(3, 4, 3, 2, 1), *front, torch.nn.AdaptiveAvgPool2d(2), torch.nn.Flatten(), *behind, torch.nn.Linear(16, 10)
        )

    def traced(net):
        return torch.jit.trace(net, torch.zeros(2, 3, 32, 32), check_trace=False)

    def save(module, name):
        torch.jit.save(module, folder / name)
        without_debug(folder / name)

    torch.manual_seed(3)
    net = Net()
    save(torch.jit.script(net.eval()), "net.scripted.pt")
    save(torch.jit.trace(net.eval(), torch.zeros(2, 3, 32, 32)), "net.traced.pt")
    save(torch.jit.trace(net.eval(), torch.zeros(1, 3, 32, 32)), "one.traced.pt")
    save(torch.jit.script(Net(bias=False).eval()), "nobias.scripted.pt")
    save(torch.jit.script(Pair().eval()), "pair.scripted.pt")
    save(torch.jit.script(Half().eval()), "half.scripted.pt")
    save(torch.jit.script(Fixed().eval()), "fixed.scripted.pt")
    save(torch.jit.script(Blind().eval()), "blind.scripted.pt")
    save(torch.jit.freeze(torch.jit.script(net.eval())), "frozen.scripted.pt")

    save(traced(linear(torch.nn.Dropout(0.5)).train()), "dropout.train-traced.pt")
    save(traced(linear(norm=True).train()), "norm.train-traced.pt")
    save(traced(torch.nn.Sequential(linear(), torch.nn.Softmax(1)).eval()), "softmax.traced.pt")
    save(torch.jit.script(Single().eval()), "single.scripted.pt")
    save(torch.jit.script(Convolutional().eval()), "convolutional.scripted.pt")

    # A head of two classes after manual_seed(5), three steps in train() mode on a fixed batch, dropout and all.
    loaded = torch.jit.load(folder / "net.scripted.pt")
    torch.manual_seed(5)
    head = torch.nn.Linear(16, 2)
    loaded.fc.weight, loaded.fc.bias = head.weight, head.bias
    for name, p in loaded.named_parameters():
        p.requires_grad_(name.startswith("fc."))
    x = (torch.arange(4 * 3 * 32 * 32, dtype=torch.float32).view(4, 3, 32, 32) * 0.37).sin()
    y = torch.tensor([0, 1, 0, 1])
    sgd = torch.optim.SGD(loaded.fc.parameters(), lr=0.1, momentum=0.9)
    loaded.eval()
    first = loaded(x).tolist()
    loaded.train()
    losses = []
    for _ in range(3):
        sgd.zero_grad()
        loss = torch.nn.functional.cross_entropy(loaded(x), y)
        loss.backward()
        sgd.step()
        losses.append(loss.item())
    loaded.eval()
    (folder / "script.json").write_text(json.dumps({"logits": first, "losses": losses, "final": loaded(x).tolist()}, indent=1) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
