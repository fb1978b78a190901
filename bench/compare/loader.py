#!/usr/bin/env python3
"""Picture files to normalised floats on one core: our loader with one worker, and the twin's sample, run alternately.

    bench/compare/loader.py [--rounds 5] [--count 200] [--data DIR]

Both sides are held on processor 0 by taskset, whole processes of several threads as they are, and take the best of three passes over
the pictures. The twin's files are in memory already, ours are read. Run it with a Python that has PyTorch; bench/README.md says
how the jar is built."""
import os, pathlib, shutil
import rounds
from rounds import Ratio

parser = rounds.parser(__doc__, 5)
parser.set_defaults(threads=1)
parser.add_argument("--count", type=int, default=200)
parser.add_argument("--data", type=pathlib.Path, help="default: catdog of --shared")
given = parser.parse_args()
given.data = given.data or given.shared / "data/catdog"
script = given.shared / "baseline/loader_torch.py"
rounds.require("loader", script, given.data, given.jar, shutil.which("taskset") or "taskset")
ONE_CORE = ("taskset", "-c", "0")


def theirs():
    out = rounds.twin(script, "--data", given.data, "--count", given.count, "--rounds", 3, before=ONE_CORE)[1]
    return {"twin's sample": out["whole_sample_ms"], "twin's decode": out["decode_ms"]}


def ours():
    rows = rounds.jmh(given.jar, "LoaderBench.(hostBatches|deviceBatches)|DecodeBench.graft", "-bm", "ss", "-tu", "ms", "-f", "1",
                      "-wi", "5", "-i", "3", "-p", f"folder={given.data}", "-p", f"most={given.count}", "-p", "workers=1",
                      "-p", "engine=EXACT", before=ONE_CORE)
    return {rounds.name(row): rounds.best(row) / given.count for row in rows}


load = os.getloadavg()[0]
measured = rounds.in_turns(given.rounds, theirs, ours)
ratios = [Ratio("twin's whole sample / ours to normalised floats", "twin's sample", "deviceBatches", "ms", 2),
          Ratio("twin's whole sample / ours to batches of bytes", "twin's sample", "hostBatches", "ms"),
          Ratio("Pillow's decode / ours", "twin's decode", "graft", "ms")]
rounds.write(given.report, f"The loader on one core, {given.data.name}", "loader.py",
             f"{given.count} pictures, exact pixels; milliseconds a picture of theirs to ours.", rounds.table(measured, ratios), given, load)
