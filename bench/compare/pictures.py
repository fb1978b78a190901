"""The pictures that the comparisons of recipes train on: those of a folder, and the same parts of them for every side."""
import random


def files(folder):
    return sorted(p for p in folder.glob("*/*") if p.suffix.lower() in (".jpg", ".jpeg", ".png"))


def drawn(pictures, fraction, seed):
    """That part of each class, two at least."""
    chosen = []
    for name in sorted({p.parent.name for p in pictures}):
        own = [p for p in pictures if p.parent.name == name]
        random.Random(seed).shuffle(own)
        chosen += own[: max(2, round(fraction * len(own)))]
    return sorted(chosen)
