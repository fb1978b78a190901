#!/usr/bin/env python3
"""How near the trunk of ResNet18 comes to what the processor can do in BF16, and each of its convolutions.

    bench/compare/layers.py [--rounds 3] [--precision BF16] [--batch 8]

A layer is the operator that the trunk calls, with its ReLU, on activations of that layer's size; the trunk is ForwardBench, batches of
32, which pass it in slices. The limit is the highest rate that oneDNN reached in the round, in the same precision on as many threads: in
products of matrices of several sizes, with packed weights and without, or in one of the layers.
Run it with a Python that has PyTorch; bench/README.md says how the jar is built."""
import os, statistics, time
import torch, torchvision
import rounds
from rounds import Ratio

TYPES = {"FP32": torch.float32, "BF16": torch.bfloat16}
parser = rounds.parser(__doc__, 3)
parser.add_argument("--precision", choices=list(TYPES), default="BF16")
parser.add_argument("--batch", type=int, default=8)
given = parser.parse_args()
rounds.require("layers", given.jar)
torch.set_num_threads(given.threads)
dtype = TYPES[given.precision]


def convolutions():
    """Name, module and shape of input and output of each, for one batch."""
    found = []
    model = torchvision.models.resnet18().eval()
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Conv2d):
            module.register_forward_hook(lambda m, i, o, name=name: found.append((name, m, i[0].shape, o.shape)))
    with torch.inference_mode():
        model(torch.zeros(given.batch, 3, 224, 224))
    return found


def flop(module, made):
    return 2 * made.numel() // made[0] * module.in_channels // module.groups * module.kernel_size[0] * module.kernel_size[1]


def seconds(call, length=0.3):
    """The shortest of what fits into that many seconds."""
    call()
    end, best = time.perf_counter() + length, float("inf")
    while time.perf_counter() < end:
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def products():
    """The best, in GFLOP a second."""
    best = 0
    with torch.inference_mode():
        for m, k, n in ((1024, 512, 512), (2048, 1024, 1024), (512, 1024, 1024), (4096, 4096, 4096)):
            x, w = torch.randn(m, k).to(dtype), torch.randn(n, k).to(dtype)
            packed = torch.ops.mkldnn._reorder_linear_weight(w, m)
            for call in (lambda: torch.mm(x, w.t()), lambda: torch.ops.mkldnn._linear_pointwise(x, packed, None, "none", [], "")):
                best = max(best, 2 * m * k * n / seconds(call, 0.5) / 1e9)
    return {"limit": best}


def layer(module, taken):
    """Seconds a picture."""
    x = torch.randn(taken).to(dtype).contiguous(memory_format=torch.channels_last)
    w = module.weight.detach().to(dtype).contiguous(memory_format=torch.channels_last)
    sizes = list(module.padding), list(module.stride), list(module.dilation), module.groups
    packed = torch.ops.mkldnn._reorder_convolution_weight(w, *sizes, list(taken))
    bias = torch.zeros(module.out_channels, dtype=dtype)
    return seconds(lambda: torch.ops.mkldnn._convolution_pointwise(x, packed, bias, *sizes, "relu", [], "")) / taken[0]


def layers():
    with torch.inference_mode():
        return {name: layer(module, taken) for name, module, taken, _ in all_layers}


def trunk():
    rows = rounds.jmh(given.jar, "ForwardBench.fused$", "-f", "1", "-wi", "1", "-w", "3s", "-i", "2", "-r", "3s", "-p", "architecture=RESNET18",
                      "-p", "layout=CHANNELS_LAST", "-p", "batch=32", "-p", f"threads={given.threads}", "-p", f"precision={given.precision}")
    return {"trunk": rows[0]["secondaryMetrics"]["pictures"]["score"] * sum(work.values()) / 1e9}


load = os.getloadavg()[0]
all_layers = convolutions()
work = {name: flop(module, made) for name, module, _, made in all_layers}
measured = rounds.in_turns(given.rounds, products, layers, trunk)
for one in measured:
    one["limit"] = max(one["limit"], *(work[name] / one[name] / 1e9 for name in work))
times = {name: statistics.median(one[name] for one in measured) for name in work}
most = statistics.median(one["limit"] for one in measured)
lines = rounds.table(measured, [Ratio("our trunk / the limit", "trunk", "limit", "GFLOP/s")])
lines += ["", "| convolution | MFLOP a picture | of all convolutions' time | of the limit |", "|---|---|---|---|"]
for name, needed in work.items():
    lines.append(f"| {name} | {needed / 1e6:.0f} | {times[name] / sum(times.values()):.1%} | {needed / times[name] / 1e9 / most:.0%} |")
lines.append(f"| all | {sum(work.values()) / 1e6:.0f} | 100% | {sum(work.values()) / sum(times.values()) / 1e9 / most:.0%} |")
rounds.write(given.report, f"The trunk and its layers beside the processor's limit, {given.precision}", "layers.py",
             f"Layers alone, batches of {given.batch}.", lines, given, load)
