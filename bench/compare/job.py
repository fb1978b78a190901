#!/usr/bin/env python3
"""The whole job, ours and the Python twin's in turns, whole processes with their start, and writes bench/RESULTS.md:

    bench/compare/job.py [--rounds 3] [--modes seed cached] [--data ../shared/data/catdog] [--weights ../shared/weights/resnet18-lite.pth]

Ours is examples/catdog with ten epochs of the recipe fast, once with an empty feature cache and once more with what it kept. Of
the twin's seed mode 2 of 10 epochs run, the rest is extrapolated. Run it with a Python that has PyTorch, on a machine that does
nothing else."""
import argparse, json, os, pathlib, platform, re, statistics, subprocess, sys, tempfile, time

root = pathlib.Path(__file__).resolve().parents[2]
shared = root.parent / "shared"
ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("--rounds", type=int, default=3)
ap.add_argument("--modes", nargs="*", default=["seed", "cached"])
ap.add_argument("--data", type=pathlib.Path, default=shared / "data/catdog")
ap.add_argument("--weights", type=pathlib.Path, default=shared / "weights/resnet18-lite.pth")
ap.add_argument("--precision", default="fp32")
ap.add_argument("--report", type=pathlib.Path, default=root / "bench/RESULTS.md")
a = ap.parse_args()
twin = shared / "baseline/train_torch.py"
if not twin.exists() or not a.data.exists():
    sys.exit(f"job: skipped, {twin} or {a.data} is not there")


def timed(command):
    start = time.time()
    said = subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True).stdout
    return time.time() - start, said


def theirs(mode):
    epochs = 2 if mode == "seed" else 10
    wall, said = timed([sys.executable, twin, "--data", a.data, "--weights", a.weights, "--mode", mode, "--epochs", epochs])
    out = json.loads(said.splitlines()[-1])
    if mode == "seed":
        wall += 8 * (sum(out["train_s"]) + sum(out["val_s"])) / epochs
    return wall


def ours(cache, out):
    wall, said = timed([root / "examples/catdog", "--data", a.data, "--weights", a.weights, "--cache", cache, "--out", out,
                        "--precision", a.precision])
    return wall, float(re.findall(r"Validation Accuracy: ([\d.]+)%", said)[-1])


_, environment = timed([root / "examples/catdog", "--environment"])  # builds, outside of the timing
rows = {}
for r in range(a.rounds):
    with tempfile.TemporaryDirectory() as t:
        one = {mode: theirs(mode) for mode in a.modes}
        one["cold"], accuracy = ours(f"{t}/cache", f"{t}/out")
        one["warm"], again = ours(f"{t}/cache", f"{t}/out")
        assert accuracy == again, (accuracy, again)
    print(f"round {r + 1}: " + ", ".join(f"{k} {v:.1f} s" for k, v in one.items()) + f", {accuracy:.1f}%", flush=True)
    for name, ratio in {**{f"twin's {m} / ours, cold": one[m] / one["cold"] for m in a.modes}, "ours, cold / warm": one["cold"] / one["warm"]}.items():
        rows.setdefault(name, []).append((ratio, one))
lines = [f"\n## The whole job, {time.strftime('%Y-%m-%d')}\n", f"{a.data.name}, ten epochs, {a.precision}, {a.rounds} rounds in turns (`bench/compare/job.py`); accuracy {accuracy:.1f}%.\n",
         "| ratio of wall times | median | from | to | seconds, last round |", "|---|---|---|---|---|"]
for name, each in rows.items():
    ratios = [ratio for ratio, _ in each]
    last = each[-1][1]
    above, below = (last["cold"], last["warm"]) if name.startswith("ours") else (last[name.split("'s ")[1].split(" ")[0]], last["cold"])
    lines.append(f"| {name} | {statistics.median(ratios):.1f} | {min(ratios):.1f} | {max(ratios):.1f} | {above:.1f} / {below:.1f} |")
lines += ["\n```", environment.strip(), "```"]
print("\n".join(lines))
if not a.report.exists():
    a.report.write_text("# Results\n\nMade by the scripts of `bench/compare`; times of different machines or days mean nothing, ratios of one round do.\n")
with a.report.open("a") as f:
    f.write("\n".join(lines) + "\n")
