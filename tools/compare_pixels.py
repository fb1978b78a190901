#!/usr/bin/env python3
"""Compares Graft's pixels with Pillow's and torchvision's for every picture under a folder.

  mvn -q -B -pl src -am test-compile dependency:build-classpath -Dmdep.outputFile=../target/classpath -Dmdep.includeScope=test
  java -cp target/classes:target/test-classes:$(cat target/classpath) dev.graft.image.PixelHashes FOLDER > target/pixels.tsv
  python tools/compare_pixels.py FOLDER target/pixels.tsv

Exits 1 and names the first that differ. Needs torchvision and Pillow 13 or later (older ones resize tall pictures otherwise).
"""
import hashlib, pathlib, sys
from PIL import Image
from torchvision import transforms as T

folder, hashes = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
steps = {"decode": lambda i: i, "stretch": T.Resize((224, 224)), "crop": T.Compose([T.Resize(256), T.CenterCrop(224)])}
differ, count = {name: [] for name in steps}, 0
for line in hashes.read_text(encoding="utf-8").splitlines():
    path, *ours = line.split("\t")
    count += 1
    try:
        picture = Image.open(folder / path).convert("RGB")
    except Exception:
        theirs = ["refused"] * len(steps)
    else:
        theirs = [hashlib.sha256(step(picture).tobytes()).hexdigest() for step in steps.values()]
    for name, our, their in zip(steps, ours, theirs):
        if our != their:
            differ[name].append(path)
for name, paths in differ.items():
    print(f"{name}: {count - len(paths)} of {count} equal", *paths[:5])
sys.exit(any(differ.values()) or not count)
