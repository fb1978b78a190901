"""Golden values of the network and the reference recipe. Weights and pictures come from an integer hash that the tests compute
too (HashState.java), with multiplications by powers of two only, so both sides start from the same bits."""
import hashlib, json, pathlib
import numpy as np, torch, torchvision

torch.set_num_threads(1)
SIZE, TRAIN, VAL, BATCH, EPOCHS = 64, 40, 12, 8, 4
# Two groups that differ in everything, so that a build that ignores a value, or gives one group the other's, has other losses.
GROUPS = {"layer4": dict(lr=0.002, momentum=0.9, weight_decay=0.2), "fc": dict(lr=0.01, momentum=0.5, weight_decay=0.5)}
ARCHITECTURES = ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "wide_resnet50_2"]


def noise(stream, n):
    """n whole numbers below 2^24 of one stream."""
    x = (np.arange(n, dtype=np.uint64) + np.uint64(stream) * np.uint64(0x9E3779B1)) & np.uint64(0xFFFFFFFF)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x ^= x >> np.uint64(shift)
        x = (x * np.uint64(factor)) & np.uint64(0xFFFFFFFF)
    return (x ^ (x >> np.uint64(16))) >> np.uint64(8)


def unit(stream, n):
    """n float32 in [-1, 1)."""
    return (noise(stream, n).astype(np.float32) * np.float32(2.0**-23)) - np.float32(1)


def state(classes, architecture="resnet18"):
    model = torchvision.models.get_model(architecture, weights=None, num_classes=classes)
    table = {}
    for stream, (name, t) in enumerate(model.state_dict().items()):
        n, last = max(1, t.numel()), name.split(".")[-1]
        u = unit(stream + 1, n)
        if last == "num_batches_tracked":
            value = np.array([7], dtype=np.int64)
        elif last == "running_var":
            value = np.float32(1) + np.abs(u) * np.float32(0.5)
        elif t.ndim > 1:
            fan_in = t.numel() // t.shape[0]
            value = u * np.float32(2.0 ** -((fan_in.bit_length() - 3) // 2))
        elif last == "weight":  # a norm's gain; small at a block's end, or the sum of the blocks grows without bound
            value = np.float32(1) + u * np.float32(0.25)
            if ".bn2." in name or ".bn3." in name:
                value = value * np.float32(0.5)
        else:
            value = u * np.float32(0.25)
        table[name] = torch.from_numpy(value.reshape(tuple(t.shape)).copy())
    model.load_state_dict(table)
    return model


def pictures(first, count):
    """uint8 [count, SIZE, SIZE, 3]: coarse hash noise, so that pictures differ at every scale."""
    out = np.empty((count, SIZE, SIZE, 3), np.uint8)
    for i in range(count):
        fine = noise(1000 + first + i, SIZE * SIZE * 3).reshape(SIZE, SIZE, 3) >> np.uint64(18)
        coarse = noise(5000 + first + i, 8 * 8 * 3).reshape(8, 8, 3) >> np.uint64(17)
        out[i] = (fine + np.repeat(np.repeat(coarse, 8, 0), 8, 1) + np.uint64((first + i) * 37 % 64)).astype(np.uint8)
    return out


def inputs(pix):
    norm = torchvision.transforms.Compose([torchvision.transforms.ToTensor(), torchvision.transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
    return torch.stack([norm(p) for p in pix])


def write(folder, name, tensor):
    (folder / name).write_bytes(tensor.detach().contiguous().float().numpy().astype("<f4").tobytes())


def make(folder: pathlib.Path):
    model = state(10).eval()
    x = inputs(pictures(0, 2))
    with torch.no_grad():
        y = model.maxpool(model.relu(model.bn1(model.conv1(x))))
        write(folder, "stem.f32", y[:, ::8])
        for name in ("layer1", "layer2", "layer3", "layer4"):
            y = getattr(model, name)(y)
            write(folder, name + ".f32", y[:, ::8])
        logits = model(x)
        write(folder, "logits.f32", logits)
    assert (logits[0] - logits[1]).abs().max() > 0.1 and 1 < logits.abs().max() < 100, logits

    for name in ARCHITECTURES[1:]:
        with torch.no_grad():
            logits = state(10, name).eval()(x)
        write(folder, f"logits-{name}.f32", logits)
        assert (logits[0] - logits[1]).abs().max() > 0.1 and 1 < logits.abs().max() < 100, (name, logits)
    (folder / "architectures.tsv").write_text("".join(map(listing, ARCHITECTURES)))

    model, head, run, probabilities = reference("resnet18", TRAIN, EPOCHS)
    write(folder, "head.f32", head)
    write(folder, "validation.f32", probabilities)
    final = {n: t for n, t in model.state_dict().items() if n.startswith("fc.") or "running" in n or "num_batches" in n}
    write(folder, "final.f32", torch.cat([t.flatten().float() for t in final.values()]))
    (folder / "run.json").write_text(json.dumps(run | {"final": list(final)}) + "\n")

    _, _, run, probabilities = reference("resnet18", TRAIN, EPOCHS, torch.bfloat16)
    write(folder, "validation-bf16.f32", probabilities)
    (folder / "run-bf16.json").write_text(json.dumps({"losses": run["losses"]}) + "\n")

    run, probabilities = once("resnet18", TRAIN, EPOCHS)
    write(folder, "validation-once.f32", probabilities)
    (folder / "run-once.json").write_text(json.dumps(run) + "\n")

    run, probabilities = finetuned("resnet18", TRAIN, EPOCHS)
    write(folder, "validation-layer4.f32", probabilities)
    (folder / "run-layer4.json").write_text(json.dumps(run) + "\n")

    run, probabilities = finetuned("resnet18", TRAIN, EPOCHS, GROUPS)
    write(folder, "validation-groups.f32", probabilities)
    (folder / "run-groups.json").write_text(json.dumps(run) + "\n")

    order = torch.stack([torch.arange(TRAIN).flip(0).roll(3 * epoch) for epoch in range(EPOCHS)])
    scheduled, _ = once("resnet18", TRAIN, EPOCHS, cosine=True)
    ordered, _ = once("resnet18", TRAIN, EPOCHS, order=order)
    (folder / "run-cosine.json").write_text(json.dumps(scheduled) + "\n")
    (folder / "run-order.json").write_text(json.dumps(ordered | {"order": order.tolist()}) + "\n")

    (folder / "run-phases.json").write_text(json.dumps(phases("resnet18", TRAIN)) + "\n")

    grouped = "resnext50_32x4d"  # bottlenecks and groups with the batch's statistics
    _, _, run, probabilities = reference(grouped, 2 * BATCH, 1)
    write(folder, f"validation-{grouped}.f32", probabilities)
    (folder / f"run-{grouped}.json").write_text(json.dumps(run) + "\n")


def listing(architecture):
    """A line: name, tensors, parameters, SHA-256 of the lines "tensor<tab>size,size,..." of torchvision's state in its order."""
    with torch.device("meta"):
        model = torchvision.models.get_model(architecture, weights=None)
    lines = [f"{n}\t{','.join(map(str, t.shape))}\n" for n, t in model.state_dict().items()]
    parameters = sum(p.numel() for p in model.parameters())
    return f"{architecture}\t{len(lines)}\t{parameters}\t{hashlib.sha256(''.join(lines).encode()).hexdigest()}\n"


def reference(architecture, pictures_to_train, epochs, cast_to=None):
    """The reference recipe: frozen, in training mode, the head only; with a type to cast to, under autocast and channels_last.
    The model, its first head, losses and order, and what it says of the validation pictures in the end."""
    model = state(10, architecture)
    layout = torch.channels_last if cast_to else torch.contiguous_format
    model = model.to(memory_format=layout)
    autocast = lambda: torch.autocast("cpu", cast_to or torch.bfloat16, enabled=bool(cast_to))
    for p in model.parameters():
        p.requires_grad = False
    torch.manual_seed(5)
    model.fc = torch.nn.Linear(model.fc.in_features, 2)
    head = torch.cat([model.fc.weight.flatten(), model.fc.bias]).detach().clone()
    order = torch.stack([torch.randperm(pictures_to_train) for _ in range(epochs)])
    train, labels = inputs(pictures(0, pictures_to_train)).contiguous(memory_format=layout), torch.arange(pictures_to_train) % 2
    opt = torch.optim.SGD(model.fc.parameters(), lr=0.001, momentum=0.9)
    losses = []
    for epoch in range(epochs):
        model.train()
        for rows in order[epoch].split(BATCH):
            opt.zero_grad()
            with autocast():
                loss = torch.nn.functional.cross_entropy(model(train[rows]), labels[rows])
            loss.backward()
            opt.step()
            losses.append(loss.item())
    model.eval()
    with torch.no_grad(), autocast():
        probabilities = model(inputs(pictures(500, VAL)).contiguous(memory_format=layout)).float().softmax(1)
    return model, head, {"losses": losses, "order": order.tolist()}, probabilities


def once(architecture, pictures_to_train, epochs, cosine=False, order=None):
    """The recipe fast: the trunk in evaluation mode, each picture through it once, the head only. With a rate that may fall along half a
    cosine, epoch by epoch, or with a given order. Losses, and what it says of the validation pictures in the end."""
    model = state(10, architecture).eval()
    torch.manual_seed(5)
    head = torch.nn.Linear(model.fc.in_features, 2)
    if order is None:
        order = torch.stack([torch.randperm(pictures_to_train) for _ in range(epochs)])
    model.fc = torch.nn.Identity()
    with torch.no_grad():
        train, val = model(inputs(pictures(0, pictures_to_train))), model(inputs(pictures(500, VAL)))
    labels = torch.arange(pictures_to_train) % 2
    opt = torch.optim.SGD(head.parameters(), lr=0.001, momentum=0.9)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(opt, epochs) if cosine else None
    losses = []
    for epoch in range(epochs):
        for rows in order[epoch].split(BATCH):
            opt.zero_grad()
            loss = torch.nn.functional.cross_entropy(head(train[rows]), labels[rows])
            loss.backward()
            opt.step()
            losses.append(loss.item())
        if schedule:
            schedule.step()
    with torch.no_grad():
        return {"losses": losses}, head(val).softmax(1)


def finetuned(architecture, pictures_to_train, epochs, groups=None):
    """What lies before layer4 in evaluation mode, each picture through it once; layer4 in training mode and the head learn.
    Losses, and what the model says of the validation pictures in the end."""
    model = state(10, architecture).eval()
    torch.manual_seed(5)
    model.fc = torch.nn.Linear(model.fc.in_features, 2)
    order = torch.stack([torch.randperm(pictures_to_train) for _ in range(epochs)])
    below = torch.nn.Sequential(model.conv1, model.bn1, model.relu, model.maxpool, model.layer1, model.layer2, model.layer3)
    above = torch.nn.Sequential(model.layer4, model.avgpool, torch.nn.Flatten(1), model.fc)
    with torch.no_grad():
        train, val = below(inputs(pictures(0, pictures_to_train))), below(inputs(pictures(500, VAL)))
    labels = torch.arange(pictures_to_train) % 2
    named = [dict(params=getattr(model, name).parameters(), **values) for name, values in (groups or {}).items()]
    opt = torch.optim.SGD(named or above.parameters(), lr=0.001, momentum=0.9)
    losses = []
    for epoch in range(epochs):
        above.train()
        for rows in order[epoch].split(BATCH):
            opt.zero_grad()
            loss = torch.nn.functional.cross_entropy(above(train[rows]), labels[rows])
            loss.backward()
            opt.step()
            losses.append(loss.item())
    above.eval()
    with torch.no_grad():
        return {"losses": losses}, above(val).softmax(1)


def phases(architecture, pictures_to_train):
    """Two phases of two epochs each, all in evaluation mode, with rates that fall along half a cosine step by step: the head at 0.001,
    then, with a fresh optimizer, layer4 at 0.0005 and the head at 0.002. The losses."""
    model = state(10, architecture).eval()
    for p in model.parameters():
        p.requires_grad = False
    torch.manual_seed(5)
    model.fc = torch.nn.Linear(model.fc.in_features, 2)
    order = torch.stack([torch.randperm(pictures_to_train) for _ in range(4)])
    train, labels = inputs(pictures(0, pictures_to_train)), torch.arange(pictures_to_train) % 2
    losses = []
    for phase, layers in enumerate([{"fc": 0.001}, {"layer4": 0.0005, "fc": 0.002}]):
        for name in layers:
            getattr(model, name).requires_grad_(True)
        opt = torch.optim.SGD([dict(params=getattr(model, n).parameters(), lr=lr) for n, lr in layers.items()], momentum=0.9)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(opt, 2 * len(order[0].split(BATCH)))
        for epoch in (2 * phase, 2 * phase + 1):
            for rows in order[epoch].split(BATCH):
                opt.zero_grad()
                loss = torch.nn.functional.cross_entropy(model(train[rows]), labels[rows])
                loss.backward()
                opt.step()
                schedule.step()
                losses.append(loss.item())
    return {"losses": losses}
