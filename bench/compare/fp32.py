#!/usr/bin/env python3
"""Where the job in FP32 spends its time, part by part, beside the twin's mode cached.

    bench/compare/fp32.py [--rounds 3] [--batch 32] [--data DIR] [--weights FILE] [--no-job] [--bf16]

Made for one question: on an Intel with AMX the whole job in FP32 took 1.5 times the time of the twin's mode cached. Note that this mode
computes under autocast, so in BF16, which AMX speeds up and FP32 does not. So the twin runs twice here: as it is, where the
processor has instructions for BF16 or with --bf16, and with autocast switched off. Beside the whole job (start, features, head) each part runs alone: files to normalised floats, and the trunk, ours and what
Python can call. Of the trunk it tells which kernels oneDNN takes for each convolution, and which weights it reorders in every call
(ONEDNN_VERBOSE). Run it with a Python that has PyTorch, on a machine that does nothing else; bench/README.md says how the jar is built."""
import argparse, collections, copy, json, os, pathlib, statistics, subprocess, sys, tempfile, time, warnings
import torch, torchvision
import torch.fx.experimental.optimization as fx_opt
import rounds
from rounds import Ratio

warnings.filterwarnings("ignore")
parser = rounds.parser(__doc__, 3)
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--slice", type=int, default=4, help="pictures that our trunk passes at a time in FP32 (%(default)s at 224 x 224)")
parser.add_argument("--data", type=pathlib.Path, help="default: catdog of --shared")
parser.add_argument("--weights", type=pathlib.Path, help="default: resnet18-lite of --shared")
parser.add_argument("--no-job", action="store_true", help="leave the whole job out: the parts alone take a third of the time")
parser.add_argument("--bf16", action="store_true", help="run the twin as it is even if the processor must imitate BF16, ten times slower")
parser.add_argument("--trace", help=argparse.SUPPRESS)  # in a child: one way through the trunk, between two lines
given = parser.parse_args()
given.data = given.data or given.shared / "data/catdog"
given.weights = given.weights or given.shared / "weights/resnet18-lite.pth"
script = given.shared / "baseline/train_torch.py"
bf16 = given.bf16 or {"avx512_bf16", "amx_bf16"} & set(rounds.flags())
torch.set_num_threads(given.threads)
torch.manual_seed(0)
CL, BEGIN = torch.channels_last, "fp32.py: the last pass begins"
# The twin's script as it is, but for autocast, which does nothing.
WITHOUT_AUTOCAST = ("import contextlib, runpy, sys, torch; torch.autocast = lambda *a, **k: contextlib.nullcontext(); "
                    "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')")


def network():
    model = torchvision.models.resnet18().eval().to(memory_format=CL)
    model.fc = torch.nn.Identity()
    return model


class Pointwise:
    """Our trunk's operators from Python: batch norms folded, one oneDNN operator a convolution, weights packed for `packed` pictures."""

    def __init__(self, packed):
        with torch.no_grad():
            model, shapes = fx_opt.fuse(copy.deepcopy(network())), {}
            self.layers = {n: m for n, m in model.named_modules() if isinstance(m, torch.nn.Conv2d)}
            for name, layer in self.layers.items():
                layer.register_forward_hook(lambda m, i, o, name=name: shapes.__setitem__(name, list(i[0].shape)))
            model(torch.zeros(packed, 3, 224, 224))
            self.weights = {n: torch.ops.mkldnn._reorder_convolution_weight(
                m.weight.detach().contiguous(memory_format=CL), m.padding, m.stride, m.dilation, m.groups, shapes[n])
                for n, m in self.layers.items()}

    def conv(self, name, x, activation):
        m = self.layers[name]
        return torch.ops.mkldnn._convolution_pointwise(x, self.weights[name], m.bias, m.padding, m.stride, m.dilation, m.groups, activation, [], "")

    def add(self, name, x, other):
        m = self.layers[name]
        return torch.ops.mkldnn._convolution_pointwise_.binary(other, x, self.weights[name], m.bias, m.padding, m.stride, m.dilation, m.groups,
                                                               "add", 1.0, "relu", [], "")

    def __call__(self, x):
        x = torch.max_pool2d(self.conv("conv1", x, "relu"), 3, 2, 1)
        for block in (f"layer{stage}.{number}." for stage in range(1, 5) for number in range(2)):
            y = self.conv(block + "conv1", x, "relu")
            shortcut = block + "downsample.0"
            x = self.add(block + "conv2", y, self.conv(shortcut, x, "none") if shortcut in self.layers else x)
        return torch.flatten(torch.nn.functional.adaptive_avg_pool2d(x, 1), 1)


def autocast(x):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return eager(x)


def sliced(trunk):
    return lambda x: torch.cat([trunk(part) for part in x.split(given.slice)])


eager = network()
WAYS = {  # how Python can pass the trunk; the first two are what the twin does without and with autocast
    "eager FP32": lambda: eager, "eager BF16 by autocast": lambda: autocast,
    "operators, whole batch": lambda: Pointwise(given.batch),
    "operators, slices, packed for a slice": lambda: sliced(Pointwise(given.slice)),
    "operators, slices, packed for 1": lambda: sliced(Pointwise(1))}
if not bf16:
    del WAYS["eager BF16 by autocast"]


def their_trunks():
    x, speeds = torch.randn(given.batch, 3, 224, 224).to(memory_format=CL), {}
    with torch.inference_mode():
        for name, make in WAYS.items():
            run, best = make(), float("inf")
            for number in range(8):
                start = time.perf_counter()
                run(x)
                best = min(best, time.perf_counter() - start) if number > 1 else best
            speeds[name] = given.batch / best
    return speeds


def trunk_command(*options):
    return ["-bm", "ss", "-tu", "s", "-f", "1", "-p", "architecture=RESNET18", "-p", "layout=CHANNELS_LAST", "-p", f"batch={given.batch}",
            "-p", f"threads={given.threads}", "-p", "precision=FP32", *options]


def our_trunks():
    rows = rounds.jmh(given.jar, "ForwardBench", *trunk_command("-wi", "2", "-i", "6"))
    return {f"our {rounds.name(row)}": given.batch / rounds.best(row) for row in rows}


def their_loader():
    from torchvision import datasets, transforms
    transform = transforms.Compose([transforms.Resize((224, 224)), transforms.ToTensor(),
                                    transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
    pictures = datasets.ImageFolder(given.data / "val", transform)
    loader = torch.utils.data.DataLoader(pictures, given.batch, num_workers=given.threads, persistent_workers=True)
    for _ in range(2):  # the first starts the workers
        start = time.perf_counter()
        count = sum(len(labels) for _, labels in loader)
    return {"twin's loader": count / (time.perf_counter() - start)}


def our_loader():
    count = sum(1 for f in (given.data / "val").rglob("*") if f.suffix.lower() in (".jpg", ".jpeg"))
    rows = rounds.jmh(given.jar, "LoaderBench.deviceBatches", "-bm", "ss", "-tu", "s", "-f", "1", "-wi", "2", "-i", "3", "-p", f"folder={given.data / 'val'}",
                      "-p", f"most={count}", "-p", f"workers={given.threads}", "-p", f"batch={given.batch}", "-p", "engine=EXACT")
    return {"our loader": count / rounds.best(rows[0])}


def parts(side, wall, features, head):
    return {f"{side} whole": wall, f"{side} features": features, f"{side} head": head, f"{side} start and rest": wall - features - head}


def their_job(side, *before):
    wall, said = rounds.timed([sys.executable, *before, script, "--data", given.data, "--weights", given.weights, "--mode", "cached",
                               "--threads", given.threads])
    out = json.loads(said.splitlines()[-1])
    return parts(side, wall, out["feature_s"], sum(out["train_s"]) + sum(out["val_s"]))


def our_job():
    with tempfile.TemporaryDirectory() as t:
        wall, _ = rounds.timed([rounds.ROOT / "examples/catdog", "--data", given.data, "--weights", given.weights, "--cache", f"{t}/cache", "--out",
                                f"{t}/out", "--precision", "fp32", "--threads", given.threads])
        lines = [json.loads(line) for line in pathlib.Path(t, "out/metrics.jsonl").read_text().splitlines()]
    head = sum(line.get("train_s", 0) + line.get("val_s", 0) for line in lines)
    return parts("ours", wall, sum(line.get("features_s", 0) for line in lines), head)


Kernel = collections.namedtuple("Kernel", "name weights pictures")


def traced(command):
    """Of each convolution's shape: the kernels with calls, milliseconds, and reorders just before them with theirs."""
    said = subprocess.run([str(c) for c in command], capture_output=True, text=True, env={**os.environ, "ONEDNN_VERBOSE": "1"})
    if said.returncode:
        sys.exit(f"fp32: {command} ended with {said.returncode}:\n{said.stderr[-2000:]}")
    layers, before = collections.defaultdict(lambda: collections.defaultdict(lambda: [0, 0.0, 0, 0.0])), []
    for line in said.stdout.partition(BEGIN)[2].splitlines() if BEGIN in said.stdout else said.stdout.splitlines():
        words = line[max(0, line.find("onednn_verbose")):].split(",")
        if "exec" not in words[:5] or words[5] not in ("convolution", "reorder"):
            continue
        if words[5] == "reorder":
            before.append(float(words[-1]))
            continue
        pictures, _, shape = words[-2].partition("_")
        weights = next(w for w in words[8].split() if w.startswith("wei:")).split(":")
        row = layers[shape][Kernel(words[6], f"{weights[1]} {weights[-3]}", int(pictures[2:]))]
        row[0] += 1
        row[1] += float(words[-1])
        row[2] += len(before)
        row[3] += sum(before)
        before = []
    return layers


def cell(kernels):
    return "; ".join(f"{k.name} {k.weights}, {calls} x {k.pictures}: {ms:.1f} ms" + (f", and {n} reorders: {extra:.1f} ms" if n else "")
                     for k, (calls, ms, n, extra) in kernels.items()) or "none"


def kernels():
    """Lines of Markdown."""
    sides = {"our fused": traced(["java", "-jar", given.jar, "ForwardBench.fused$", "-foe", "true", *trunk_command("-wi", "0", "-i", "1")])}
    for layer in sides["our fused"].values():  # the call that packs the weights, with one picture
        for kernel in [k for k in layer if k.pictures == 1 and given.batch > 1]:
            del layer[kernel]
    here = [sys.executable, __file__, "--threads", given.threads, "--batch", given.batch, "--slice", given.slice, "--trace"]
    sides |= {name: traced([*here, name]) for name in WAYS if "packed for a slice" in name or "eager" in name}
    lines = ["", f"One pass of a batch of {given.batch} with ONEDNN_VERBOSE=1, which slows it: kernel, type and layout of the weights, calls x pictures.", "",
             "| convolution | " + " | ".join(sides) + " |", "|---" * (len(sides) + 1) + "|"]
    for shape in sides["our fused"]:
        lines.append(f"| {shape} | " + " | ".join(cell(side.get(shape, {})) for side in sides.values()) + " |")
    total = ["| all |"]
    for side in sides.values():
        rows = [row for layer in side.values() for row in layer.values()]
        total.append(f" {sum(r[1] for r in rows):.1f} ms, and {sum(r[2] for r in rows)} reorders: {sum(r[3] for r in rows):.1f} ms |")
    return [*lines, "".join(total)]


def shares(measured):
    """Lines of Markdown: medians of each part in seconds, with its share of the whole."""
    lines = ["", "| part | " + " | ".join(JOBS) + " |", "|---" * (len(JOBS) + 1) + "|"]
    for part in ("start and rest", "features", "head", "whole"):
        times = [statistics.median(one[f"{side} {part}"] for one in measured) for side in JOBS]
        wholes = [statistics.median(one[f"{side} whole"] for one in measured) for side in JOBS]
        lines.append(f"| {part} | " + " | ".join(f"{t:.2f} s, {t / w:.0%}" for t, w in zip(times, wholes)) + " |")
    return lines


if given.trace:
    with torch.inference_mode():
        way, batch = WAYS[given.trace](), torch.randn(given.batch, 3, 224, 224).to(memory_format=CL)
        way(batch)
        print(BEGIN, flush=True)
        way(batch)
    sys.exit()
rounds.require("fp32", script, given.data / "val", given.weights, given.jar)
has = "has" if "amx_bf16" in rounds.flags() else "has not"
load = os.getloadavg()[0]
print(f"fp32: this processor {has} amx_bf16; the question is about processors that have it, and figures of others do not answer it")
settings = (f"float32_matmul_precision {torch.get_float32_matmul_precision()}, mkldnn's fp32_precision {torch.backends.mkldnn.fp32_precision}, "
            f"DNNL_DEFAULT_FPMATH_MODE {os.environ.get('DNNL_DEFAULT_FPMATH_MODE') or os.environ.get('ONEDNN_DEFAULT_FPMATH_MODE') or 'not set'}")
print(f"fp32: flags {' '.join(rounds.flags())}; {settings}; load {load:.1f}" + (": other work runs here" if load > 0.5 else ""), flush=True)
JOBS = {"ours": our_job, "twin FP32": lambda: their_job("twin FP32", "-c", WITHOUT_AUTOCAST)}
if bf16:
    JOBS["twin BF16"] = lambda: their_job("twin BF16")
rounds.environment(given.threads)  # builds, outside of the timing
measured = rounds.in_turns(given.rounds, *([] if given.no_job else JOBS.values()), their_loader, our_loader, their_trunks, our_trunks)
ratios = [] if given.no_job else [Ratio(f"{twin}, {part} / ours", f"{twin} {part}", f"ours {part}", "s")
                                  for twin in list(JOBS)[1:] for part in ("whole", "features", "head", "start and rest")]
ratios += [Ratio("our loader / twin's", "our loader", "twin's loader", "pictures/s"), Ratio("our fused / our plain", "our fused", "our plain", "pictures/s")]
ratios += [Ratio(f"our fused / {way}", "our fused", way, "pictures/s") for way in WAYS]
ratios.append(Ratio("operators in slices, packed for a slice / packed for 1", "operators, slices, packed for a slice", "operators, slices, packed for 1",
                    "pictures/s"))
lines = rounds.table(measured, ratios) + ([] if given.no_job else shares(measured)) + kernels()
rounds.write(given.report, "The job in FP32, part by part", "fp32.py", f"{given.data.name}; the processor {has} amx_bf16. {settings}.", lines, given, load)
