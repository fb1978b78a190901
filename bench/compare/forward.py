#!/usr/bin/env python3
"""The trunk of ResNet18 on batches of 224 x 224 pictures: our fused trunk and what an expert gets from LibTorch in Python, run alternately.

    bench/compare/forward.py [--rounds 5] [--precisions FP32 BF16 INT8] [--batch 32]

BF16 is compared where the processor has instructions for it, unless it is asked for; INT8 where it is asked for. Both sides warm up
with three batches and take the best of six. Run it with a Python that has PyTorch; bench/README.md says how the jar is built."""
import os
import rounds
from rounds import Ratio

OPPONENTS = {"FP32": {"pointwise_fp32": None, "folded_traced_fp32": None, "eager_fp32_channels_last": None, "eager_fp32": None},
             "BF16": {"graph_fusion_bf16": 0.92, "pointwise_bf16": 0.97, "folded_traced_bf16": None}, "INT8": {}}

parser = rounds.parser(__doc__, 5)
native = {"avx512_bf16", "amx_bf16"} & set(rounds.flags())
parser.add_argument("--precisions", nargs="+", choices=list(OPPONENTS), default=["FP32", "BF16"] if native else ["FP32"])
parser.add_argument("--batch", type=int, default=32)
given = parser.parse_args()
script = given.shared / "baseline/forward_torch.py"
rounds.require("forward", script, given.jar)
opponents = [o for p in given.precisions for o in OPPONENTS[p]]


def theirs():
    return rounds.twin(script, "--batch", given.batch, "--threads", given.threads, "--only", *opponents)[1]


def ours():
    rows = rounds.jmh(given.jar, "ForwardBench.fused$", "-bm", "ss", "-tu", "s", "-f", "1", "-wi", "3", "-i", "6",
                      "-p", "architecture=RESNET18", "-p", "layout=CHANNELS_LAST", "-p", f"batch={given.batch}",
                      "-p", f"threads={given.threads}", "-p", f"precision={','.join(given.precisions)}")
    return {rounds.name(row, "precision"): given.batch / rounds.best(row) for row in rows}


load = os.getloadavg()[0]
measured = rounds.in_turns(given.rounds, theirs, ours)
ratios = [Ratio(f"our {p} / {o}", f"fused {p}", o, "pictures/s", wanted) for p in given.precisions for o, wanted in OPPONENTS[p].items()]
if {"INT8", "BF16"} <= set(given.precisions):
    ratios.append(Ratio("our INT8 / our BF16", "fused INT8", "fused BF16", "pictures/s", 1.4))
if {"BF16", "FP32"} <= set(given.precisions):
    ratios.append(Ratio("our BF16 / our FP32", "fused BF16", "fused FP32", "pictures/s"))
rounds.write(given.report, f"The trunk alone, batch {given.batch}", "forward.py", "Pictures a second of ours to theirs.",
             rounds.table(measured, ratios), given, load)
