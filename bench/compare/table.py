#!/usr/bin/env python3
"""The table of docs/recipes.md: Graft's recipes beside a timm and a fastai fine-tuning, on many and on few pictures.

    bench/compare/table.py [--rows auto layer4] [--data catdog] [--fractions 1 0.2 0.05] [--seeds 5] [--dry]

A cell is one training: a row, with or without augmentation, a folder of pictures, a part of its training pictures, and a seed, which draws the
part, the head and the orders. Each cell is a process: `graft train` or finetune.py, with the same pictures, weights, resize, epochs and batch, FP32,
without features of earlier runs. Its accuracy on the validation pictures and its seconds (with decoding, without the process's start) are kept in
a JSON file after each cell, which is checked in: stopped, the script goes on where it was, and a row whose settings changed is trained again. The Markdown is written after
each run of the script from what is there. Run it with the Python of finetune.py; --dry lists what is left. A busy machine changes no accuracy, so such
cells count; but their seconds do not: --again trains them once more when the machine does nothing else."""
import csv, hashlib, json, os, pathlib, resource, statistics, time
import rounds
from pictures import drawn, files

EPOCHS = 10
QUIET = 0.1  # cores that others may use while the seconds of a cell count


def phases(layers):
    """First the fitted head of auto, then the head and these layers for as many epochs as are left, at 0.001."""
    groups = [{"layer": layer, "learningRate": 0.001} for layer in ("head", *layers)]
    return {"recipe": "auto", "phases": [{}, {"name": "deep", "epochs": EPOCHS - 1, "groups": groups}]}


# name: a plan for graft's --plan, or a recipe of finetune.py. Fixed before any result was seen.
ROWS = {
    "reference": {"recipe": "reference"},
    "fast": {"recipe": "fast"},
    "auto": {"recipe": "auto"},
    "layer4": phases(["layer4"]),
    "all stages": phases(["layer1", "layer2", "layer3", "layer4"]),
    "timm": "timm",
    "fastai": "fastai",
}
AUGMENT = ["--views", str(EPOCHS)]  # of graft: as many views as epochs
DEFAULT = "auto"
BEGIN, END = "<!-- begin: bench/compare/table.py -->", "<!-- end: bench/compare/table.py -->"

parser = rounds.parser(__doc__, 1)
parser.add_argument("--rows", nargs="+", choices=list(ROWS), default=list(ROWS))
parser.add_argument("--data", nargs="+", default=["catdog", "ants-bees"], help="folders in data/ of --shared")
parser.add_argument("--fractions", type=float, nargs="+", default=[1, 0.2, 0.05], help="parts of the training pictures")
parser.add_argument("--seeds", type=int, default=5)
parser.add_argument("--augment", nargs="+", choices=["no", "yes"], default=["no", "yes"])
parser.add_argument("--weights", type=pathlib.Path, help="default: resnet18-lite of --shared")
parser.add_argument("--graft", type=pathlib.Path, default=rounds.ROOT / "graft", help="the command (%(default)s)")
parser.add_argument("--keep", type=pathlib.Path, default=rounds.ROOT / "bench/target/table", help="runs (%(default)s)")
parser.add_argument("--results", type=pathlib.Path, default=rounds.ROOT / "bench/table.json", help="all cells so far (%(default)s)")
parser.add_argument("--table", type=pathlib.Path, default=rounds.ROOT / "docs/recipes.md", help="gets the Markdown (%(default)s)")
parser.add_argument("--again", action="store_true", help="also cells whose seconds do not count, as the machine did something else")
parser.add_argument("--dry", action="store_true", help="list the cells that are left, with the time of those that are done, and stop")
given = parser.parse_args()
given.weights = given.weights or given.shared / "weights/resnet18-lite.pth"
rounds.require("table", given.weights, *(given.shared / "data" / name for name in given.data))


def labels(data, fraction, seed, file):
    """Writes the table of the pictures of a cell; gives the number of those to train on."""
    train = drawn(files(data / "train"), fraction, seed)
    with open(file, "w", newline="") as out:
        table = csv.writer(out)
        table.writerow(["file", "label", "split"])
        for split, pictures in (("train", train), ("val", files(data / "val"))):
            table.writerows([p.relative_to(data), p.parent.name, split] for p in pictures)
    return len(train)


def cells():
    """All cells that were asked for: the first seed of each row first, so that a stopped table has something of everything."""
    for seed in range(given.seeds):
        for data in given.data:
            for fraction in given.fractions:
                for row in given.rows:
                    for augment in given.augment:
                        yield {"data": data, "fraction": fraction, "row": row, "augment": augment == "yes", "seed": seed}


def settings(cell):
    """What a result depends on beside the cell; another of these makes it stale."""
    row = ROWS[cell["row"]]
    own = pathlib.Path(__file__).with_name("finetune.py").read_text() if isinstance(row, str) else [row, AUGMENT if cell["augment"] else []]
    return hashlib.sha256(json.dumps([own, weights_hash(), given.threads], sort_keys=True).encode()).hexdigest()[:16]


def weights_hash(known={}):
    if given.weights not in known:
        known[given.weights] = hashlib.sha256(given.weights.read_bytes()).hexdigest()
    return known[given.weights]


def key(cell):
    return json.dumps(cell, sort_keys=True)


def read():
    return json.loads(given.results.read_text()) if given.results.exists() else {}


def write(results):
    part = given.results.with_name(given.results.name + ".part")
    part.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
    os.replace(part, given.results)


def processor():
    """The widest instructions that matter here, by Linux."""
    flags = pathlib.Path("/proc/cpuinfo").read_text().split()
    return next((name for name in ("amx_bf16", "avx512_bf16", "avx512f", "avx2") if name in flags), "other")


def graft(cell, data, table):
    out = given.keep / "run"
    plan = given.keep / "plan.json"
    plan.write_text(json.dumps(ROWS[cell["row"]]))
    command = [given.graft, "train", data, "--labels", table, "--weights", given.weights, "--plan", plan, "--precision", "fp32", "--orientation",
               "stored", "--seed", cell["seed"], "--threads", given.threads, "--out", out, "--overwrite", "--no-report", "--json"]
    command += [] if ROWS[cell["row"]]["recipe"] == "reference" else ["--cache", "off"]
    _, said = rounds.timed(command + (AUGMENT if cell["augment"] else []))
    told = json.loads(said.splitlines()[-1])
    return {"accuracy": told["accuracy"], "seconds": told["seconds"]}


def python(cell, data, table):
    _, told = rounds.twin(pathlib.Path(__file__).with_name("finetune.py"), ROWS[cell["row"]], "--data", data, "--labels", table, "--weights",
                          given.weights, "--seed", cell["seed"], "--threads", given.threads, *(["--augment"] if cell["augment"] else []))
    return {"accuracy": told["accuracy"], "seconds": told["seconds"]}


def own_seconds():
    """CPU seconds of the processes that this one started and that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def busy_seconds():
    """CPU seconds of everything on this machine, and those that its host took from it."""
    user, nice, system, _, _, irq, softirq, steal, *_ = map(int, pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def is_quiet(one):
    return one.get("others", 1) <= QUIET  # 1: not known


def train(cell):
    data = given.shared / "data" / cell["data"]
    given.keep.mkdir(parents=True, exist_ok=True)
    table = given.keep / "labels.csv"
    pictures = labels(data, cell["fraction"], cell["seed"], table)
    begun, own, others = time.perf_counter(), own_seconds(), busy_seconds()
    told = (python if isinstance(ROWS[cell["row"]], str) else graft)(cell, data, table)
    others = (busy_seconds() - others - (own_seconds() - own)) / (time.perf_counter() - begun)
    return told | {"pictures": pictures, "others": round(max(others, 0), 2), "settings": settings(cell), "day": time.strftime("%Y-%m-%d"), "processor": processor()}


def error(values):
    return statistics.stdev(values) / len(values) ** 0.5 if len(values) > 1 else None


def of_row(results, data, fraction, row, augment):
    """The results of all seeds that are there and not stale."""
    found = []
    for seed in range(given.seeds):
        cell = {"data": data, "fraction": fraction, "row": row, "augment": augment, "seed": seed}
        one = results.get(key(cell))
        if one and one["settings"] == settings(cell):
            found.append(one)
    return found


def text(found):
    if not found:
        return ""
    accuracies = [100 * one["accuracy"] for one in found]
    spread = f" ± {error(accuracies):.1f}" if len(found) > 1 else ""
    return f"{statistics.mean(accuracies):.1f}{spread} ({seconds(found)})"


def seconds(found):
    quiet = [one["seconds"] for one in found if is_quiet(one)]
    return f"{statistics.mean(quiet):.1f} s" if quiet else "not timed"


def time_of(found):
    """Mean seconds, of the quiet cells if there are any."""
    return statistics.mean(one["seconds"] for one in [o for o in found if is_quiet(o)] or found)


def ahead(results, data, fraction):
    """Rows that are no slower than the default and more accurate by more than a standard error of the difference, seed by seed."""
    base = of_row(results, data, fraction, DEFAULT, False)
    for row in ROWS:
        for augment in (False, True):
            other = of_row(results, data, fraction, row, augment)
            if (row, augment) == (DEFAULT, False) or len(other) != len(base) or len(base) < 2:
                continue
            gains = [o["accuracy"] - b["accuracy"] for o, b in zip(other, base)]
            faster = time_of(other) <= time_of(base)
            if faster and statistics.mean(gains) > error(gains):
                yield row + (" with augmentation" if augment else "")


def markdown(results):
    places = [(data, fraction) for data in given.data for fraction in given.fractions]
    heads = []
    for data, fraction in places:
        found = [one["pictures"] for row in ROWS for augment in (False, True) for one in of_row(results, data, fraction, row, augment)]
        heads.append(f"{data}, {found[0] if found else f'{fraction:.0%}'}")
    lines = ["| row | augmentation | " + " | ".join(heads) + " |", "|---|---|" + "---|" * len(places)]
    for row in ROWS:
        for augment in (False, True):
            cells = [text(of_row(results, data, fraction, row, augment)) for data, fraction in places]
            if any(cells):
                lines.append(f"| {row} | {'yes' if augment else 'no'} | " + " | ".join(cells) + " |")
    better = [f"{head}: {', '.join(names)}" for head, (d, f) in zip(heads, places) if (names := list(ahead(results, d, f)))]
    timed = [is_quiet(one) for one in results.values()]
    lines += ["", f"Top-1 of the validation pictures in percent, its standard error over up to {given.seeds} seeds, and seconds with {given.threads} threads, "
                  f"with decoding, FP32. {EPOCHS} epochs of batches of 32; hyperparameters: `bench/compare/table.py` and `finetune.py`. "
                  f"Processors: {', '.join(sorted({one['processor'] for one in results.values()}))}. "
                  f"The seconds are those of the {sum(timed)} of {len(timed)} cells during which nothing else ran." if timed else "No cell is trained yet.",
              "", "No slower than `auto` and more accurate by more than a standard error: " + ("; ".join(better) if better else "none") + "."]
    return "\n".join(lines)


def place(table, lines):
    """Between the two marks of the file, or before the other table's mark, or at the end."""
    block = f"{BEGIN}\n\n{lines}\n\n{END}\n"
    before = table.read_text() if table.exists() else ""
    if BEGIN in before:
        first, rest = before.split(BEGIN, 1)
        table.write_text(first + block + rest.split(END, 1)[1].lstrip("\n"))
        return
    heading = "## What it reaches"
    first, found, rest = before.partition(heading)
    table.write_text(first + "## Beside timm and fastai\n\n" + block + ("\n" + found + rest if found else ""))


def is_left(one, cell):
    return one is None or one["settings"] != settings(cell) or given.again and not is_quiet(one)


def main():
    results = read()
    left = [cell for cell in cells() if is_left(results.get(key(cell)), cell)]
    print(f"{len(left)} cells left of {len(list(cells()))}", flush=True)
    for cell in left if not given.dry else []:
        results[key(cell)] = one = train(cell)
        write(results)
        print(f"{cell['data']}, {cell['fraction']:g}, {cell['row']}{', augmented' if cell['augment'] else ''}, seed {cell['seed']}: "
              f"{100 * one['accuracy']:.1f}% in {one['seconds']:.1f} s", flush=True)
    if given.dry:
        for cell in left:
            like = [r["seconds"] for k, r in results.items() if all(json.loads(k)[f] == cell[f] for f in ("data", "fraction", "row", "augment"))]
            print(", ".join(str(v) for v in cell.values()) + (f": about {statistics.mean(like):.0f} s" if like else ""))
        return
    place(given.table, markdown(results))
    print(markdown(results))


if __name__ == "__main__":
    main()
