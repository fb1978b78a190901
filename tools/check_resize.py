#!/usr/bin/env python3
"""Resizes with Pillow what a test of Graft resized, and prints the SHA-256 of each result:

  python tools/check_resize.py JOBS

JOBS holds for each job a line "filter width height channels left top right bottom to_width to_height" and the pixels."""
import hashlib, sys
from PIL import Image

with open(sys.argv[1], "rb") as jobs:
    while line := jobs.readline():
        name, *numbers = line.decode().split()
        w, h, channels = map(int, numbers[:3])
        box = tuple(map(float, numbers[3:7]))
        to = tuple(map(int, numbers[7:]))
        mode = {1: "L", 3: "RGB", 4: "RGBA"}[channels]
        image = Image.frombytes(mode, (w, h), jobs.read(w * h * channels))
        print(hashlib.sha256(image.resize(to, getattr(Image, name), box=box).tobytes()).hexdigest())
