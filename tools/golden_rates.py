"""A learning rate range test in plain PyTorch on the pictures and weights of golden_model, for RateFinderTest. Smoothing, end and
suggestions as in fastai: a moving average with 0.98 over the sum of its weights; the end when it is above four times its minimum;
suggestions without the first tenth of the steps and the last five points."""
import json, math
import torch
import golden_model
from golden_model import BATCH, TRAIN, inputs, pictures

STEPS, KEPT, ORDER_SEED = 60, 0.98, 3


def sweep(low, high, momentum):
    model = golden_model.state(10).eval()
    torch.manual_seed(5)
    head = torch.nn.Linear(model.fc.in_features, 2)
    model.fc = torch.nn.Identity()
    with torch.no_grad():
        features = model(inputs(pictures(0, TRAIN)))
    labels = torch.arange(TRAIN) % 2
    optimizer = torch.optim.SGD(head.parameters(), lr=low, momentum=momentum)
    torch.manual_seed(ORDER_SEED)
    rates, losses, smoothed, average = [], [], [], 0.0
    batches = iter(())
    for step in range(STEPS):
        rows = next(batches, None)
        if rows is None:
            batches = iter(torch.randperm(TRAIN).split(BATCH))
            rows = next(batches)
        rate = low * (high / low) ** (step / (STEPS - 1))
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(head(features[rows]), labels[rows])
        loss.backward()
        optimizer.step()
        average = KEPT * average + (1 - KEPT) * loss.item()
        rates.append(rate)
        losses.append(loss.item())
        smoothed.append(average / (1 - KEPT ** (step + 1)))
        if smoothed[-1] > 4 * min(smoothed):
            break
    end = len(losses) < STEPS or smoothed[-1] > 4 * min(smoothed)
    looked = range(STEPS // 10, len(losses) - 5)
    slope = lambda i: (smoothed[i + 1] - smoothed[i]) / (math.log(rates[i + 1]) - math.log(rates[i]))
    steepest = min(list(looked)[:-1], key=slope)
    least = min(looked, key=lambda i: smoothed[i])
    short = lambda values: [float(f"{v:.8g}") for v in values]
    return dict(low=low, high=high, momentum=momentum, seed=ORDER_SEED, steps=STEPS, diverged=end, steepest=rates[steepest],
                tenthOfMinimum=rates[least] / 10, rates=short(rates), losses=short(losses), smoothed=short(smoothed))


def make(folder):
    torch.set_num_threads(1)
    cases = [sweep(1e-5, 10, 0.9), sweep(1e-5, 1e-3, 0)]
    assert [c["diverged"] for c in cases] == [True, False], cases
    (folder / "cases.jsonl").write_text("".join(json.dumps(c) + "\n" for c in cases))
