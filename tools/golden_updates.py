"""What happens between the backward pass and the weights: gradients of several batches, clipped gradients, averaged weights whose norms
have statistics of their own. For UpdatesTest; weights and pictures as in golden_model.py."""
import json
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, update_bn
from golden_model import BATCH, TRAIN, VAL, inputs, pictures, state

EPOCHS = 2


def parts():
    """Everything before layer4 in evaluation mode, and the rest with a new head, as PyTorch's generator draws it, and the orders."""
    model = state(10, "resnet18").eval()
    torch.manual_seed(5)
    model.fc = torch.nn.Linear(model.fc.in_features, 2)
    order = torch.stack([torch.randperm(TRAIN) for _ in range(EPOCHS)])
    below = torch.nn.Sequential(model.conv1, model.bn1, model.relu, model.maxpool, model.layer1, model.layer2, model.layer3)
    above = torch.nn.Sequential(model.layer4, model.avgpool, torch.nn.Flatten(1), model.fc)
    with torch.no_grad():
        train, val = below(inputs(pictures(0, TRAIN))), below(inputs(pictures(500, VAL)))
    return above, order, train, val, torch.arange(TRAIN) % 2


def averaged():
    """layer4 in training mode and the head; the average's decay is 0.8. Losses, and the average's words after each epoch."""
    above, order, train, val, labels = parts()
    opt = torch.optim.SGD(above.parameters(), lr=0.001, momentum=0.9)
    average = AveragedModel(above, multi_avg_fn=get_ema_multi_avg_fn(0.8))
    losses, validation = [], []
    for epoch in range(EPOCHS):
        above.train()
        for rows in order[epoch].split(BATCH):
            opt.zero_grad()
            loss = torch.nn.functional.cross_entropy(above(train[rows]), labels[rows])
            loss.backward()
            opt.step()
            average.update_parameters(above)
            losses.append(loss.item())
        update_bn(train.split(BATCH), average)
        average.eval()
        with torch.no_grad():
            validation.append(average(val).softmax(1)[:, 0].tolist())
    return {"losses": losses, "validation": validation}


def stepped(batches=1, norm=None, value=None):
    """The head alone on features; a step has the gradient of the mean loss of that many batches."""
    above, order, train, val, labels = parts()
    head = above[-1]
    above.eval()
    with torch.no_grad():
        train = above[:-1](train)
    opt = torch.optim.SGD(head.parameters(), lr=0.001, momentum=0.9)
    losses, norms = [], []
    for epoch in range(EPOCHS):
        for rows in order[epoch].split(batches * BATCH):
            opt.zero_grad()
            loss = torch.nn.functional.cross_entropy(head(train[rows]), labels[rows])
            loss.backward()
            if value:
                torch.nn.utils.clip_grad_value_(head.parameters(), value)
            norms.append(torch.nn.utils.clip_grad_norm_(head.parameters(), norm or float("inf")).item())
            opt.step()
            losses.append(loss.item())
    return {"losses": losses, "norms": norms}


def make(folder):
    runs = {
        "average": averaged(),
        "plain": stepped(),
        "accumulate": stepped(batches=2),
        "norm": stepped(norm=1.5),
        "value": stepped(value=0.02),
        "all": stepped(batches=2, norm=0.4, value=0.05),
    }
    for name, run in runs.items():
        (folder / f"{name}.json").write_text(json.dumps(run) + "\n")
