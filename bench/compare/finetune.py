#!/usr/bin/env python3
"""Fine-tunes a ResNet18 as users of timm or fastai would, with these libraries themselves, for bench/compare/table.py.

    bench/compare/finetune.py RECIPE --data DIR --labels TABLE --weights FILE [--augment] [--seed 0] [--threads 2]

All of a recipe's hyperparameters are in the table below. They were fixed before any result was seen: timm's are those that its AdamW recipes
share, with the learning rate by its rule (the root of the batch over 256), fastai's are the defaults of `fine_tune`.

|                    | timm                                             | fastai                                                      |
|--------------------|--------------------------------------------------|-------------------------------------------------------------|
| network            | timm's resnet18, the file's weights, a new `fc`   | the body of torchvision's resnet18, fastai's own head       |
| what learns        | everything, norms with batch statistics           | 1 epoch the head and the norms, then everything             |
| epochs             | 10, the first warms up                            | 1 + 9                                                       |
| batch              | 32                                               | 32                                                          |
| optimizer          | AdamW, weight decay 0.05, not on biases and norms | fastai's Adam, weight decay 0.01, not on biases and norms   |
| learning rate      | 5e-4 * sqrt(32 / 256) = 1.77e-4                   | base 2e-3; then 1e-3, down to a 100th of it in the first layers |
| schedule, per step | from 1e-6 over 1 epoch, then cosine to 1e-6       | one-cycle: 99% up; then 30% up from a fifth                 |
| loss               | cross-entropy, smoothing 0.1                     | cross-entropy                                               |
| with --augment     | random resized crop, flip, rand-m9-mstd0.5-inc1   | aug_transforms(): flip, rotation, zoom, warp, lighting      |
| without            | stretched to 224 x 224                           | stretched to 224 x 224                                      |
| judged             | stretched to 224 x 224, after each epoch as timm's train.py does; the last counts | the same, as `fine_tune` does       |

TABLE is a CSV with the columns file (below DIR), label and split (train or val). The last line printed is JSON: accuracy on val, and the
seconds of training and evaluation, with decoding, without imports. It needs a Python with PyTorch 2.10 and bench/compare/finetune.txt."""
import argparse, csv, json, pathlib, random, time
import numpy, torch, torchvision
from PIL import Image
from safetensors.torch import load_file

EPOCHS, BATCH, SIDE = 10, 32, 224
TIMM = {"lr": 5e-4 * (BATCH / 256) ** 0.5, "weight_decay": 0.05, "floor": 1e-6, "smoothing": 0.1, "augment": "rand-m9-mstd0.5-inc1"}
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def rows(data, table):
    """The pictures to train on and to judge by, each a path and a label."""
    with open(table, newline="") as f:
        all = list(csv.DictReader(f))
    classes = sorted({row["label"] for row in all})
    of = lambda split: [(data / row["file"], classes.index(row["label"])) for row in all if row["split"] == split]
    return of("train"), of("val"), len(classes)


def state(weights):
    """The file's tensors without its head, in float32."""
    tensors = load_file(weights) if weights.suffix == ".safetensors" else torch.load(weights, map_location="cpu", weights_only=True)
    return {name: t.float() if t.is_floating_point() else t for name, t in tensors.items() if not name.startswith("fc.")}


def load(network, weights):
    """Everything but the head must be there."""
    missing, unexpected = network.load_state_dict(state(weights), strict=False)
    if set(missing) - {"fc.weight", "fc.bias"} or unexpected:
        raise SystemExit(f"finetune: {weights} does not fit: missing {missing}, unexpected {unexpected}")


class Pictures(torch.utils.data.Dataset):
    def __init__(self, rows, transform):
        self.rows, self.transform = rows, transform

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        file, label = self.rows[i]
        return self.transform(Image.open(file).convert("RGB")), label


def timm_recipe(train, val, classes, given):
    import timm
    from timm.data import create_transform
    from timm.loss import LabelSmoothingCrossEntropy
    from timm.optim import create_optimizer_v2
    from timm.scheduler import CosineLRScheduler
    from torchvision import transforms as T

    plain = T.Compose([T.Resize((SIDE, SIDE)), T.ToTensor(), T.Normalize(MEAN, STD)])
    augmented = create_transform(SIDE, is_training=True, auto_augment=TIMM["augment"], mean=MEAN, std=STD)
    network = timm.create_model("resnet18", num_classes=classes)
    load(network, given.weights)
    workers = {"num_workers": given.workers, "persistent_workers": given.workers > 0}
    whole = len(train) > BATCH  # a batch of one picture has no statistics
    loader = torch.utils.data.DataLoader(Pictures(train, augmented if given.augment else plain), BATCH, shuffle=True, drop_last=whole, **workers)
    optimizer = create_optimizer_v2(network, "adamw", lr=TIMM["lr"], weight_decay=TIMM["weight_decay"])
    steps = len(loader)
    schedule = CosineLRScheduler(optimizer, t_initial=EPOCHS * steps, lr_min=TIMM["floor"], warmup_t=steps, warmup_lr_init=TIMM["floor"],
                                 t_in_epochs=False)
    loss_of = LabelSmoothingCrossEntropy(TIMM["smoothing"])
    step = 0
    for _ in range(EPOCHS):
        network.train()
        for images, labels in loader:
            loss = loss_of(network(images.contiguous(memory_format=torch.channels_last)), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
            schedule.step_update(step)
        network.eval()
        right = 0
        with torch.inference_mode():
            for images, labels in torch.utils.data.DataLoader(Pictures(val, plain), BATCH, **({"num_workers": given.workers})):
                right += (network(images).argmax(1) == labels).sum().item()
    return right / len(val)


def fastai_recipe(train, val, classes, given):
    from fastai.vision.all import (CategoryBlock, DataBlock, ImageBlock, Normalize, Resize, ResizeMethod, accuracy, aug_transforms, imagenet_stats,
                                   vision_learner)

    judged = {str(file) for file, _ in val}
    labels = {str(file): label for file, label in train + val}
    block = DataBlock(
        blocks=(ImageBlock, CategoryBlock(vocab=list(range(classes)), sort=False)),
        get_items=lambda _: [str(file) for file, _ in train + val],
        get_y=lambda file: labels[file],
        splitter=lambda items: ([i for i, f in enumerate(items) if f not in judged], [i for i, f in enumerate(items) if f in judged]),
        item_tfms=Resize(SIDE, method=ResizeMethod.Squish),
        batch_tfms=[*(aug_transforms() if given.augment else []), Normalize.from_stats(*imagenet_stats)])
    loaders = block.dataloaders(given.data, bs=min(BATCH, len(train)), num_workers=given.workers)

    def network(weights=None):  # the learner's arch, which it finds by its name
        made = torchvision.models.resnet18()
        load(made, given.weights)
        return made

    network.__name__ = "resnet18"
    from fastai.vision.learner import model_meta
    model_meta[network] = model_meta[torchvision.models.resnet18]
    learner = vision_learner(loaders, network, pretrained=False, metrics=accuracy)
    with learner.no_bar(), learner.no_logging():
        learner.fine_tune(EPOCHS - 1)
        return float(learner.validate()[1])


RECIPES = {"timm": timm_recipe, "fastai": fastai_recipe}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", choices=RECIPES)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--labels", type=pathlib.Path, required=True)
    parser.add_argument("--weights", type=pathlib.Path, required=True)
    parser.add_argument("--augment", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=0, help="processes that decode (%(default)s: in the training process)")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    for seed in (random.seed, numpy.random.seed, torch.manual_seed):
        seed(given.seed)
    train, val, classes = rows(given.data, given.labels)
    import timm, fastai.vision.all  # before the clock starts
    start = time.perf_counter()
    accuracy = RECIPES[given.recipe](train, val, classes, given)
    print(json.dumps({"accuracy": accuracy, "seconds": round(time.perf_counter() - start, 2), "train": len(train), "val": len(val),
                      "versions": {m.__name__: m.__version__ for m in (torch, torchvision, timm, fastai)}}))


if __name__ == "__main__":
    main()
