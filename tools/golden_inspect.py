"""Perceptual hashes (pHash) of greys that an integer formula draws, computed with scipy's cosine transform."""
import numpy
from scipy.fftpack import dct


def greys(seed):
    """32 x 32 numbers of 0..255: waves and a little noise, in integers."""
    y, x = numpy.mgrid[0:32, 0:32].astype(numpy.int64)
    return (x * (seed * 7 % 13 + 1) + y * (seed * 5 % 11 + 1) + x * y * (seed % 3) // 4 + (x * 31 + y * 57 + seed * 91) % 23) % 256


def phash(pixels):
    """As in the package ImageHash: 8 x 8 lowest frequencies, above their median; the first frequency is the lowest bit."""
    low = dct(dct(pixels.astype(float), axis=0), axis=1)[:8, :8]
    bits = (low > numpy.median(low)).flatten()
    return sum(1 << i for i, bit in enumerate(bits) if bit)


def make(folder):
    rows = [f"{seed}\t{phash(greys(seed)):016x}" for seed in range(40)]
    (folder / "phash.tsv").write_text("\n".join(rows) + "\n")
