#!/usr/bin/env python3
"""Runs a model that Graft exported in Python and compares: python tools/check_export.py OUT... DATA

Each OUT is CatDog's --out folder (model.pt, predictions.csv), DATA the folder of pictures (or OUT/drawn). Every picture of
predictions.csv is decoded by Pillow, prepared by torchvision as extra/graft.json says, and named by torch.jit.load(model.pt).
Exits 1 when a name differs or a probability by more than 1e-3."""
import csv, json, pathlib, sys
import torch, torchvision
from PIL import Image


def check(out, data):
    """Prints how many pictures were compared and how many are named otherwise; whether all are well."""
    extra = {"graft.json": ""}
    model = torch.jit.load(str(out / "model.pt"), map_location="cpu", _extra_files=extra)
    card = json.loads(extra["graft.json"])
    assert not model.training
    resize, norm = card["preprocessing"]["resize"], card["preprocessing"]["normalization"]
    prepare = torchvision.transforms.Compose([
        torchvision.transforms.Resize((resize["height"], resize["width"])),
        torchvision.transforms.ToTensor(),
        torchvision.transforms.Normalize(norm["mean"], norm["std"]),
    ])
    rows = list(csv.reader((out / "predictions.csv").open(newline="", encoding="utf-8")))[1:]
    bad = 0
    with torch.no_grad():
        for i in range(0, len(rows), 32):
            part = rows[i : i + 32]
            x = torch.stack([prepare(Image.open(data / r[0]).convert("RGB")) for r in part])
            p = model(x).softmax(1)
            for row, q in zip(part, p):
                gap = max(abs(float(a) - b) for a, b in zip(row[3:], q.tolist()))
                if card["classes"][int(q.argmax())] != row[2] or gap > 1e-3:
                    bad += 1
                    print(f"{row[0]}: Graft says {row[2]} {row[3:]}, Python {card['classes'][int(q.argmax())]} {q.tolist()}")
    print(f"{len(rows)} pictures, {bad} named otherwise")
    return rows and not bad


*outs, data = map(pathlib.Path, sys.argv[1:])
sys.exit(not outs or not all([check(out, data) for out in outs]))
