#!/usr/bin/env python3
"""How well the recipes do on few and on many pictures: fast, auto, 60 epochs at 0.01, and scikit-learn on the same features.

    bench/compare/recipes.py [--draws 5] [--splits 12] [--data DIR DIR] [--keep DIR]

Each folder of pictures gives three rows: all its training pictures, 20% and 5% of them, the smaller ones drawn --draws times, judged by its
validation pictures. Then --splits times all pictures are split anew, 70% to train on. Recipes run in one process of Java
(dev.graft.bench.Recipes in benchmarks.jar); each picture passes the network once, and scikit-learn's LogisticRegressionCV, with its
defaults but 5000 iterations, gets the features from the same store. Run it with a Python that has NumPy, safetensors and scikit-learn."""
import hashlib, json, os, pathlib, statistics, time, warnings
import numpy as np
from safetensors.numpy import load_file
from sklearn.linear_model import LogisticRegressionCV
import rounds
from pictures import drawn, files

parser = rounds.parser(__doc__, 1)
parser.add_argument("--draws", type=int, default=5)
parser.add_argument("--splits", type=int, default=12)
parser.add_argument("--data", type=pathlib.Path, nargs="+", help="default: catdog and ants-bees of --shared")
parser.add_argument("--weights", type=pathlib.Path, help="default: resnet18-lite of --shared")
parser.add_argument("--keep", type=pathlib.Path, default=rounds.ROOT / "bench/target/recipes", help="features and runs")
parser.add_argument("--table", type=pathlib.Path, default=rounds.ROOT / "docs/recipes.md", help="gets the tables")
parser.add_argument("--classpath", help="instead of --jar")
given = parser.parse_args()
given.data = given.data or [given.shared / "data/catdog", given.shared / "data/ants-bees"]
given.weights = given.weights or given.shared / "weights/resnet18-lite.pth"
rounds.require("recipes", given.weights, *given.data)
RECIPES = ("fast", "auto", "long")
MARK = "<!-- below: bench/compare/recipes.py -->\n"


def rows(data):
    """Name, seed, pictures to train on and to judge by."""
    train, val = files(data / "train"), files(data / "val")
    for fraction in (1, 0.2, 0.05):
        for seed in range(1 if fraction == 1 else given.draws):
            chosen = drawn(train, fraction, seed)
            yield f"{data.name}, {len(chosen)}", seed, chosen, val
    everything = train + val
    for fraction in (0.7, 0.14, 0.035):
        for seed in range(given.splits):
            rest = set(everything) - set(drawn(everything, 0.7, seed))  # the same for the three
            chosen = drawn(everything, fraction, seed)
            yield f"{data.name}, split anew, {len(chosen)}", seed, chosen, sorted(rest)


def features(store):
    """What the store holds, by the SHA-256 of the picture's file."""
    found = {}
    for file in store.rglob("*.safetensors"):
        kept = load_file(file)
        found.update((digest.tobytes(), row) for digest, row in zip(kept["digests"], kept["features"]))
    return found


def java(runs):
    """Accuracy and seconds of each run."""
    given.keep.mkdir(parents=True, exist_ok=True)
    (given.keep / "runs.jsonl").write_text("\n".join(map(json.dumps, runs)) + "\n")
    classes = given.classpath or given.jar
    _, said = rounds.timed(["java", "-Xmx1g", "-cp", classes, "dev.graft.bench.Recipes", given.weights, given.keep / "features",
                            given.keep / "runs.jsonl", given.threads])
    return [tuple(map(float, line.split()[1:])) for line in said.splitlines()]


def scikit(train, val, found):
    def matrix(pictures):
        return np.stack([found[hashlib.sha256(p.read_bytes()).digest()] for p in pictures]), [p.parent.name for p in pictures]
    (x, y), (xv, yv) = matrix(train), matrix(val)
    start = time.perf_counter()
    least = min(y.count(c) for c in set(y))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = LogisticRegressionCV(cv=min(5, least), max_iter=5000).fit(x, y)
    return model.score(xv, yv), time.perf_counter() - start


def error(values):
    return statistics.stdev(values) / len(values) ** 0.5 if len(values) > 1 else None


def cell(values):
    accuracies, seconds = zip(*values)
    spread = error(accuracies)
    return f"{100 * statistics.mean(accuracies):.1f}" + (f" ± {100 * spread:.1f}" if spread is not None else "") + f" ({statistics.mean(seconds):.2f} s)"


def main():
    load = os.getloadavg()[0]
    jobs = [(data, *row) for data in given.data for row in rows(data)]
    runs = [{"recipe": recipe, "seed": seed, "data": str(data), "classes": sorted({p.parent.name for p in train}),
             "train": [str(p.relative_to(data)) for p in train], "validation": [str(p.relative_to(data)) for p in val]}
            for data, _, seed, train, val in jobs for recipe in RECIPES]
    told = java(runs)
    found = features(given.keep / "features")
    table = {}
    for i, (_, name, _, train, val) in enumerate(jobs):
        row = table.setdefault(name, {})
        for j, recipe in enumerate(RECIPES):
            row.setdefault(recipe, []).append(told[i * len(RECIPES) + j])
        row.setdefault("scikit", []).append(scikit(train, val, found))
    write(table, load)


def write(table, load):
    lines = ["| pictures to train on | runs | `fast` | `auto` | 60 epochs at 0.01 | LogisticRegressionCV | `auto` less `fast` |", "|---|---|---|---|---|---|---|"]
    mean = lambda row, recipe: 100 * statistics.mean(a for a, _ in row[recipe])
    for name, row in table.items():
        cells = " | ".join(cell(row[r]) for r in (*RECIPES, "scikit"))
        lines.append(f"| {name} | {len(row['fast'])} | {cells} | {mean(row, 'auto') - mean(row, 'fast'):+.1f} |")
    for kind, wanted in (("six rows", False), ("splits", True)):
        some = [row for name, row in table.items() if ("split" in name) == wanted]
        if some:
            means = [statistics.mean(mean(row, r) for row in some) for r in (*RECIPES, "scikit")]
            lines.append(f"| mean of the {kind} | | " + " | ".join(f"{m:.1f}" for m in means) + f" | {means[1] - means[0]:+.1f} |")
    text = given.table.read_text().split(MARK)[0] if given.table.exists() else ""
    given.table.write_text(text + MARK + "\n" + "\n".join(lines) + f"\n\nTop-1 in percent, its standard error over the runs, and seconds of head and "
                           f"evaluation with {given.threads} threads (load {load:.1f} when it began; features were there).\n")
    print("\n".join(lines))


main()
