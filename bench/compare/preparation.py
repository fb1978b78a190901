#!/usr/bin/env python3
"""Resize beside Pillow's and ATen's, and a batch to floats beside a copy of its bytes, in turns on one core: medians of
the ratios of each round.

    bench/compare/preparation.py [--rounds 5] [--jar bench/target/benchmarks.jar]

Run it with a Python that has torch and Pillow; bench/README.md says how the jar is built.
"""
import argparse, json, os, pathlib, platform, statistics, subprocess, tempfile, time
import numpy as np, PIL, torch
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]


def milliseconds(call, seconds=2.0):
    """The mean over about so many seconds, after half as long to warm up."""
    for length in (seconds / 2, seconds):
        start, calls = time.perf_counter(), 0
        while time.perf_counter() - start < length:
            call()
            calls += 1
    return 1000 * (time.perf_counter() - start) / calls


def python():
    pixels = np.random.RandomState(1).randint(0, 256, (375, 500, 3), np.uint8)
    image = Image.fromarray(pixels)
    tensor = torch.from_numpy(pixels).permute(2, 0, 1)[None]
    return {
        "pillow": milliseconds(lambda: image.resize((224, 224), Image.BILINEAR)),
        "aten": milliseconds(lambda: torch.ops.aten._upsample_bilinear2d_aa(tensor, [224, 224], False)),
    }


def graft(jar):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out.json"
        command = ["java", "-jar", str(jar), "ResizeBench|StagingBench", "-f", "1", "-wi", "2", "-i", "2", "-t", "1", "-rf", "json", "-rff", str(out)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        rows = json.loads(out.read_text())
        return {" ".join([row["benchmark"].split(".")[-1], *row["params"].values()]): row["primaryMetric"]["score"] for row in rows}


RATIOS = {
    "Pillow / native resize": ("pillow", "resize native"),
    "ATen / native resize": ("aten", "resize native"),
    "Pillow / Java resize": ("pillow", "resize java"),
    "native batch / copy, NCHW": ("stage native CONTIGUOUS", "copy native CONTIGUOUS"),
    "native batch / copy, channels_last": ("stage native CHANNELS_LAST", "copy native CHANNELS_LAST"),
    "LibTorch's batch / copy, NCHW": ("stage java CONTIGUOUS", "copy java CONTIGUOUS"),
    "LibTorch's batch / copy, channels_last": ("stage java CHANNELS_LAST", "copy java CHANNELS_LAST"),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jar", default=ROOT / "bench/target/benchmarks.jar")
    given = parser.parse_args()
    torch.set_num_threads(1)
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
    print(f"{model}, {os.cpu_count()} cores; Pillow {PIL.__version__}, PyTorch {torch.__version__}; 500 x 375 to 224 x 224, batches of 32, one thread")
    ratios = {}
    for number in range(given.rounds):
        one = python() | graft(given.jar)
        print(f"round {number + 1}: " + ", ".join(f"{name} {ms:.3f} ms" for name, ms in one.items()))
        for name, (above, below) in RATIOS.items():
            ratios.setdefault(name, []).append(one[above] / one[below])
    for name, each in ratios.items():
        print(f"{name}: {statistics.median(each):.2f} (from {min(each):.2f} to {max(each):.2f})")


if __name__ == "__main__":
    main()
