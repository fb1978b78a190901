"""Golden values of the metrics of multi-label models: what scikit-learn gives for logits that are multiples of 1/64, so that they are
exact in float32 and in text. A label is predicted where the sigmoid of its logit is above its threshold.
Values have 13 digits: NumPy's exp differs in the last one from processor to processor."""
import json, pathlib, warnings
import numpy as np
from sklearn import metrics as m


def drawn(seed, samples, shares, signal):
    """Labels of these shares, and logits that are higher the greater the signal where a sample has the label."""
    random = np.random.RandomState(seed)
    has = random.rand(samples, len(shares)) < np.array(shares)
    logits = random.randint(-128, 129, has.shape) + np.where(has, 1, -1) * int(64 * signal)
    return has, logits / 64


def cases():
    even = lambda n: [0.5] * n
    yield "three", *drawn(1, 40, [0.5, 0.3, 0.6], 1), even(3)
    yield "two", *drawn(2, 30, [0.4, 0.7], 0.5), even(2)
    yield "thresholds", *drawn(3, 60, [0.5, 0.2, 0.1, 0.8], 0.7), [0.3, 0.6, 0.05, 0.9]
    has, logits = drawn(4, 25, [0.5, 0.0, 0.4, 1.0], 1)  # no sample has label 1, all have label 3
    logits[:, 1] -= 10  # and label 1 is never predicted
    yield "without_samples", has, logits, even(4)
    has, logits = drawn(5, 50, [0.4, 0.5, 0.3], 1)
    yield "ties", has, np.round(logits), even(3)  # a logit of 0 is not above 0.5
    yield "perfect", *drawn(6, 20, [0.5, 0.5], 8), even(2)
    has, logits = drawn(7, 20, [0.5, 0.5], 1)
    yield "nothing_predicted", has, logits - 20, even(2)
    yield "many", *drawn(8, 150, [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.02], 0.8), even(8)


def plain(values):
    return [None if np.isnan(v) else float(f"{v:.13g}") for v in map(float, values)]


def golden(name, has, logits, thresholds):
    p = 1 / (1 + np.exp(-logits))
    given = p > np.array(thresholds)
    macro, micro = dict(average="macro", zero_division=0), dict(average="micro", zero_division=0)
    precision, recall, f1, support = m.precision_recall_fscore_support(has, given, average=None, zero_division=0)
    # by columns: scikit-learn's own means count a label without samples as 0, or are not defined
    some, mixed = has.any(0), has.any(0) & ~has.all(0)
    ap = np.array([m.average_precision_score(h, z) if s else np.nan for h, z, s in zip(has.T, logits.T, some)])
    auc = np.array([m.roc_auc_score(h, z) if s else np.nan for h, z, s in zip(has.T, logits.T, mixed)])
    if some.all():
        assert np.isclose(np.mean(ap), m.average_precision_score(has, logits, average="macro"), rtol=1e-13)
    if mixed.all():
        assert np.isclose(np.mean(auc), m.roc_auc_score(has, logits, average="macro"), rtol=1e-13)
    values = {
        "accuracy": m.accuracy_score(has, given),
        "loss": np.mean([m.log_loss(h, q, labels=[0, 1]) for h, q in zip(has.T, p.T)]),
        "macro_precision": m.precision_score(has, given, **macro),
        "macro_recall": m.recall_score(has, given, **macro),
        "macro_f1": m.f1_score(has, given, **macro),
        "micro_f1": m.f1_score(has, given, **micro),
        "hamming_loss": m.hamming_loss(has, given),
        "roc_auc": np.nanmean(auc),
        "average_precision": np.nanmean(ap),
    }
    labels = {"precision": precision, "recall": recall, "f1": f1, "support": support, "roc_auc": auc, "average_precision": ap}
    return {
        "name": name,
        "has": has.astype(int).tolist(),
        "logits": logits.tolist(),
        "thresholds": thresholds,
        "values": dict(zip(values, plain(values.values()))),
        "labels": {k: plain(v) for k, v in labels.items()},
    }


def make(folder: pathlib.Path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a value is not defined, or a label has no sample
        lines = [json.dumps(golden(*case), separators=(",", ":")) for case in cases()]
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n")
