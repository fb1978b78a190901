#!/usr/bin/env python3
"""Single pictures: Predictor beside ONNX Runtime and DJL in Java, and 16 callers beside the fused layers on batches of 16.

    bench/compare/latency.py [--rounds 7] [--seconds 6] [--precisions fp32 bf16] [--pictures DIR]

Each side is a process of its own with the same number of threads, the same untrained ResNet18 and the same pictures. Without decoding, the
network's input lies ready for the others, and pixels of 224 x 224 for Graft, which normalises them. With decoding, each reads the files its own
way: Graft as torchvision does it to the bit, ONNX Runtime's side with Java's ImageIO and Graphics2D, DJL with its ImageFactory and transforms. The others
compute in FP32, which is the precision that ONNX Runtime and DJL have on the processor; a first answer that differs ends the script. Needs
bench/target/benchmarks.jar, the command graft, and Maven for bench/peers (130 MB of natives, once)."""
import json, os, pathlib, statistics, subprocess, sys
import rounds
from pictures import files

PEERS = rounds.ROOT / "bench/peers"
ENGINES = ("onnxruntime", "djl")

parser = rounds.parser(__doc__, 7)
native = {"avx512_bf16", "amx_bf16"} & set(rounds.flags())
parser.add_argument("--precisions", nargs="+", choices=("fp32", "bf16"), default=["fp32", "bf16"] if native else ["fp32"])
parser.add_argument("--seconds", type=float, default=6, help="of each measurement (%(default)s)")
parser.add_argument("--pictures", type=pathlib.Path, help="a folder; default: catdog of --shared")
parser.add_argument("--keep", type=pathlib.Path, default=rounds.ROOT / "bench/target/latency", help="model and input (%(default)s)")
given = parser.parse_args()
given.pictures = given.pictures or given.shared / "data/catdog/val"
rounds.require("latency", given.pictures, given.jar)


def prepare():
    if not (PEERS / "target/classpath.txt").exists():
        subprocess.run(["mvn", "-B", "-q", "-f", PEERS / "pom.xml", "package"], check=True)
    chosen = files(given.pictures)[:64]
    rounds.timed(["java", "-Xmx1g", "-cp", given.jar, "dev.graft.bench.Latency", "prepare", given.keep, *chosen])
    rounds.timed([rounds.ROOT / "graft", "export", given.keep / "model.pt", "--format", "onnx", "--out", given.keep / "model.onnx", "--overwrite"])


def graft(side, precision):
    _, said = rounds.timed(["java", "-Xmx1g", "-cp", given.jar, "dev.graft.bench.Latency", side, given.keep, precision, given.threads, given.seconds])
    return json.loads(said.splitlines()[-1])


def peer(engine, side):
    classes = f"{PEERS / 'target/classes'}:{(PEERS / 'target/classpath.txt').read_text().strip()}"
    _, said = rounds.timed(["java", "-Xmx1g", "-cp", classes, "dev.graft.peers.Latency", engine, side, given.keep, given.threads, given.seconds])
    return json.loads(said.splitlines()[-1])


def named(name, told, answers={}):
    """Calls a second of a caller, from the median; the first answer must be that of the first side, but for the way that files are resized."""
    if "rate" in told:
        return {name: told["rate"]}
    if "arrivals" in told:
        return {f"{name}, arrivals": told["arrivals"], f"{name}, p50 ms": told["median_ms"], f"{name}, p99 ms": told["p99_ms"]}
    exact = "files" not in name and "bf16" not in name
    expected = answers.setdefault("exact", told["probability"]) if exact else told["probability"]
    if abs(expected - told["probability"]) > 1e-4:
        sys.exit(f"latency: {name} says {told['probability']} of the first picture, expected {expected}: not the same network")
    return {name: 1000 / told["median_ms"], f"{name}, p99 ms": told["p99_ms"]}


def sides():
    for precision in given.precisions:
        for side in ("pixels", "files", "callers", "open", "pass"):
            yield lambda p=precision, s=side: named(f"graft {p} {s}", graft(s, p))
    for engine in ENGINES:
        for side in ("input", "files"):
            yield lambda e=engine, s=side: named(f"{e} {s}", peer(e, s))


prepare()
load = os.getloadavg()[0]
taken = rounds.in_turns(given.rounds, *sides())
best = {"pixels": "input", "files": "files"}
for one in taken:
    for ours, theirs in best.items():
        one[f"better {theirs}"] = max(one[f"{e} {theirs}"] for e in ENGINES)
ratios = []
for precision in given.precisions:
    wanted = 0.95 if precision == "fp32" else None
    for ours, theirs, what in (("pixels", "input", "without decoding"), ("files", "files", "with decoding")):
        ratios.append(rounds.Ratio(f"one caller, {precision}, {what}: graft / the better one", f"graft {precision} {ours}", f"better {theirs}", "1/s", wanted))
    ratios.append(rounds.Ratio(f"16 callers / batches of 16, {precision}", f"graft {precision} callers", f"graft {precision} pass", "1/s", 0.9))
for engine in ENGINES:
    ratios.append(rounds.Ratio(f"one caller, fp32, without decoding: graft / {engine}", "graft fp32 pixels", f"{engine} input", "1/s"))
    ratios.append(rounds.Ratio(f"one caller, fp32, with decoding: graft / {engine}", "graft fp32 files", f"{engine} files", "1/s"))
lines = rounds.table(taken, ratios)
tails = {name: statistics.median(one[f"{name}, p99 ms"] for one in taken) for name in
         [f"graft {p} {s}" for p in given.precisions for s in ("pixels", "files")] + [f"{e} {s}" for e in ENGINES for s in ("input", "files")]}
lines += ["", "99th percentile of one caller, the rounds' median: " + ", ".join(f"{name} {ms:.1f} ms" for name, ms in tails.items()) + "."]
for precision in given.precisions:
    times = {q: statistics.median(one[f"graft {precision} open, {q} ms"] / (1000 / one[f"graft {precision} pixels"]) for one in taken) for q in ("p50", "p99")}
    arrivals = statistics.median(one[f"graft {precision} open, arrivals"] for one in taken)
    lines += ["", f"Open loop in {precision}, {arrivals:.1f} pictures a second at exponential intervals (half of what 16 callers get): the median answer takes "
              f"{times['p50']:.2f} and the 99th percentile {times['p99']:.2f} times as long as one caller's median (the rounds' medians)."]
versions = "ONNX Runtime 1.24.1, DJL 0.36.0 with PyTorch 2.7.1 (bench/peers/pom.xml)."
rounds.write(given.report, "Single pictures", "latency.py", f"Calls a second, from the median time of a call. {versions}", lines, given, load)
