"""Golden values of the losses: value and gradient for logits that are multiples of 1/8, in float64, the value with 10 digits and the gradient
with 10 decimals. Cross-entropy is torch.nn.CrossEntropyLoss. Focal loss of two classes is torchvision's sigmoid_focal_loss of the difference of
the logits, whose alpha weighs class 1 by alpha and class 0 by 1 - alpha; of more classes, and of soft rows, it is written here from the paper
(Lin et al., "Focal Loss for Dense Object Detection", 2017, equations 4 and 5). The balanced weights are scikit-learn's compute_class_weight."""
import json, pathlib
import numpy as np
import torch
from sklearn.utils.class_weight import compute_class_weight
from torchvision.ops import sigmoid_focal_loss

WEIGHTS = {2: [0.75, 0.25], 4: [1.0, 2.5, 0.5, 4.0]}


def drawn(seed, pictures, classes):
    r = np.random.RandomState(seed)
    logits = torch.tensor(r.randint(-24, 25, (pictures, classes)) / 8)
    soft = r.randint(0, 9, (pictures, classes)) + np.eye(classes)[0]
    soft = np.round(soft / soft.sum(1, keepdims=True) * 64) / 64
    soft[:, 0] += 1 - soft.sum(1)
    return logits, torch.tensor(r.randint(0, classes, pictures)), torch.tensor(soft)


def focal(logits, target, gamma, weights):
    """The mean over the pictures of -sum_c target_c alpha_c (1 - p_c)^gamma log p_c."""
    log_p = logits.log_softmax(1)
    rows = target if target.dim() == 2 else torch.nn.functional.one_hot(target, logits.shape[1])
    return -(rows * weights * (1 - log_p.exp()) ** gamma * log_p).sum(1).mean()


def line(name, loss, logits, target, **settings):
    at = logits.clone().requires_grad_()
    value = loss(at)
    value.backward()
    return json.dumps({
        "name": name, **settings, "logits": logits.tolist(), "target": target.tolist(),
        "loss": float(f"{value.item():.10g}"), "gradient": [[round(g, 10) + 0.0 for g in row] for row in at.grad.tolist()],
    }, separators=(",", ":"))


def cross_entropies():
    for classes in WEIGHTS:
        logits, hard, soft = drawn(classes, 7, classes)
        for kind, target in ("hard", hard), ("soft", soft):
            for smoothing in 0.0, 0.1, 1.0:
                for weights in None, WEIGHTS[classes]:
                    loss = torch.nn.CrossEntropyLoss(weight=None if weights is None else torch.tensor(weights, dtype=torch.double), label_smoothing=smoothing)
                    yield line(f"cross-entropy of {classes}, {kind}, {smoothing}, {weights}", lambda x: loss(x, target), logits, target,
                               loss_kind="crossentropy", smoothing=smoothing, weights=weights)


def focals():
    for gamma in 0.0, 0.5, 2.0, 5.0:
        logits, hard, soft = drawn(7, 6, 4)
        for kind, target in ("hard", hard), ("soft", soft):
            for weights in None, WEIGHTS[4]:
                w = torch.ones(4, dtype=torch.double) if weights is None else torch.tensor(weights, dtype=torch.double)
                yield line(f"focal of 4, {kind}, {gamma}, {weights}", lambda x: focal(x, target, gamma, w), logits, target,
                           loss_kind="focal", gamma=gamma, weights=weights)
        logits, hard, _ = drawn(8, 6, 2)
        for alpha, weights in (-1, None), (0.25, WEIGHTS[2]):
            yield line(f"focal of 2, torchvision's, {gamma}, {alpha}",
                       lambda x: sigmoid_focal_loss(x[:, 1] - x[:, 0], hard.double(), alpha, gamma, "mean"), logits, hard,
                       loss_kind="focal", gamma=gamma, weights=weights)
    # So sure that 1 - p is 0 in float32, where a power below 1 has no derivative; and as sure of the wrong class.
    logits, target = torch.tensor([[25.0, 0, 0], [0, 0, 25]]).double(), torch.tensor([0, 1])
    yield line("focal, sure", lambda x: focal(x, target, 0.5, torch.ones(3).double()), logits, target, loss_kind="focal", gamma=0.5, weights=None)


def balanced():
    for counts in [3, 3], [90, 9, 1], [1, 20, 300, 4]:
        labels = np.repeat(np.arange(len(counts)), counts)
        weights = compute_class_weight("balanced", classes=np.arange(len(counts)), y=labels)
        yield json.dumps({"counts": counts, "weights": [float(f"{w:.13g}") for w in weights]}, separators=(",", ":"))


def make(folder: pathlib.Path):
    (folder / "cases.jsonl").write_text("\n".join([*cross_entropies(), *focals()]) + "\n")
    (folder / "balanced.jsonl").write_text("\n".join(balanced()) + "\n")
