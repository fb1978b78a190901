"""What the scripts of bench/compare share: the two sides in turns, the ratios of each round, and a section of
bench/RESULTS.md with their medians and spread."""
import argparse, dataclasses, importlib.metadata, json, os, pathlib, statistics, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
INTRODUCTION = ("# Results\n\nMade by the scripts of `bench/compare`; times of different machines or days mean nothing, "
                "ratios of one round do.\n")


@dataclasses.dataclass(frozen=True)
class Ratio:
    """One measured value over another of the same round; `wanted` is the least that is asked of the median."""
    name: str
    above: str
    below: str
    unit: str
    wanted: float | None = None


def parser(text, rounds):
    """The options that all scripts have."""
    p = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rounds", type=int, default=rounds, help="turns of both sides, at least 1 (%(default)s)")
    p.add_argument("--threads", type=int, default=os.cpu_count(), help="of one operation, on both sides (%(default)s)")
    p.add_argument("--report", type=pathlib.Path, default=ROOT / "bench/RESULTS.md", help="gets the section")
    p.add_argument("--jar", type=pathlib.Path, default=ROOT / "bench/target/benchmarks.jar")
    p.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared",
                   help="folder with the Python twin in baseline/, pictures in data/ and weights in weights/ (%(default)s)")
    return p


def require(name, *files):
    """Ends the script with a line when something that it compares is not there."""
    for f in files:
        if not pathlib.Path(f).exists():
            sys.exit(f"{name}: skipped, there is no {f}; see --help and bench/README.md")


def timed(command):
    """Seconds that a whole process takes, and what it printed."""
    start = time.perf_counter()
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return time.perf_counter() - start, done.stdout


def twin(script, *options, before=()):
    """Seconds of a script of the twin, and the JSON of its last line."""
    seconds, said = timed([*before, sys.executable, script, *options])
    return seconds, json.loads(said.splitlines()[-1])


def jmh(jar, benches, *options, before=()):
    """Rows of JMH's report; `name(row)` tells them apart."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out.json"
        timed([*before, "java", "-jar", jar, benches, "-foe", "true", "-rf", "json", "-rff", out, *options])
        return json.loads(out.read_text())


def name(row, *parameters):
    """Method of a row and the values of some of its parameters, such as `fused FP32`."""
    return " ".join([row["benchmark"].split(".")[-1], *(row["params"][p] for p in parameters if p in row["params"])])


def best(row):
    """The shortest of a row's single shots, as the twin takes the shortest of its rounds."""
    return min(value for fork in row["primaryMetric"]["rawData"] for value in fork)


def in_turns(count, *sides):
    """Runs the sides count times, in the other order every second time; each gives a dict of values. A dict a round."""
    rounds = []
    for number in range(count):
        one = {}
        for side in sides if number % 2 == 0 else reversed(sides):
            one |= side()
        print(f"round {number + 1} of {count}: " + ", ".join(f"{k} {v:.4g}" for k, v in sorted(one.items())), flush=True)
        rounds.append(one)
    return rounds


def table(rounds, ratios):
    """Lines of Markdown: the median of each ratio, its spread, and the two values of the last round."""
    lines = ["| ratio | median | from | to | asked for | last round |", "|---|---|---|---|---|---|"]
    for r in ratios:
        each = [one[r.above] / one[r.below] for one in rounds]
        last = rounds[-1]
        wanted = "" if r.wanted is None else f"{r.wanted:g}"
        lines.append(f"| {r.name} | {statistics.median(each):.2f} | {min(each):.2f} | {max(each):.2f} | {wanted} "
                     f"| {last[r.above]:.4g} / {last[r.below]:.4g} {r.unit} |")
    return lines


def environment(threads):
    """Lines on Graft, Java, the processor and Python's side."""
    _, ours = timed([ROOT / "examples/catdog", "--environment", "--threads", threads])
    versions = [f"{p} {importlib.metadata.version(p)}" for p in ("torch", "torchvision", "pillow", "numpy")]
    return ["```", *ours.strip().splitlines(), f"{'python':10} {sys.version.split()[0]}, {', '.join(versions)}", "```"]


def flags():
    """The processor's instructions that matter here, as Linux spells them; empty elsewhere."""
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    words = set(cpuinfo.read_text().split()) if cpuinfo.exists() else set()
    return [f for f in ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_bf16", "amx_int8") if f in words]


def write(report, title, script, text, lines, given, load):
    """Puts the section of that title into the report, in the place of an earlier one of that title and processor."""
    heading = f"## {title} ({' '.join(flags()) or 'unknown processor'})"
    section = [heading, "", f"{time.strftime('%Y-%m-%d')}, `bench/compare/{script}`, alternating rounds: {given.rounds}, {given.threads} "
               f"threads, load {load:.1f} before the first. {text}", "", *lines, "", *environment(given.threads)]
    before = report.read_text() if report.exists() else INTRODUCTION
    parts = before.rstrip("\n").split("\n\n## ")
    parts = [parts[0]] + [p for p in parts[1:] if p.splitlines()[0] != heading[3:]] + ["\n".join(section)[3:]]
    report.write_text("\n\n## ".join(parts) + "\n")
    print("\n".join(section))
