#!/usr/bin/env python3
"""What several ranks must show that takes too long for every build: D1 to D6 of docs/scale.md, and the efficiency.

    tools/scale.py --weights resnet18.pth --data pictures [--append bench/scale.md] d1 d3 ...

Needs torch, for the comparison of weights and for torchrun. Prints tables in Markdown.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
GRAFT = str(ROOT / "graft")
LINES = []


def say(line=""):
    print(line, flush=True)
    LINES.append(line)


def clean(more=None):
    env = {k: v for k, v in os.environ.items() if not re.match("RANK|WORLD_SIZE|LOCAL_|MASTER_|SLURM_", k)}
    env.update(more or {})
    return env


def train(folder, *words, env=None):
    command = [GRAFT, "train", str(options.data), "--weights", str(options.weights), "--out", str(folder), "--cache", "off",
               "--no-report", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, env=clean(env))
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return folder


def events(folder):
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def d1(scratch):
    """Weights of 2, 3 and 4 ranks against those of one process."""
    import torch

    def state(folder):
        return torch.jit.load(str(folder / "model.pt")).state_dict()

    say("| D1 | 2 ranks | 3 ranks | 4 ranks |")
    say("|---|---|---|---|")
    for name, more in {"layer4 and head": ["--unfreeze", "layer4"], "head": []}.items():
        words = ["--recipe", "fast", "--epochs", 3, "--batch-size", 32, "--precision", "fp32", *more]
        one = state(train(scratch / f"d1-{len(more)}-1", *words))
        row = []
        for n in (2, 3, 4):
            other = state(train(scratch / f"d1-{len(more)}-{n}", "--ranks", n, *words))
            row.append(max((one[k].double() - other[k].double()).abs().max().item() for k in one))
        say(f"| {name}, largest difference of a weight | " + " | ".join(f"{d:.1e}" for d in row) + " |")
        assert max(row) <= 1e-5, row


def d2(scratch):
    """A Java rank 0 with a Python rank 1, against two Java ranks."""
    import numpy

    model = train(scratch / "d2", "--recipe", "fast", "--epochs", 1) / "model.pt"

    def results(*programs):
        port = free_port()
        files = [scratch / f"{'-'.join(p[0].rsplit('/')[-1] for p in programs)}-{r}" for r in range(2)]
        running = [subprocess.Popen([*p, str(model), str(f)],
                                    env=clean({"RANK": str(r), "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}))
                   for r, (p, f) in enumerate(zip(programs, files))]
        assert [p.wait() for p in running] == [0, 0]
        return [numpy.fromfile(f, "<f4").astype("f8") for f in files]

    java = ["java", "-cp", class_path(), str(ROOT / "tools/Peer.java")]
    both = results(java, java)
    mixed = results(java, [sys.executable, str(ROOT / "tools/peer.py")])
    assert (both[0] == both[1]).all()
    apart = max(abs(both[0] - m).max() for m in mixed)
    say(f"D2: layer4 and head, 6 steps, 5 + 7 pictures: Java with Python against Java with Java, largest difference of a weight {apart:.1e}")
    assert apart <= 1e-5, apart


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Ranks:
    """Processes of one world at an address, started one by one, as on several machines."""

    def __init__(self, scratch, name, count=3, timeout=5, port=None):
        self.folder = scratch / name
        self.folder.mkdir()
        self.timeout = timeout
        self.count = count
        self.port = port or free_port()
        self.all = []

    def start(self, rank, data, more=(), env=None, weights=None):
        number = len(self.all)
        variables = {"RANK": rank, "WORLD_SIZE": self.count, "LOCAL_RANK": rank, "LOCAL_WORLD_SIZE": self.count,
                     "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": self.port, **(env or {})}
        command = [GRAFT, "train", str(data), "--weights", str(weights or options.weights), "--out", str(self.folder / "run"),
                   "--cache", "off", "--no-report", "--rank-timeout", str(self.timeout), "--recipe", "reference",
                   "--statistics-of-each-rank", "--pixel-cache", "off", "--batch-size", "6", "--epochs", "200", *more]
        out, err = (open(self.folder / f"{number}.{kind}", "w") for kind in ("out", "err"))
        self.all.append(subprocess.Popen(command, stdout=out, stderr=err,
                                         env=clean({k: str(v) for k, v in variables.items()})))
        return self

    def begun(self):
        end = time.time() + 120
        while "Epoch 1/" not in (self.folder / "0.out").read_text():
            if time.time() > end or self.all[0].poll() is not None:
                raise SystemExit(f"{self.folder} did not begin: {(self.folder / '0.err').read_text()}")
            time.sleep(0.05)

    def ends(self, since, without=()):
        """Waits for all but some; gives seconds, exit statuses and first lines."""
        rows = []
        for i, p in enumerate(self.all):
            if i in without:
                continue
            try:
                p.wait(60)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
            rows.append((i, time.time() - since, p.returncode, (self.folder / f"{i}.err").read_text().split("\n")[0]))
        for p in self.all:
            if p.poll() is None:
                p.kill()
                p.wait()
        return rows


def small(scratch):
    """24 pictures to train and 4 to validate with."""
    place = scratch / "small"
    for part, n in (("train", 12), ("val", 2)):
        for label in sorted(p for p in (options.data / part).iterdir() if p.is_dir())[:2]:
            target = place / part / label.name
            target.mkdir(parents=True)
            for file in sorted(label.glob("*.jpg"))[:n]:
                shutil.copy(file, target)
    return place


def d3(scratch):
    """Eleven faults on three ranks."""
    import torch

    data = small(scratch)
    other = scratch / "other.pth"
    state = torch.load(options.weights, map_location="cpu", weights_only=True)
    state["conv1.weight"] = state["conv1.weight"] + 1
    torch.save(state, other)
    say("| D3, three ranks | s to the last exit | statuses | first line |")
    say("|---|---|---|---|")

    def judge(name, rows, pattern, most):
        worst = max(seconds for _, seconds, _, _ in rows)
        text = rows[0][3].replace("|", "/")
        for p in (str(scratch), str(options.data), str(options.weights)):
            text = text.replace(p, "...")
        text = re.sub(r"\S+ pid \d+", "HOST pid N", re.sub(r"\(\S+ pid \d+\)", "(HOST pid N)", text))
        say(f"| {name} | {worst:.1f} | {' '.join(str(r[2]) for r in rows)} | {text} |")
        bad = [r for r in rows if r[2] != 1 or not re.search(pattern, r[3])]
        if bad or worst > most:
            say(f"FAILED: {name}: {bad or worst}")

    def running(name, timeout=5):
        ranks = Ranks(scratch, name, timeout=timeout)
        for r in range(3):
            copy = scratch / f"{name}-data-{r}"
            shutil.copytree(data, copy)
            ranks.start(r, copy)
        ranks.begun()
        return ranks

    for name, victim in (("killed", 1), ("killed-0", 0)):
        ranks = running(name)
        since = time.time()
        ranks.all[victim].kill()
        judge(f"rank {victim} killed", ranks.ends(since, {victim}), rf"epoch \d+, step \d+: rank {victim} .*(stopped|ended)", 3)
    ranks = running("thrown")
    since = time.time()
    shutil.rmtree(scratch / "thrown-data-1/train")
    judge("rank 1 throws: its pictures are gone", ranks.ends(since), r"epoch \d+, step \d+: rank 1 ", 5)
    ranks = running("hang")
    since = time.time()
    ranks.all[1].send_signal(signal.SIGSTOP)
    judge("rank 1 hangs (timeout 5 s)", ranks.ends(since, {1}), r"epoch \d+, step \d+: rank 1 .*stopped answering", 8)

    def starting(name, title, pattern, most, *each, taken=False):
        port = None
        if taken:
            listener = socket.socket()
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            port = listener.getsockname()[1]
        ranks = Ranks(scratch, name, port=port)
        since = time.time()
        for rank, settings in enumerate(each):
            ranks.start(settings.pop("rank", rank), data, **settings)
        rows = ranks.ends(since)
        judge(title + ", from the start of the JVMs", rows, pattern, most)
        if taken:
            listener.close()

    start = 20  # a JVM's start on a busy machine
    starting("absent", "rank 2 absent (timeout 5 s)", "start: (rank 0 .* failed: )?rank 2 of 3 has not come", 8 + start, {}, {})
    starting("taken", "the port is taken", "start: rank", 8 + start, {}, {}, {}, taken=True)
    wrong = {"env": {"MASTER_ADDR": "nowhere.invalid"}}
    starting("host", "the host is unknown", "start: rank . .*found no rank 0 at nowhere", 8 + start, *[dict(wrong) for _ in range(3)])
    starting("doubled", "RANK 1 twice", "rank 1 is there twice", 3 + start, {}, {}, {"rank": 1})
    starting("size", "WORLD_SIZE 4 on rank 1", "has a WORLD_SIZE of|stopped answering", 3 + start, {}, {"env": {"WORLD_SIZE": 4}}, {})
    starting("plan", "another plan on rank 1", "handshake: rank 1 .*differs from rank 0 .* in the plan", 3 + start, {}, {"more": ["--lr", "0.5"]}, {})
    starting("weights", "other weights on rank 1 (types cannot differ: all are read as float32)",
             "handshake: rank 1 .* differs from rank 0 .* in the weights", 3 + start, {}, {"weights": other}, {})


def class_path():
    jar = max((p for p in (ROOT / "cli/target").glob("graft-cli-*.jar") if not re.search("sources|javadoc|tests", p.name)),
              key=lambda p: p.stat().st_mtime)
    return f"{jar}:{(ROOT / 'cli/target/classpath.txt').read_text().strip()}"


def d4(scratch):
    """Memory of 20,000 exchanges."""
    store = scratch / "d4"
    store.touch()
    ranks = [subprocess.Popen(["java", "-Xmx64m", "-cp", class_path(), str(ROOT / "tools/Collectives.java")], text=True,
                              stdout=subprocess.PIPE,
                              env=clean({"RANK": str(r), "WORLD_SIZE": "2", "LOCAL_RANK": str(r), "LOCAL_WORLD_SIZE": "2",
                                         "GRAFT_RANKS_FILE": str(store)})) for r in range(2)]
    grown = []
    for p in ranks:
        first, last = map(int, p.communicate()[0].split())
        assert p.returncode == 0
        grown.append((last - first) / 2**20)
    say(f"D4: 19,000 exchanges with -Xmx64m after the first 1,000: RSS {grown[0]:+.2f} and {grown[1]:+.2f} MB")
    assert max(grown) <= 2, grown


def d5(scratch):
    """torchrun, and its report of an error."""
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", "--no-python", f"--master-port={free_port()}"]

    def run(folder, *words):
        return subprocess.run([*torchrun, GRAFT, "train", str(small_data), "--weights", str(options.weights), "--cache", "off",
                               "--out", str(folder), "--no-report", *words], capture_output=True, text=True, env=clean())

    small_data = small(scratch)
    good = run(scratch / "torchrun", "--unfreeze", "layer4", "--epochs", "2", "--json")
    lines = good.stdout.strip().split("\n")
    say(f"D5: torchrun of two ranks: status {good.returncode}, {len(lines)} line on standard output, state "
        f"{json.loads(lines[0])['state'] if good.returncode == 0 else good.stderr[-500:]}")
    bad = run(scratch / "refused", "--unfreeze", "layer4", "--batch-size", "1")
    told = re.search(r"training: a batch of 1 pictures cannot be divided among 2 ranks", bad.stderr)
    report = re.search(r"Root Cause.*", bad.stderr, re.S)
    in_report = report and "cannot be divided among 2 ranks" in report.group(0)
    say(f"D5: a refused run: status {bad.returncode}, the message is {'' if told else 'NOT '}printed and "
        f"{'' if in_report else 'NOT '}in torchrun's report")


def d6(scratch):
    """JVMs that start together on a cold cache, and on torn files in it."""
    deaths = 0
    starts = 0
    for turn in range(options.rounds):
        cache = scratch / "natives"
        env = clean({"JAVA_TOOL_OPTIONS": f"-Dorg.bytedeco.javacpp.cachedir={cache}"})
        jvms = []
        for i in range(4):
            jvms.append(subprocess.Popen([GRAFT, "doctor", "--quiet"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            time.sleep(turn % 4 * 0.3)
        starts += 4
        deaths += sum(p.wait() not in (0, 1, 4) for p in jvms)
        library = next(cache.rglob("libtorch_cpu.so"))
        whole = library.stat().st_size
        for share in (0.01, 0.5, 0.99):
            with open(library, "r+b") as f:
                f.truncate(int(whole * share))
            p = subprocess.run([GRAFT, "doctor", "--quiet"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            starts += 1
            deaths += p.returncode not in (0, 1, 4) or library.stat().st_size != whole
        shutil.rmtree(cache)
    say(f"D6: {options.rounds} rounds, {starts} starts on a cold or torn cache, {deaths} deaths")
    assert deaths == 0


def efficiency(scratch):
    """Two ranks of one thread against one process of two, in pairs. For a quiet machine."""
    say("| efficiency, pictures a second of 2 ranks x 1 thread over 1 process x 2 threads | median | all pairs |")
    say("|---|---|---|")
    words = ["--recipe", "fast", "--epochs", 2, "--batch-size", 64, "--precision", options.precision, "--unfreeze", "layer4"]
    shares = {"frozen pass": [], "layer4": []}
    for turn in range(options.rounds):
        taken = {}
        for name, more in (("two", ["--ranks", 2, "--threads", 1]), ("one", ["--threads", 2])):
            told = events(train(scratch / f"{name}-{turn}", *words, *more))
            taken[name] = {
                "frozen pass": next(e["features_s"] for e in told if "features_s" in e),
                "layer4": min(e["train_s"] for e in told if "train_s" in e),
            }
        for what, values in shares.items():
            values.append(taken["one"][what] / taken["two"][what])
    for what, values in shares.items():
        say(f"| {what}, {options.precision} | {statistics.median(values):.2f} | {' '.join(f'{v:.2f}' for v in values)} |")


PARTS = {f.__name__: f for f in (d1, d2, d3, d4, d5, d6, efficiency)}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="a folder with train and val")
    parser.add_argument("--rounds", type=int, default=5, help="of d6 and efficiency")
    parser.add_argument("--precision", default="fp32", help="of efficiency")
    parser.add_argument("--append", type=pathlib.Path, help="a file that gets what is printed")
    parser.add_argument("parts", nargs="+", choices=PARTS)
    options = parser.parse_args()
    options.weights, options.data = options.weights.resolve(), options.data.resolve()
    subprocess.run([GRAFT, "--version"], check=True)  # builds, if need be
    for part in options.parts:
        with tempfile.TemporaryDirectory() as scratch:
            PARTS[part](pathlib.Path(scratch))
        say()
    if options.append:
        with open(options.append, "a") as f:
            f.write("\n".join(LINES))
