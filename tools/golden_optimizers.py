"""What torch.optim makes of a linear layer whose gradients are given, for OptimizersTest."""
import json
import torch

FEATURES, STEPS = 512, 24
KEPT = [1, 2, 3, 5, 8, 12, 13, 18, 24]  # steps done
HALVED = 12  # after this many steps the learning rate is halved
SHOWN = [0, 1, 6, 11, 500, 517, 1023]  # of the weight's values

ADAM = dict(beta1=0.9, beta2=0.999, eps=1e-8, weightDecay=0.0, amsgrad=False)
RMS = dict(alpha=0.99, eps=1e-8, momentum=0.0, centered=False, weightDecay=0.0)
SGD = dict(momentum=0.0, dampening=0.0, nesterov=False, weightDecay=0.0)
CASES = [
    ("sgd", 0.1, SGD),
    ("sgd", 0.05, SGD | dict(momentum=0.9)),
    ("sgd", 0.05, SGD | dict(momentum=0.9, dampening=0.5, weightDecay=0.01)),
    ("sgd", 0.05, SGD | dict(momentum=0.8, nesterov=True, weightDecay=0.1)),
    ("adam", 0.001, ADAM),
    ("adam", 0.01, ADAM | dict(beta1=0.8, beta2=0.95, eps=1e-3, weightDecay=0.1)),
    ("adam", 0.01, ADAM | dict(beta2=0.9, amsgrad=True)),
    ("adamw", 0.001, ADAM | dict(weightDecay=0.01)),
    ("adamw", 0.01, ADAM | dict(beta1=0.7, weightDecay=0.5)),
    ("adamw", 0.01, ADAM | dict(beta2=0.9, weightDecay=0.05, amsgrad=True)),
    ("rmsprop", 0.01, RMS),
    ("rmsprop", 0.002, RMS | dict(alpha=0.9, momentum=0.9, weightDecay=0.1)),
    ("rmsprop", 0.005, RMS | dict(eps=1e-4, centered=True)),
    ("rmsprop", 0.005, RMS | dict(alpha=0.8, momentum=0.5, centered=True, weightDecay=0.01)),
]
DECAYED_WEIGHTS_ONLY = [
    ("sgd", 0.05, SGD | dict(momentum=0.9, weightDecay=0.5)),
    ("adam", 0.01, ADAM | dict(weightDecay=0.5)),
    ("adamw", 0.01, ADAM | dict(weightDecay=0.5)),
    ("rmsprop", 0.01, RMS | dict(weightDecay=0.5)),
]


def gradient(step, i):
    """Of the weight's value i, or of the bias from 2 * FEATURES on; steps differ in size."""
    return ((step * 7 + i * 13) % 19 - 9) / 16 * (1 + step % 3)


def optimizer(kind, parameters, lr, p):
    common = dict(lr=lr, weight_decay=p["weightDecay"], foreach=False)
    if kind == "sgd":
        return torch.optim.SGD(parameters, momentum=p["momentum"], dampening=p["dampening"], nesterov=p["nesterov"], **common)
    if kind == "rmsprop":
        return torch.optim.RMSprop(parameters, alpha=p["alpha"], eps=p["eps"], momentum=p["momentum"], centered=p["centered"], **common)
    of = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[kind]
    return of(parameters, betas=(p["beta1"], p["beta2"]), eps=p["eps"], amsgrad=p["amsgrad"], **common)


def case(kind, lr, settings, decay_all):
    count = 2 * FEATURES
    weight = torch.tensor([((i * 5) % 17 - 8) / 64 for i in range(count)]).reshape(2, FEATURES).requires_grad_()
    bias = torch.tensor([0.5, -0.25]).requires_grad_()
    groups = [weight, bias] if decay_all else [dict(params=[weight]), dict(params=[bias], weight_decay=0)]
    used = optimizer(kind, groups, lr, settings)
    values = {}
    for step in range(STEPS):
        if step == HALVED:
            for g in used.param_groups:
                g["lr"] = lr / 2
        weight.grad = torch.tensor([gradient(step, i) for i in range(count)]).reshape(2, FEATURES)
        bias.grad = torch.tensor([gradient(step, count + i) for i in range(2)])
        used.step()
        if step + 1 in KEPT:
            flat = weight.detach().flatten()
            values[step + 1] = [float(f"{v:.9g}") for v in [flat[i].item() for i in SHOWN] + bias.tolist()]
    return dict(optimizer=dict(kind=kind) | settings, learningRate=lr, decayAll=decay_all, values=values)


def make(folder):
    cases = [case(*c, True) for c in CASES] + [case(*c, False) for c in DECAYED_WEIGHTS_ONLY]
    (folder / "cases.jsonl").write_text("".join(json.dumps(c) + "\n" for c in cases))
