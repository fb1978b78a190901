"""Golden values of the samplers: the samples that torch.utils.data.WeightedRandomSampler draws in three epochs, one after the other, from one
generator, and the SHA-256 of the generator's state behind them. A sample's weight is its class's, or 1 / the size of its class (balanced)."""
import hashlib, json, pathlib
import torch
from torch.utils.data import WeightedRandomSampler

EPOCHS = 3


def labels(counts):
    return [c for c, n in enumerate(counts) for _ in range(n)]


def cases():
    yield "balanced", 1, [5, 5], None
    yield "balanced", 7, [30, 9, 1], None
    yield "balanced", 2, [1], None
    yield "weighted", 3, [6, 6], [2.0, 1.0]
    yield "weighted", 11, [20, 5, 3], [0.25, 3.0, 17.5]


def make(folder: pathlib.Path):
    lines = []
    for kind, seed, counts, of_class in cases():
        weights = [1 / counts[c] if of_class is None else of_class[c] for c in labels(counts)]
        generator = torch.Generator().manual_seed(seed)
        sampler = WeightedRandomSampler(weights, len(weights), replacement=True, generator=generator)
        epochs = [list(sampler) for _ in range(EPOCHS)]
        state = hashlib.sha256(bytes(generator.get_state().tolist())).hexdigest()
        lines.append(json.dumps({"kind": kind, "seed": seed, "labels": labels(counts), "weights": of_class, "epochs": epochs, "state": state},
                                separators=(",", ":")))
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n")
