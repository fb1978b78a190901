#!/usr/bin/env python3
"""Runs CatDog without arguments but the seed, for five seeds, and once for each with the labels shuffled:

  python tools/check_drawn.py [--seeds 5] [--report FILE]

Without arguments CatDog must reach at least 85% at every seed and, with shuffled labels, 50% +- 12% in the mean: what it
learns is in the pictures, not in their names or order. Needs nothing beyond Python; takes two runs of CatDog for each seed."""
import argparse, pathlib, random, re, shutil, subprocess, sys, tempfile, time

root = pathlib.Path(__file__).resolve().parent.parent
ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("--seeds", type=int, default=5)
ap.add_argument("--report", type=pathlib.Path)
a = ap.parse_args()


def run(*args):
    start = time.time()
    said = subprocess.run([root / "examples/catdog", *map(str, args)], check=True, capture_output=True, text=True).stdout
    accuracy = [float(x) for x in re.findall(r"Validation Accuracy: ([\d.]+)%", said)]
    unseen = re.findall(r"unseen-\d+-(\w+)\.jpg: (\w+)", said)
    return accuracy[-1], time.time() - start, sum(x == y for x, y in unseen), len(unseen)


subprocess.run([root / "examples/catdog", "--help"], check=True, stdout=subprocess.DEVNULL)
rows, shuffled, bad = [], [], 0
with tempfile.TemporaryDirectory() as t:
    for seed in range(a.seeds):
        out, mixed = pathlib.Path(t) / f"out-{seed}", pathlib.Path(t) / f"mixed-{seed}"
        accuracy, seconds, right, named = run("--seed", seed, "--overwrite", "--out", out)
        rng = random.Random(seed)
        for split in ("train", "val"):
            files = sorted((out / "drawn" / split).rglob("*.jpg"))
            labels = ["cat", "dog"] * (len(files) // 2)
            rng.shuffle(labels)
            for i, (f, label) in enumerate(zip(files, labels)):
                (mixed / split / label).mkdir(parents=True, exist_ok=True)
                shutil.copy(f, mixed / split / label / f"{i:03}.jpg")
        shuffled.append(run("--seed", seed, "--data", mixed, "--overwrite", "--out", mixed / "out")[0])
        rows.append(f"| {seed} | {accuracy:.1f}% | {right} of {named} | {shuffled[-1]:.1f}% | {seconds:.0f} s |")
        print(rows[-1], flush=True)
        bad += accuracy < 85
mean = sum(shuffled) / len(shuffled)
bad += abs(mean - 50) > 12
head = f"\n{time.strftime('%Y-%m-%d')}; shuffled labels: mean {mean:.1f}%\n\n| seed | accuracy | unseen pictures, correct | shuffled labels | wall time |\n|---|---|---|---|---|\n"
print(head.strip())
if a.report:
    with a.report.open("a") as f:
        f.write(head + "\n".join(rows) + "\n")
sys.exit(bool(bad))
