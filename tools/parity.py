#!/usr/bin/env python3
"""Runs the Python twin and CatDog on the same pictures, weights, head and order, one after the other, and compares:

  python tools/parity.py [--epochs 2] [--rounds 1] [--data ../shared/data/catdog] [--weights ../shared/weights/resnet18-lite.pth]

Losses of every step must agree within 1e-3, predictions of the last epoch but for one picture; exits 1 otherwise. With --rounds
the two run alternately and the ratio of their wall times (whole processes) is printed for each. Needs ../shared (the twin), a
Python with the packages of golden.py, and a built examples/catdog. --report FILE appends what was seen as Markdown."""
import argparse, csv, json, os, pathlib, platform, statistics, subprocess, sys, tempfile, time
from safetensors.torch import load_file

root = pathlib.Path(__file__).resolve().parent.parent
shared = root.parent / "shared"
ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("--epochs", type=int, default=2)
ap.add_argument("--rounds", type=int, default=1)
ap.add_argument("--threads", type=int, default=os.cpu_count())
ap.add_argument("--data", type=pathlib.Path, default=shared / "data/catdog")
ap.add_argument("--weights", type=pathlib.Path, default=shared / "weights/resnet18-lite.pth")
ap.add_argument("--report", type=pathlib.Path)
a = ap.parse_args()
twin = shared / "baseline/train_torch.py"
if not twin.exists() or not a.data.exists():
    sys.exit(f"parity: skipped, {twin} or {a.data} is not there")


def timed(command):
    start = time.time()
    subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL)
    return time.time() - start


subprocess.run([root / "examples/catdog", "--help"], check=True, stdout=subprocess.DEVNULL)  # builds, outside of the timing
lines, bad = [], 0
with tempfile.TemporaryDirectory() as t:
    ratios = []
    for r in range(a.rounds):
        dump, out = f"{t}/dump-{r}.safetensors", pathlib.Path(t) / f"out-{r}"
        theirs = timed([sys.executable, twin, "--data", a.data, "--weights", a.weights, "--mode", "seed", "--epochs", a.epochs,
                        "--threads", a.threads, "--dump", dump])
        ours = timed([root / "examples/catdog", "--data", a.data, "--weights", a.weights, "--epochs", a.epochs, "--threads",
                      a.threads, "--replay", dump, "--recipe", "reference", "--out", out, "--overwrite"])
        ratios.append(ours / theirs)
        d = load_file(dump)
        metrics = [json.loads(l) for l in (out / "metrics.jsonl").read_text().splitlines()]
        losses = [m["loss"] for m in metrics if "loss" in m]
        gap = max(abs(x - y) for x, y in zip(losses, d["losses"].tolist(), strict=True))
        rows = list(csv.reader((out / "predictions.csv").open(newline="", encoding="utf-8")))
        classes = [c[2:-1] for c in rows[0][3:]]
        other = sum(classes.index(row[2]) != p for row, p in zip(rows[1:], d["val_pred"][-1].tolist(), strict=True))
        accuracy = sum(row[1] == row[2] for row in rows[1:]) / (len(rows) - 1)
        lines.append(f"| {r + 1} | {a.epochs} | {len(losses)} | {gap:.2e} | {other} of {len(rows) - 1} | {100 * accuracy:.1f}% | "
                     f"{theirs:.0f} s | {ours:.0f} s | {ours / theirs:.2f} |")
        print(lines[-1], flush=True)
        bad += gap > 1e-3 or other > 1
cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.processor())
head = (f"\n{time.strftime('%Y-%m-%d')}, {cpu}, {a.threads} threads, {a.data.name}; median ratio ours / twin "
        f"{statistics.median(ratios):.2f}\n\n| round | epochs | steps | largest loss difference | predictions that differ | "
        f"accuracy | twin | Graft | Graft / twin |\n|---|---|---|---|---|---|---|---|---|\n")
print(head.strip())
if a.report:
    with a.report.open("a") as f:
        f.write(head + "\n".join(lines) + "\n")
sys.exit(bool(bad))
