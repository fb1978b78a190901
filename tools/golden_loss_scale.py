"""The scale that torch.amp.GradScaler finds, and what SGD learns beside it, on the processor: for LossScaleTest."""
import torch

FEATURES, BATCH, STEPS = 512, 4, 2010
OVERFLOWS = [3, 4]  # steps whose loss is 1e36 times as large


def make(folder):
    head = torch.nn.Linear(FEATURES, 2)
    with torch.no_grad():
        head.weight.copy_(torch.tensor([[((o * 7 + i * 13) % 19 - 9) / 256 for i in range(FEATURES)] for o in range(2)]))
        head.bias.zero_()
    features = torch.tensor([[((b * 31 + i * 17) % 23 - 11) / 16 for i in range(FEATURES)] for b in range(BATCH)])
    labels = torch.tensor([0, 1, 0, 1])
    sgd = torch.optim.SGD(head.parameters(), lr=0.001, momentum=0.9)
    scaler = torch.amp.GradScaler("cpu")
    lines = ["step,scale,first_weight,bias"]
    for step in range(STEPS):
        sgd.zero_grad()
        loss = torch.nn.functional.cross_entropy(head(features), labels)
        if step in OVERFLOWS:
            loss = loss * 1e36
        before = scaler.get_scale()
        scaler.scale(loss).backward()
        scaler.step(sgd)
        scaler.update()
        if scaler.get_scale() != before or step < 8 or step == STEPS - 1:
            lines.append(f"{step},{scaler.get_scale():.0f},{head.weight[0, 0].item():.9g},{head.bias[0].item():.9g}")
    (folder / "trace.csv").write_text("\n".join(lines) + "\n")
