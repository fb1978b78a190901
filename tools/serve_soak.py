#!/usr/bin/env python3
"""A soak of `graft serve`: clients that ask, clients that vanish, and a model that is replaced every minute. Nothing may be lost, and the memory stays.

    tools/serve_soak.py --models ONE.pt OTHER.pt --pictures DIR [--minutes 30] [--clients 8] [--report bench/soak.md]

The models have the same classes. The server is a process of its own (--reload, -Xmx256m); the clients are threads of this one. A picture's label must be what
one of the models says of it when it is asked alone, before the soak. Each twelfth client vanishes: within its upload, or before its answer. Ends with
status 1 when an answer is lost, wrong or refused, or when the resident memory of the last third is more than 2% above that of the second."""
import argparse, http.client, json, os, pathlib, random, shutil, signal, socket, statistics, subprocess, sys, tempfile, threading, time

ROOT = pathlib.Path(__file__).resolve().parents[1]
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--models", type=pathlib.Path, nargs=2, required=True)
parser.add_argument("--pictures", type=pathlib.Path, required=True, help="a folder of JPEGs")
parser.add_argument("--minutes", type=float, default=30)
parser.add_argument("--clients", type=int, default=8)
parser.add_argument("--swap", type=float, default=60, help="seconds between two models (%(default)s)")
parser.add_argument("--report", type=pathlib.Path, default=ROOT / "bench/soak.md")
given = parser.parse_args()
pictures = [p.read_bytes() for p in sorted(given.pictures.rglob("*.jp*g"))[:48]]
counts = dict.fromkeys(("right", "wrong", "lost", "refused", "vanished in the upload", "vanished before the answer", "models replaced"), 0)
lock, over = threading.Lock(), threading.Event()
expected = [set() for _ in pictures]
faults, memory = [], []


def count(what, why=None):
    with lock:
        counts[what] += 1
        if why and len(faults) < 20:
            faults.append(f"{what}: {why}")


def start(model):
    command = [ROOT / "graft", "serve", model, "--port", "0", "--reload", "--json"]
    server = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env={**os.environ, "JAVA_TOOL_OPTIONS": "-Xmx256m"})
    address = json.loads(server.stdout.readline())["address"].removeprefix("http://").split(":")
    return server, (address[0], int(address[1]))


def ask(connection, picture):
    connection.request("POST", "/v1/predict", picture, {"Content-Type": "image/jpeg"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def learn(address):
    """What the model that is served says of each picture."""
    connection = http.client.HTTPConnection(*address, timeout=60)
    for i, picture in enumerate(pictures):
        status, body = ask(connection, picture)
        if status != 200:
            sys.exit(f"soak: picture {i} of {given.pictures}: {body}")
        expected[i].add(json.loads(body)["predictions"][0]["label"])
    connection.close()


def vanish(address, picture, chance):
    with socket.create_connection(address, timeout=60) as s:
        s.sendall(f"POST /v1/predict HTTP/1.1\r\nHost: {address[0]}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n".encode())
        if chance < 0.5:
            s.sendall(picture[: len(picture) // 2])
            return count("vanished in the upload")
        s.sendall(picture)
        count("vanished before the answer")


def client(address, seed):
    chance = random.Random(seed)
    connection = http.client.HTTPConnection(*address, timeout=60)
    while not over.is_set():
        i = chance.randrange(len(pictures))
        try:
            if chance.random() < 1 / 12:
                vanish(address, pictures[i], chance.random())
                continue
            status, body = ask(connection, pictures[i])
            if status != 200:
                count("refused", f"{status} {body[:200]}")
            elif json.loads(body)["predictions"][0]["label"] in expected[i]:
                count("right")
            else:
                count("wrong", body[:200])
        except (OSError, http.client.HTTPException) as e:
            count("lost", repr(e))
            connection.close()
            connection = http.client.HTTPConnection(*address, timeout=60)
    connection.close()


def resident(pid):
    line = next(l for l in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if l.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def put(model, place):
    part = place.with_suffix(".part")
    shutil.copyfile(model, part)
    os.replace(part, place)


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="soak"))
    served = folder / "model.pt"
    for model in reversed(given.models):
        put(model, served)
        server, address = start(served)
        learn(address)
        if model != given.models[0]:
            server.send_signal(signal.SIGTERM)
            server.wait()
    threads = [threading.Thread(target=client, args=(address, n)) for n in range(given.clients)]
    begun = time.time()
    for t in threads:
        t.start()
    swapped, which = begun, 0
    while time.time() - begun < given.minutes * 60:
        time.sleep(5)
        memory.append((time.time() - begun, resident(server.pid)))
        if time.time() - swapped >= given.swap:
            swapped, which = time.time(), 1 - which
            put(given.models[which], served)
            count("models replaced")
    over.set()
    for t in threads:
        t.join()
    seconds = time.time() - begun
    connection = http.client.HTTPConnection(*address, timeout=60)
    connection.request("GET", "/metrics")
    told = [l for l in connection.getresponse().read().decode().splitlines() if l.startswith(("graft_pictures_total", "graft_refused_total"))]
    server.send_signal(signal.SIGTERM)
    server.wait(120)
    errors = "\n".join(l for l in server.stderr.read().splitlines() if not l.startswith("Picked up JAVA_TOOL_OPTIONS"))
    shutil.rmtree(folder)
    report(seconds, told, errors, server.returncode)


def report(seconds, told, errors, status):
    third = len(memory) // 3
    second, last = (statistics.median(m for _, m in part) for part in (memory[third: 2 * third], memory[2 * third:]))
    growth = last / second - 1
    minutes = [f"{t / 60:.0f} min {m:.0f} MB" for t, m in memory[:: max(1, len(memory) // 10)]]
    good = counts["wrong"] + counts["lost"] + counts["refused"] == 0 and growth <= 0.02 and status == 143 and not errors
    lines = ["# A soak of graft serve", "", f"{time.strftime('%Y-%m-%d')}, `tools/serve_soak.py`, {seconds / 60:.1f} minutes, {given.clients} clients, "
             f"{os.cpu_count()} cores, clients on the same machine: " + ("passed." if good else "**failed.**"), "",
             "| what | how many |", "|---|---|", *(f"| {k} | {v} |" for k, v in counts.items()), "",
             f"Resident memory, median of the second third {second:.0f} MB, of the last {last:.0f} MB ({growth:+.1%}): " + ", ".join(minutes) + ".", "",
             "The server's own counts: " + "; ".join(told) + f". It ended with status {status}." + (f" It said: {errors[:500]}" if errors else ""),
             *(["", *faults] if faults else [])]
    given.report.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
