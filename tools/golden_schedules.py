"""The factor of the learning rate at every step, by torch.optim.lr_scheduler, for SchedulesTest."""
import json
import warnings
import torch
from torch.optim import lr_scheduler as lr

EPOCHS, STEPS = 12, 5  # steps of an epoch
LOSSES = [1.0, 0.8, 0.7999, 0.81, 0.9, 0.7, 0.71, 0.72, 0.73, 0.5, 0.6, 0.49]  # after each epoch
WARMUP_STEPS, WARMUP_EPOCHS = 7, 3


def factors(make, every):
    """One for each step; the scheduler goes on after every step or every epoch."""
    p = torch.zeros(1, requires_grad=True)
    sgd = torch.optim.SGD([p], lr=1.0)
    scheduler = make(sgd)
    all_of_them = []
    for epoch in range(EPOCHS):
        for _ in range(STEPS):
            all_of_them.append(sgd.param_groups[0]["lr"])
            sgd.step()
            if every == "STEP":
                scheduler.step()
        if every == "EPOCH":
            scheduler.step(LOSSES[epoch]) if isinstance(scheduler, lr.ReduceLROnPlateau) else scheduler.step()
    return all_of_them


def length(every):
    return EPOCHS if every == "EPOCH" else EPOCHS * STEPS


def simple(every):
    """Name of the schedule in a plan, its settings there, and PyTorch's."""
    n = length(every)
    yield dict(kind="step", length=n // 4, gamma=0.3), lambda o: lr.StepLR(o, n // 4, 0.3)
    yield dict(kind="multistep", at=[2, n // 2, n // 2, n - 1], gamma=0.5), lambda o: lr.MultiStepLR(o, [2, n // 2, n // 2, n - 1], 0.5)
    yield dict(kind="exponential", gamma=0.9), lambda o: lr.ExponentialLR(o, 0.9)
    yield dict(kind="cosine"), lambda o: lr.CosineAnnealingLR(o, n)


def warm(every, start, then_of):
    n = WARMUP_EPOCHS if every == "EPOCH" else WARMUP_STEPS
    return lambda o: lr.SequentialLR(o, [lr.LinearLR(o, start, total_iters=n), then_of(o, length(every) - n)], [n])


def cases():
    for every in ["EPOCH", "STEP"]:
        for settings, make in simple(every):
            yield settings | dict(every=every), make, every
        n = WARMUP_EPOCHS if every == "EPOCH" else WARMUP_STEPS
        warmup = dict(kind="warmup", length=n, every=every, startFactor=0.1)
        then = [
            (dict(kind="constant"), lambda o, left: lr.ConstantLR(o, 1)),
            (dict(kind="cosine", every=every), lambda o, left: lr.CosineAnnealingLR(o, left)),
            (dict(kind="step", length=4, gamma=0.3, every=every), lambda o, left: lr.StepLR(o, 4, 0.3)),
            (dict(kind="multistep", at=[2, 5], gamma=0.3, every=every), lambda o, left: lr.MultiStepLR(o, [2, 5], 0.3)),
            (dict(kind="exponential", gamma=0.7, every=every), lambda o, left: lr.ExponentialLR(o, 0.7)),
        ]
        for settings, of in then:
            yield warmup | {"then": settings}, warm(every, 0.1, of), every
    one = dict(kind="onecycle", rise=0.3, startDivisor=25.0, endDivisor=1e4, curve="COSINE", threePhases=False)
    for change in [{}, dict(rise=0.25, startDivisor=10.0, endDivisor=100.0, curve="LINEAR"), dict(threePhases=True, rise=0.4), dict(rise=0.01)]:
        s = one | change
        yield s, lambda o, s=s: lr.OneCycleLR(
            o, 1.0, total_steps=EPOCHS * STEPS, pct_start=s["rise"], anneal_strategy={"COSINE": "cos", "LINEAR": "linear"}[s["curve"]],
            cycle_momentum=False, div_factor=s["startDivisor"], final_div_factor=s["endDivisor"], three_phase=s["threePhases"]), "STEP"
    plateau = dict(kind="plateau", gamma=0.1, patience=10, threshold=1e-4, leastFactor=0.0)
    for change in [dict(patience=1), dict(patience=0, gamma=0.5, leastFactor=0.2), dict(patience=1, threshold=0.2, gamma=0.3), {}]:
        s = plateau | change
        yield s, lambda o, s=s: lr.ReduceLROnPlateau(o, factor=s["gamma"], patience=s["patience"], threshold=s["threshold"], min_lr=s["leastFactor"], eps=0), "EPOCH"


def make(folder):
    warnings.simplefilter("ignore")  # SequentialLR warns of its own calls
    lines = [json.dumps(dict(schedule=s, factors=[float(f"{v:.15g}") for v in factors(m, every)])) for s, m, every in cases()]
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "losses.json").write_text(json.dumps(LOSSES) + "\n")
