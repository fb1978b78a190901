#!/usr/bin/env python3
"""The whole job, ours and the Python twin's in turns, whole processes with their start.

    bench/compare/job.py [--rounds 3] [--modes seed cached] [--precision fp32] [--data DIR] [--weights FILE]

Ours is examples/catdog with ten epochs of the recipe fast, once with an empty feature cache (cold) and once more with what it
kept (warm). Of the twin's mode seed, the tutorial's recipe, 2 of 10 epochs run and the rest is extrapolated; cached, the
expert's shortcut, runs whole. Run it with a Python that has PyTorch, on a machine that does nothing else."""
import os, pathlib, re, tempfile
import rounds
from rounds import Ratio

parser = rounds.parser(__doc__, 3)
parser.add_argument("--modes", nargs="*", default=["seed", "cached"], choices=["seed", "tuned", "cached"])
parser.add_argument("--data", type=pathlib.Path, help="default: catdog of --shared")
parser.add_argument("--weights", type=pathlib.Path, help="default: resnet18-lite of --shared")
parser.add_argument("--precision", default="fp32")
given = parser.parse_args()
given.data = given.data or given.shared / "data/catdog"
given.weights = given.weights or given.shared / "weights/resnet18-lite.pth"
script = given.shared / "baseline/train_torch.py"
rounds.require("job", script, given.data, given.weights)
WANTED = {"fp32": {"seed": 15}, "bf16": {"seed": 25, "cached": 1.4}, "int8": {"seed": 40, "cached": 2}}.get(given.precision, {})
accuracies = set()


def theirs(mode):
    epochs = 10 if mode == "cached" else 2
    wall, out = rounds.twin(script, "--data", given.data, "--weights", given.weights, "--mode", mode, "--epochs", epochs,
                            "--threads", given.threads)
    if epochs < 10:
        wall += (10 - epochs) * (sum(out["train_s"]) + sum(out["val_s"])) / epochs
    return {mode: wall}


def ours():
    with tempfile.TemporaryDirectory() as t:
        command = [rounds.ROOT / "examples/catdog", "--data", given.data, "--weights", given.weights, "--cache", f"{t}/cache",
                   "--out", f"{t}/out", "--precision", given.precision, "--threads", given.threads]
        (cold, first), (warm, second) = rounds.timed(command), rounds.timed(command)
    accuracies.update(re.findall(r"Validation Accuracy: ([\d.]+)%", said)[-1] for said in (first, second))
    return {"cold": cold, "warm": warm}


load = os.getloadavg()[0]
rounds.environment(given.threads)  # builds, outside of the timing
measured = rounds.in_turns(given.rounds, *(lambda m=m: theirs(m) for m in given.modes), ours)
ratios = [Ratio(f"twin's {m} / ours, cold", m, "cold", "s", WANTED.get(m)) for m in given.modes]
ratios.append(Ratio("ours, cold / warm", "cold", "warm", "s", 6))
if len(accuracies) != 1:
    raise SystemExit(f"job: runs of one job gave the accuracies {accuracies}: something is wrong")
text = f"{given.data.name}, ten epochs; our accuracy {float(accuracies.pop()):.1f}%."
rounds.write(given.report, f"The whole job, {given.data.name}, {given.precision}", "job.py", text, rounds.table(measured, ratios), given, load)
