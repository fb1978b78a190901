"""Golden values of fitted heads: the probabilities of scikit-learn's LogisticRegression, at the same penalty, on features that are multiples
of 1/64, so that they are exact in float32 and in text. Centring and the one scale are made here in NumPy.
With two classes scikit-learn's penalty is on one row of weights, the difference of the two here: that is half as much, so C is twice as large."""
import json, pathlib
import numpy as np
from sklearn.linear_model import LogisticRegression


def drawn(seed, pictures, width, classes, signal):
    r = np.random.RandomState(seed)
    labels = np.arange(pictures) * 5 % 7 % classes
    centers = r.randint(-64, 65, (classes, width)) * signal
    spread = r.randint(8, 193, width)  # other variances
    x = np.rint(centers[labels] + r.standard_normal((pictures, width)) * spread + 100)
    return x / 64, labels


def cases():
    yield "two", *drawn(1, 60, 5, 2, 0.6), [100, 3, 0.05]
    yield "three", *drawn(2, 70, 8, 3, 0.6), [300, 8, 0.1]
    yield "wide", *drawn(3, 30, 48, 4, 0.4), [48, 1]
    yield "seven", *drawn(4, 140, 12, 7, 0.8), [12]


def probabilities(x, y, penalty):
    centered = x - x.mean(0)
    scaled = centered / np.sqrt((centered**2).mean())
    c = (2 if len(set(y)) == 2 else 1) / penalty
    return LogisticRegression(C=c, tol=1e-12, max_iter=100_000).fit(scaled, y).predict_proba(scaled)


def make(folder: pathlib.Path):
    lines = []
    for name, x, y, penalties in cases():
        fits = [{"penalty": p, "probabilities": np.round(probabilities(x, y, p), 7).tolist()} for p in penalties]
        lines.append(json.dumps({"name": name, "features": x.tolist(), "labels": y.tolist(), "fits": fits}, separators=(",", ":")))
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n")
