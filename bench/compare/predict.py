#!/usr/bin/env python3
"""A saved model on a folder of pictures: Predictor.stream against the frozen pass of a training, and `graft predict` from its start to
its first answer against dev.graft.bench.FirstPrediction, which StartBench measures.

    bench/compare/predict.py --model graft-out/model.pt [--pictures DIR] [--precision fp32] [--no-start]

Each side is a process of its own; the pass counts each content once, so give pictures that differ. The start needs `graft` (the class
path of module cli: --graft), and counts until the first line is read."""
import os, pathlib, statistics, subprocess, time
import rounds

parser = rounds.parser(__doc__, 5)
parser.add_argument("--model", type=pathlib.Path, required=True)
parser.add_argument("--pictures", type=pathlib.Path, help="default: catdog of --shared")
parser.add_argument("--precision", default="fp32", choices=("fp32", "bf16"))
parser.add_argument("--classpath", help="instead of --jar")
parser.add_argument("--graft", help="class path with dev.graft.cli.Graft; default: the launcher's")
parser.add_argument("--no-start", action="store_true")
given = parser.parse_args()
given.pictures = given.pictures or given.shared / "data/catdog"
classes = given.classpath or given.jar
rounds.require("predict", given.model, given.pictures)


def rate(side):
    _, said = rounds.timed(["java", "-Xmx1g", "-cp", classes, "dev.graft.bench.PictureRate", side, given.model, given.pictures,
                            given.precision, given.threads])
    return {side: float(said.split()[-1])}


def first_line(command):
    """Seconds from the start of a process to its first line."""
    start = time.perf_counter()
    with subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        seconds = time.perf_counter() - start
        process.stdout.close()
    return seconds


def start_of(side):
    picture = next(p for p in sorted(given.pictures.rglob("*")) if p.suffix.lower() in (".jpg", ".png"))
    if side == "graft":
        return {side: first_line(["java", "-cp", given.graft or classes, "dev.graft.cli.Graft", "predict", given.model, given.pictures])}
    return {side: first_line(["java", "-cp", classes, "dev.graft.bench.FirstPrediction", given.model, picture, "cpu"])}


load = os.getloadavg()[0]
taken = rounds.in_turns(given.rounds, lambda: rate("pass"), lambda: rate("stream"))
ratios = [rounds.Ratio("pictures a second, stream / pass", "stream", "pass", "1/s", 0.95)]
lines = rounds.table(taken, ratios)
if not given.no_start:
    starts = rounds.in_turns(given.rounds, lambda: start_of("graft"), lambda: start_of("first"))
    each = [one["graft"] / one["first"] for one in starts]
    lines += ["", f"Start to first answer, graft predict / FirstPrediction: {statistics.median(each):.2f} ({min(each):.2f} to "
              f"{max(each):.2f}), asked for is at most 1.2; last round {starts[-1]['graft']:.2f} / {starts[-1]['first']:.2f} s"]
rounds.write(given.report, f"Classifying a folder, {given.precision}", "predict.py", "", lines, given, load)
