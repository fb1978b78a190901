#!/usr/bin/env python3
"""How near the trunk of ResNet18 comes to what the processor can do in BF16, and each of its convolutions.

    bench/compare/layers.py [--rounds 3] [--precision BF16] [--batch 8]

The limit is the best of oneDNN's products of square matrices, in the same precision on as many threads. A layer is the operator that
the trunk calls, with its ReLU, on activations of that layer's size; the trunk is ForwardBench, batches of 32, which pass it in slices.
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


def limit():
    """GFLOP a second."""
    best = 0
    for side in (512, 1024, 2048, 4096):
        a, b = torch.randn(side, side).to(dtype), torch.randn(side, side).to(dtype)
        best = max(best, 2 * side**3 / seconds(lambda: torch.mm(a, b), 1) / 1e9)
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
measured = rounds.in_turns(given.rounds, limit, layers, trunk)
times = {name: statistics.median(one[name] for one in measured) for name in work}
most = statistics.median(one["limit"] for one in measured)
lines = rounds.table(measured, [Ratio("our trunk / the limit", "trunk", "limit", "GFLOP/s")])
lines += ["", "| convolution | MFLOP a picture | of all convolutions' time | of the limit |", "|---|---|---|---|"]
for name, needed in work.items():
    lines.append(f"| {name} | {needed / 1e6:.0f} | {times[name] / sum(times.values()):.1%} | {needed / times[name] / 1e9 / most:.0%} |")
lines.append(f"| all | {sum(work.values()) / 1e6:.0f} | 100% | {sum(work.values()) / sum(times.values()) / 1e9 / most:.0%} |")
rounds.write(given.report, f"The trunk and its layers beside the processor's limit, {given.precision}", "layers.py",
             f"Layers alone, batches of {given.batch}.", lines, given, load)
