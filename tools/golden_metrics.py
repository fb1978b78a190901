"""Golden values of the metrics: what scikit-learn gives for logits that are multiples of 1/64, so that they are exact in float32 and in text.
What scikit-learn has not (expected calibration error, means that leave out classes) is written here in NumPy.
Values have 13 digits: NumPy's exp differs in the last one from processor to processor."""
import json, pathlib, warnings
import numpy as np
from sklearn import metrics as m

BINS = 15


def drawn(seed, labels, classes, signal, spread=192):
    """Logits of a classifier that is right the more often the greater the signal."""
    logits = np.random.RandomState(seed).randint(-spread, spread + 1, (len(labels), classes))
    logits[np.arange(len(labels)), labels] += int(signal * 64)
    return np.array(labels), logits / 64


def cases():
    yield "two", *drawn(1, [i * 7 % 11 % 2 for i in range(40)], 2, 1)
    yield "five", *drawn(2, [i % 5 for i in range(60)], 5, 1.5)
    yield "imbalanced", *drawn(3, [0] * 92 + [1] * 6 + [2] * 2, 3, 1.5)
    labels, logits = drawn(4, [i % 3 for i in range(45)], 5, 1.5)
    logits[:, 4] -= 20  # no sample has class 3 or 4, and 4 is never predicted either
    yield "without_samples", labels, logits
    yield "one_label", *drawn(5, [0] * 12, 2, 1)
    yield "perfect", *drawn(6, [i % 4 for i in range(24)], 4, 8)
    yield "all_wrong", *drawn(7, [i % 4 for i in range(24)], 4, -8)
    labels, logits = drawn(8, [i % 2 for i in range(60)], 2, 1)
    yield "two_ties", labels, np.round(logits)
    # Each row stands many times: ties of the samples of a class. In each second one two classes share the greatest logit.
    pool = drawn(9, [0, 1, 2, 3, 0, 1, 2, 3], 4, 1)[1]
    pool[::2, 1] = pool[::2, 2] = pool[::2].max(1)
    yield "ties", np.array([(i % 8 + i // 8 * (i % 3)) % 4 for i in range(64)]), pool[np.arange(64) % 8]
    yield "many", *drawn(10, [i * 5 % 17 % 6 for i in range(600)], 6, 2)


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def top_k(y, z, k):
    """scikit-learn ranks the last of equal logits first, so the columns are turned round to rank the first of them first."""
    classes = z.shape[1]
    if k >= classes:
        return 1.0
    if classes == 2:
        return m.accuracy_score(y, z.argmax(1))
    return m.top_k_accuracy_score(classes - 1 - y, z[:, ::-1], k=k, labels=list(range(classes)))


def ece(y, z, p):
    confidence, right = p.max(1), z.argmax(1) == y
    total = 0
    for b in range(BINS):
        inside = (confidence > b / BINS) & (confidence <= (b + 1) / BINS)
        if inside.any():
            total += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return total


def brier(y, p):
    return ((p - np.eye(p.shape[1])[y]) ** 2).sum(1).mean()


def ranked(y, z, p):
    """The scores that rank the samples of each class, and ROC-AUC and average precision by them."""
    scores = np.stack([z[:, 0] - z[:, 1], z[:, 1] - z[:, 0]], 1) if z.shape[1] == 2 else p
    for column in scores.T:  # equal scores are equal on every machine, others are far apart
        gaps = np.diff(np.sort(column))
        assert ((gaps == 0) | (gaps > 1e-13)).all(), gaps[(gaps != 0) & (gaps <= 1e-13)]
    auc, ap = [], []
    for c in range(z.shape[1]):
        auc.append(m.roc_auc_score(y == c, scores[:, c]))
        ap.append(m.average_precision_score(y == c, scores[:, c]) if (y == c).any() else np.nan)
    return np.array(auc), np.array(ap)


def mean(values):
    return values[1] if len(values) == 2 else np.nanmean(values)


def wholes(y, z, p, auc, ap):
    labels, predicted = list(range(z.shape[1])), z.argmax(1)
    macro = dict(average="macro", zero_division=0)
    return {
        "accuracy": m.accuracy_score(y, predicted),
        "top1_accuracy": top_k(y, z, 1),
        "top2_accuracy": top_k(y, z, 2),
        "top3_accuracy": top_k(y, z, 3),
        "loss": m.log_loss(y, p, labels=labels),
        "macro_precision": m.precision_score(y, predicted, **macro),
        "macro_recall": m.recall_score(y, predicted, **macro),
        "macro_f1": m.f1_score(y, predicted, **macro),
        "balanced_accuracy": m.balanced_accuracy_score(y, predicted),
        "cohen_kappa": m.cohen_kappa_score(y, predicted),
        "roc_auc": mean(auc),
        "average_precision": mean(ap),
        "ece": ece(y, z, p),
        "brier": brier(y, p),
    }


def check(name, y, z, p, values):
    """What is written here in NumPy equals scikit-learn where both have it."""
    labels = list(range(z.shape[1]))
    assert np.isclose(values["brier"], m.brier_score_loss(y, p, labels=labels, scale_by_half=False), rtol=1e-13)
    if len(labels) == 2:
        assert np.isclose(values["brier"], 2 * m.brier_score_loss(y, p[:, 1], pos_label=1), rtol=1e-13)
    elif len(set(y)) == len(labels):
        assert np.isclose(values["roc_auc"], m.roc_auc_score(y, p, multi_class="ovr"), rtol=1e-13)
        assert np.isclose(values["average_precision"], m.average_precision_score(y, p), rtol=1e-13)
    assert values["top1_accuracy"] == values["accuracy"]
    assert name not in ("two", "five", "many") or 0.3 < values["accuracy"] < 0.95, values


def known(y, z, p, wanted):
    """Of all thresholds between two confidences, the one with the most answers whose accuracy is at least the wanted one: its answers and how
    many are right; None if there is none."""
    confidence, right = p.max(1), z.argmax(1) == y
    best = None
    for least in np.unique(confidence):
        answered = confidence >= least
        if right[answered].mean() >= wanted and (best is None or answered.sum() > best[0]):
            below = confidence[~answered]
            best = [int(answered.sum()), int(right[answered].sum()), float(f"{(least + below.max()) / 2 if len(below) else 0:.13g}")]
    return best


def plain(values):
    return [None if np.isnan(v) else float(f"{v:.13g}") for v in map(float, values)]


def golden(name, y, z):
    p, predicted, labels = softmax(z), z.argmax(1), list(range(z.shape[1]))
    auc, ap = ranked(y, z, p)
    whole = wholes(y, z, p, auc, ap)
    check(name, y, z, p, whole)
    precision, recall, f1, support = m.precision_recall_fscore_support(y, predicted, labels=labels, zero_division=0)
    classes = {"precision": precision, "recall": recall, "f1": f1, "support": support, "roc_auc": auc, "average_precision": ap}
    return {
        "name": name,
        "labels": y.tolist(),
        "logits": z.tolist(),
        "confusion": m.confusion_matrix(y, predicted, labels=labels).tolist(),
        "values": dict(zip(whole, plain(whole.values()))),
        "classes": {k: plain(v) for k, v in classes.items()},
        "known": {str(w): known(y, z, p, w) for w in (0.5, 0.8, 0.95, 1.0)},
    }


def make(folder: pathlib.Path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a value is not defined, or a class has no sample
        lines = [json.dumps(golden(*case), separators=(",", ":")) for case in cases()]
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n")
