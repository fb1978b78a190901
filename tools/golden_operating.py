"""Golden values of ROC-AUC with DeLong's interval, operating points by sensitivity, and Wilson's intervals. Written from the definitions, pair by pair, in
another way than Graft's: no sorting, and Wilson's interval as the roots of |p - q| = z sqrt(q (1 - q) / n) found by bisection."""
import json, statistics
import numpy as np
from sklearn import metrics as m

Z = statistics.NormalDist().inv_cdf(0.975)
WANTED = [0.5, 0.8, 0.9, 0.95, 1.0]


def cases():
    """Logits are multiples of 1/64; a coarse step gives ties."""
    for name, seed, n, share, signal, step in [("even", 1, 60, 0.5, 1.0, 1), ("rare", 2, 200, 0.08, 2.0, 1), ("ties", 3, 120, 0.3, 1.0, 96),
                                               ("useless", 4, 80, 0.4, 0.0, 1), ("perfect", 5, 30, 0.3, 8.5, 1), ("inverted", 6, 50, 0.5, -2.0, 1)]:
        r = np.random.RandomState(seed)
        labels = (np.arange(n) < round(share * n)).astype(int)
        logits = r.randint(-128, 129, (n, 2))
        logits[:, 1] += (signal * 64 * labels).astype(int)
        yield name, labels, (logits // step * step) / 64, 1
    r = np.random.RandomState(7)
    labels = r.randint(0, 3, 90)
    logits = r.randint(-128, 129, (90, 3))
    logits[np.arange(90), labels] += 70
    yield "three", labels, logits / 64, 2


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def delong(inside, outside):
    """The matrix of all pairs: its mean, and the variances of the means of its rows and columns."""
    pairs = (inside[:, None] > outside[None]) + 0.5 * (inside[:, None] == outside[None])
    error = np.sqrt(pairs.mean(1).var(ddof=1) / len(inside) + pairs.mean(0).var(ddof=1) / len(outside))
    return pairs.mean(), error


def wilson(count, n):
    if n == 0:
        return [None, None]
    q = count / n
    excess = lambda p: abs(p - q) - Z * (p * (1 - p) / n) ** 0.5

    def root(inner, outer):
        if excess(outer) <= 0:  # q itself is the bound
            return outer
        for _ in range(200):
            middle = (inner + outer) / 2
            inner, outer = (middle, outer) if excess(middle) <= 0 else (inner, middle)
        return inner

    return [float(f"{root(q, 0.0):.12g}"), float(f"{root(q, 1.0):.12g}")]


def point(y, p, threshold):
    called = p >= threshold
    tp, fn, fp, tn = (int(n.sum()) for n in (called & y, ~called & y, called & ~y, ~called & ~y))
    return {"threshold": float(f"{threshold:.13g}"), "counts": [tp, fn, tn, fp],
            "wilson": [wilson(tp, tp + fn), wilson(tn, tn + fp), wilson(tp, tp + fp), wilson(tn, tn + fn)]}


def golden(name, labels, logits, positive):
    p, y = softmax(logits)[:, positive], labels == positive
    score = logits[:, 1] - logits[:, 0] if logits.shape[1] == 2 else p
    area, error = delong(score[y], score[~y])
    assert np.isclose(area, m.roc_auc_score(y, score), rtol=1e-12), name
    points = []
    for wanted in WANTED:
        # every threshold that changes anything, from the highest on
        threshold = next(t for t in sorted(set(p), reverse=True) if (p[y] >= t).mean() >= wanted)
        points.append({"wanted": wanted, **point(y, p, threshold)})
    gaps = np.diff(np.sort(p))
    assert ((gaps == 0) | (gaps > 1e-9)).all(), name  # equal on every machine, or far apart
    return {"name": name, "positive": positive, "labels": labels.tolist(), "logits": logits.tolist(),
            "area": float(f"{area:.13g}"), "error": float(f"{error:.12g}"), "points": points}


def make(folder):
    (folder / "cases.jsonl").write_text("\n".join(json.dumps(golden(*c), separators=(",", ":")) for c in cases()) + "\n")
