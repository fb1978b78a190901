#!/usr/bin/env python3
"""The whole job, ours and the Python twin's, run alternately as whole processes with their start.

    bench/compare/job.py [--rounds 3] [--modes seed cached] [--precisions fp32 bf16 int8] [--data DIR] [--weights FILE]

Ours is examples/catdog with ten epochs of the recipe fast, in each precision once with an empty feature cache (cold) and once more
with what it kept (warm). bf16 and int8 are measured where the processor has instructions for them, unless asked for. Of the twin's
mode seed, the tutorial's recipe, 2 of 10 epochs run and the rest is extrapolated; cached, the expert's shortcut, runs whole. Run it
with a Python that has PyTorch, on a machine that does nothing else."""
import json, os, pathlib, re, tempfile
import rounds
from rounds import Ratio

parser = rounds.parser(__doc__, 3)
parser.add_argument("--modes", nargs="*", default=["seed", "cached"], choices=["seed", "tuned", "cached"])
parser.add_argument("--data", type=pathlib.Path, help="default: catdog of --shared")
parser.add_argument("--weights", type=pathlib.Path, help="default: resnet18-lite of --shared")
native = {"avx512_bf16", "amx_bf16"} & set(rounds.flags())
parser.add_argument("--precisions", nargs="+", choices=["fp32", "bf16", "int8"],
                    default=["fp32", "bf16", "int8"] if native else ["fp32"])
given = parser.parse_args()
given.data = given.data or given.shared / "data/catdog"
given.weights = given.weights or given.shared / "weights/resnet18-lite.pth"
script = given.shared / "baseline/train_torch.py"
rounds.require("job", script, given.data, given.weights)
WANTED = {"fp32": {"seed": 15}, "bf16": {"seed": 25, "cached": 1.4}, "int8": {"seed": 40, "cached": 2}}
accuracies = {p: set() for p in given.precisions}
waits = []


def theirs(mode):
    epochs = 10 if mode == "cached" else 2
    wall, out = rounds.twin(script, "--data", given.data, "--weights", given.weights, "--mode", mode, "--epochs", epochs,
                            "--threads", given.threads)
    if epochs < 10:
        wall += (10 - epochs) * (sum(out["train_s"]) + sum(out["val_s"])) / epochs
    return {mode: wall}


def ours(precision):
    with tempfile.TemporaryDirectory() as t:
        command = [rounds.ROOT / "examples/catdog", "--data", given.data, "--weights", given.weights, "--cache", f"{t}/cache",
                   "--out", f"{t}/out", "--overwrite", "--precision", precision, "--threads", given.threads]
        cold, said = rounds.timed(command)
        waits.append(json.loads(pathlib.Path(t, "out/metrics.jsonl").read_text().splitlines()[0])["wait_share"])
        warm, again = rounds.timed(command)
    accuracies[precision].update(re.findall(r"Validation Accuracy: ([\d.]+)%", text)[-1] for text in (said, again))
    return {f"{precision} cold": cold, f"{precision} warm": warm}


load = os.getloadavg()[0]
rounds.environment(given.threads)  # builds, outside of the timing
measured = rounds.in_turns(given.rounds, *(lambda m=m: theirs(m) for m in given.modes), *(lambda p=p: ours(p) for p in given.precisions))
ratios = []
for p in given.precisions:
    ratios += [Ratio(f"twin's {m} / ours in {p}, cold", m, f"{p} cold", "s", WANTED[p].get(m)) for m in given.modes]
    ratios.append(Ratio(f"ours in {p}, cold / warm", f"{p} cold", f"{p} warm", "s", 6))
if any(len(of) != 1 for of in accuracies.values()):
    raise SystemExit(f"job: runs of one job gave the accuracies {accuracies}: something is wrong")
text = f"{given.data.name}, ten epochs; our accuracy " + ", ".join(f"{float(*of):.1f}% in {p}" for p, of in accuracies.items())
text += f"; the trunk waited for pictures {100 * max(waits):.2f}% of its pass at most (asked: 3%)."
rounds.write(given.report, f"The whole job, {given.data.name}", "job.py", text, rounds.table(measured, ratios), given, load)
