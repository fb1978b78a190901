#!/usr/bin/env python3
"""Accuracy over several heads: the twin's heads and orders, replayed into the recipe fast, which must lose nothing.

    bench/compare/accuracy.py [--heads 5] [--precisions fp32 bf16 int8] [--seed-runs 1] [--data DIR DIR] [--keep DIR]

For each head the twin's mode cached trains ten epochs and dumps head and order, and examples/catdog replays them; with --seed-runs
the twin's mode seed, the tutorial's recipe, replays the first of them too, which takes minutes a head. Features and named classes of each precision
are held against those of fp32, where that is among them. What the twin did is kept in a folder and not
done again; delete the folder for new runs. Run it with a Python that has PyTorch and safetensors."""
import csv, json, os, pathlib, statistics, tempfile
import torch
from safetensors.torch import load_file
import rounds

parser = rounds.parser(__doc__, 1)
parser.add_argument("--heads", type=int, default=5)
parser.add_argument("--precisions", nargs="+", default=["fp32"])
parser.add_argument("--seed-runs", type=int, default=0, metavar="HEADS")
parser.add_argument("--data", type=pathlib.Path, nargs="+", help="default: catdog and ants-bees of --shared")
parser.add_argument("--weights", type=pathlib.Path, help="default: resnet18-lite of --shared")
parser.add_argument("--keep", type=pathlib.Path, default=rounds.ROOT / "bench/target/accuracy")
given = parser.parse_args()
given.data = given.data or [given.shared / "data/catdog", given.shared / "data/ants-bees"]
given.weights = given.weights or given.shared / "weights/resnet18-lite.pth"
script = given.shared / "baseline/train_torch.py"
rounds.require("accuracy", script, given.weights, *given.data)
SURE = 0.05
machine = f"torch-{torch.__version__}-{torch.backends.cpu.get_cpu_capability()}-{given.threads}"


def theirs(data, mode, head):
    """What the twin's run dumped, and how many validation pictures it classified correctly; those of an earlier run if they are kept."""
    base = given.keep / f"{data.name}-{given.weights.stem}-{machine}-{mode}-{head}"
    dump, result = base.with_name(base.name + ".safetensors"), base.with_name(base.name + ".json")
    if not result.exists():
        given.keep.mkdir(parents=True, exist_ok=True)
        start = ["--seed", head] if mode == "cached" else ["--replay", theirs(data, "cached", head)[0]]
        _, out = rounds.twin(script, "--data", data, "--weights", given.weights, "--mode", mode, "--threads", given.threads, *start, "--dump", dump)
        result.write_text(json.dumps(out))
    return dump, round(json.loads(result.read_text())["val_acc"][-1] * validation(data))


def validation(data):
    return sum(1 for f in (data / "val").rglob("*") if f.suffix.lower() in (".jpg", ".jpeg", ".png"))


def ours(data, precision, dump, folder):
    command = [rounds.ROOT / "examples/catdog", "--data", data, "--weights", given.weights, "--replay", dump, "--recipe", "fast",
               "--precision", precision, "--threads", given.threads, "--cache", folder / precision, "--out", folder / "out", "--overwrite"]
    rounds.timed(command)
    with open(folder / "out/predictions.csv", newline="") as f:
        header, *rows = csv.reader(f)
    named = {row[0]: (row[2], sorted(map(float, row[3:]))) for row in rows}
    return json.loads((folder / "out/metrics.jsonl").read_text().splitlines()[-1])["val_correct"], named


def features(cache):
    """What the feature cache holds, by the SHA-256 of the picture's file."""
    found = {}
    for file in cache.rglob("*.safetensors"):
        kept = load_file(file)
        if "digests" in kept:
            found.update((digest.numpy().tobytes(), row) for digest, row in zip(kept["digests"], kept["features"]))
    return found


def off(folder, precision):
    """How far the features are from fp32's, in L2: all together, and the picture that is farthest."""
    exact, made = features(folder / "fp32"), features(folder / precision)
    pairs = [(row, made[digest]) for digest, row in exact.items() if digest in made and made[digest].shape == row.shape]
    if not pairs:
        raise SystemExit(f"accuracy: found no features of {precision} and fp32 of the same pictures in {folder}: something is wrong")
    a, b = (torch.stack(rows).double() for rows in zip(*pairs))
    return f"{100 * ((b - a).norm() / a.norm()).item():.2f}%, {100 * ((b - a).norm(dim=1) / a.norm(dim=1)).max().item():.2f}%"


def of(data, folder):
    """For each recipe the right pictures of each head; for each precision what tells it from fp32."""
    found, flips = {}, {}
    for head in range(given.heads):
        dump, cached = theirs(data, "cached", head)
        found.setdefault("twin's cached", []).append(cached)
        named = {}
        for precision in given.precisions:
            right, named[precision] = ours(data, precision, dump, folder)
            found.setdefault(f"ours, {precision}", []).append(right)
        for precision in set(named) - {"fp32"} if "fp32" in named else ():
            flips[precision] = flips.get(precision, 0) + sum(
                named[precision][picture][0] != name for picture, (name, p) in named["fp32"].items() if p[-1] - p[-2] > SURE)
        if head < given.seed_runs:
            found.setdefault("twin's seed", []).append(theirs(data, "seed", head)[1])
        print(f"{data.name}, head {head + 1} of {given.heads}: " + ", ".join(f"{k} {v[head]}" for k, v in found.items() if head < len(v)), flush=True)
    return found, {f"ours, {p}": f" {off(folder, p)} | {n} " for p, n in flips.items()}


load = os.getloadavg()[0]
lines = ["| pictures | recipe | correct, head by head | mean | minus the twin's cached | minus its seed, same heads "
         f"| features off fp32's: all, most | other classes where fp32's lead is above {SURE} |", "|---|---|---|---|---|---|---|---|"]
for data in given.data:
    with tempfile.TemporaryDirectory() as t:
        found, beside = of(data, pathlib.Path(t))
    for name, each in found.items():
        less = []
        for other in ("twin's cached", "twin's seed"):
            opponent = found.get(other, []) if name.startswith("ours") else []
            less.append(f"{statistics.mean(each[:len(opponent)]) - statistics.mean(opponent):+.1f}" if opponent else "")  # of the same heads
        lines.append(f"| {data.name}, {validation(data)} | {name} | {', '.join(map(str, each))} | {statistics.mean(each):.1f} | {less[0]} | {less[1]} |{beside.get(name, ' | ')}|")
rounds.write(given.report, f"Accuracy, {' and '.join(d.name for d in given.data)}", "accuracy.py",
             f"{given.heads} heads and orders of the twin, ten epochs, validation pictures classified correctly. Asked for: within 1 of the twin's "
             "cached mean, no more than 2 below its seed run; INT8 no more than 1.5 below FP32's mean; BF16's features within 1% of FP32's, "
             f"and no other class where FP32's best two differ by more than {SURE}.", lines, given, load)
