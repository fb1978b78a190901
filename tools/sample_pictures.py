#!/usr/bin/env python3
"""Draws the two picture files of PreprocessingSample (src/main/resources/dev/graft/image). A model's card has a checksum of their pixels, so
they never change: other files need another number in PreprocessingSample.

  python tools/sample_pictures.py FOLDER
"""
import pathlib, sys
import numpy as np
from PIL import Image


def drawn(width, height):
    """Waves of several lengths and colours, with edges, uint8 [height, width, 3]."""
    y, x, c = np.ogrid[:height, :width, :3]
    waves = np.sin(x / (9.0 + 14 * c) + y / 31.0) + np.cos(y / (23.0 - 6 * c) - x / 57.0)
    tiles = ((x // 64 + y // 48 + c) % 3) * 36
    return (110 + 34 * waves + tiles - 30).clip(0, 255).astype(np.uint8)


folder = pathlib.Path(sys.argv[1])
exif = Image.Exif()
exif[0x0112] = 6  # turned by 90 degrees, for models that turn pictures upright
Image.fromarray(drawn(500, 450)).save(folder / "sample.jpg", quality=70, exif=exif)
Image.fromarray(drawn(97, 61)).quantize(64).save(folder / "sample.png", transparency=3)
