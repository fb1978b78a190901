"""Golden values of MixUp and CutMix: what torchvision.transforms.v2 makes of batches of multiples of 1/8, with lambda and the centre of the box
given in place of its random numbers. And quantiles of the Beta distributions that lambda is drawn from, by SciPy: the lower half, for they
are symmetric."""
import json, pathlib
from unittest import mock
import numpy as np
import torch
from scipy.stats import beta
from torchvision.transforms import v2

CLASSES = 3
SHARES = [i / 100 for i in range(1, 51)]
ALPHAS = [0.1, 0.2, 0.4, 0.8, 1.0, 2.5]


def batch(seed, pictures, height, width):
    r = np.random.RandomState(seed)
    images = torch.tensor(r.randint(-16, 17, (pictures, 3, height, width)) / 8, dtype=torch.float32)
    return images, torch.tensor(r.randint(0, CLASSES, pictures))


def mixed(kind, share, centre, images, labels):
    mix = kind(alpha=1.0, num_classes=CLASSES)
    mix._dist = mock.Mock(sample=lambda shape: torch.tensor(share, dtype=torch.double))
    drawn = iter(torch.tensor([c]) for c in centre)
    with mock.patch("torch.randint", lambda *a, **k: next(drawn)):
        return mix(images, labels)


def text(values):
    return [float(np.float32(v)) for v in values.flatten().tolist()]


def make(folder: pathlib.Path):
    lines = []
    for kind, share, centre, shape in [
        (v2.MixUp, 0.3, (), (3, 2, 3)),
        (v2.MixUp, 1.0, (), (2, 2, 2)),
        (v2.MixUp, 0.8125, (), (1, 2, 2)),
        (v2.MixUp, 1e-9, (), (4, 1, 2)),
        (v2.CutMix, 0.3, (4, 2), (3, 6, 8)),
        (v2.CutMix, 0.5, (0, 5), (2, 6, 5)),
        (v2.CutMix, 0.0, (2, 2), (2, 5, 5)),
        (v2.CutMix, 0.999, (3, 3), (2, 5, 5)),
        (v2.CutMix, 0.05, (6, 0), (2, 4, 7)),
        (v2.MixUp, 0.7, (), (3, 1, 2)),
    ]:
        images, labels = batch(len(lines), *shape)
        if len(lines) == 9:  # targets that are rows already
            labels = torch.tensor([[0.5, 0.25, 0.25], [1.0, 0.0, 1.0], [0.0, 0.0, 0.125]])
        mixed_images, targets = mixed(kind, share, centre, images, labels)
        lines.append(json.dumps({
            "kind": kind.__name__.lower(), "share": share, "centre": centre, "shape": list(images.shape), "labels": labels.tolist(),
            "images": text(images), "mixed": text(mixed_images), "targets": text(targets),
        }, separators=(",", ":")))
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n")
    quantiles = [json.dumps({"alpha": a, "shares": SHARES, "quantiles": [float(f"{q:.9g}") for q in beta.ppf(SHARES, a, a)]}, separators=(",", ":"))
                 for a in ALPHAS]
    (folder / "beta.jsonl").write_text("\n".join(quantiles) + "\n")
