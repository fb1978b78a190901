#!/usr/bin/env python3
"""Our resize against those of Pillow and ATen, and a batch to floats against a copy of its bytes, alternately on one core.

    bench/compare/preparation.py [--rounds 5]

Run it with a Python that has torch and Pillow; bench/README.md says how the jar is built."""
import os, time
import numpy as np, torch
from PIL import Image
import rounds
from rounds import Ratio


def milliseconds(call, seconds=2.0):
    """The mean over about so many seconds, after half as long to warm up."""
    for length in (seconds / 2, seconds):
        start, calls = time.perf_counter(), 0
        while time.perf_counter() - start < length:
            call()
            calls += 1
    return 1000 * (time.perf_counter() - start) / calls


def theirs():
    pixels = np.random.RandomState(1).randint(0, 256, (375, 500, 3), np.uint8)
    image = Image.fromarray(pixels)
    tensor = torch.from_numpy(pixels).permute(2, 0, 1)[None]
    return {
        "Pillow": milliseconds(lambda: image.resize((224, 224), Image.BILINEAR)),
        "ATen": milliseconds(lambda: torch.ops.aten._upsample_bilinear2d_aa(tensor, [224, 224], False)),
    }


def ours():
    rows = rounds.jmh(given.jar, "ResizeBench|StagingBench", "-f", "1", "-wi", "2", "-i", "2", "-t", "1")
    return {rounds.name(row, "kernels", "layout"): row["primaryMetric"]["score"] for row in rows}


RATIOS = [
    Ratio("Pillow / native resize", "Pillow", "resize native", "ms"),
    Ratio("ATen / native resize", "ATen", "resize native", "ms"),
    Ratio("Pillow / Java resize", "Pillow", "resize java", "ms"),
    Ratio("native batch / copy, NCHW", "stage native CONTIGUOUS", "copy native CONTIGUOUS", "ms"),
    Ratio("native batch / copy, channels_last", "stage native CHANNELS_LAST", "copy native CHANNELS_LAST", "ms"),
    Ratio("LibTorch's batch / copy, NCHW", "stage java CONTIGUOUS", "copy java CONTIGUOUS", "ms"),
    Ratio("LibTorch's batch / copy, channels_last", "stage java CHANNELS_LAST", "copy java CHANNELS_LAST", "ms"),
]
parser = rounds.parser(__doc__, 5)
parser.set_defaults(threads=1)
given = parser.parse_args()
rounds.require("preparation", given.jar)
torch.set_num_threads(given.threads)
load = os.getloadavg()[0]
measured = rounds.in_turns(given.rounds, theirs, ours)
rounds.write(given.report, "Resize and normalisation", "preparation.py", "500 x 375 to 224 x 224, batches of 32.",
             rounds.table(measured, RATIOS), given, load)
