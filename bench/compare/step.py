#!/usr/bin/env python3
"""One step of the reference recipe: ours and the twin's as in the tutorial, run alternately.

    bench/compare/step.py [--rounds 5] [--batch 32] [--precisions FP32 BF16]

BF16 (autocast) is compared where the processor has instructions for it, unless it is asked for; the twin computes in FP32. The twin's pictures are normalised floats already; ours are bytes that each step normalises. Run it with a Python that has PyTorch;
bench/README.md says how the jar is built."""
import os, time
import torch, torchvision
import rounds
from rounds import Ratio

parser = rounds.parser(__doc__, 5)
parser.add_argument("--batch", type=int, default=32)
native = {"avx512_bf16", "amx_bf16"} & set(rounds.flags())
parser.add_argument("--precisions", nargs="+", choices=["FP32", "BF16"], default=["FP32", "BF16"] if native else ["FP32"])
given = parser.parse_args()
rounds.require("step", given.jar)
torch.set_num_threads(given.threads)


def theirs(seconds=10):
    model = torchvision.models.resnet18()
    for parameter in model.parameters():
        parameter.requires_grad = False
    model.fc = torch.nn.Linear(model.fc.in_features, 2)
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.001, momentum=0.9)
    model.train()
    images, labels, total = torch.randn(given.batch, 3, 224, 224), torch.randint(0, 2, (given.batch,)), 0.0
    for length in (seconds / 2, seconds):  # the first to warm up
        start, steps = time.perf_counter(), 0
        while time.perf_counter() - start < length:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item()
            steps += 1
        speed = steps * given.batch / (time.perf_counter() - start)
    return {"twin": speed}


def ours():
    rows = rounds.jmh(given.jar, "TrainingStepBench", "-f", "1", "-wi", "1", "-w", "5s", "-i", "2", "-r", "5s", "-p", "recipe=REFERENCE",
                      "-p", f"batch={given.batch}", "-p", f"threads={given.threads}", "-p", f"precision={','.join(given.precisions)}")
    return {f"{row['params']['precision']} {row['params']['layout']}": row["secondaryMetrics"]["pictures"]["score"] for row in rows}


load = os.getloadavg()[0]
measured = rounds.in_turns(given.rounds, theirs, ours)
ratios = []
for p, wanted in {"FP32": 1.4, "BF16": 2.3}.items():
    if p in given.precisions:
        ratios.append(Ratio(f"ours in {p}, channels_last as Graft trains / twin as written", f"{p} CHANNELS_LAST", "twin", "pictures/s", wanted))
        ratios.append(Ratio(f"ours in {p}, contiguous as the twin / twin as written", f"{p} CONTIGUOUS", "twin", "pictures/s"))
rounds.write(given.report, f"The reference step, batch {given.batch}", "step.py", "Pictures a second of ours to theirs.",
             rounds.table(measured, ratios), given, load)
