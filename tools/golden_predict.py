"""Golden values of the predictor: what torchvision's transforms and PyTorch make of picture files, with the weights of golden_model.py and
a new head of a seed under which each class is the most probable one of some picture. The PNGs come from an integer formula, which
GoldenModel.java repeats; the JPEG lies beside the values."""
import pathlib
import numpy as np, torch
from PIL import Image
from torchvision import transforms as T

from golden_model import state

torch.set_num_threads(1)
SEED, CLASSES, COUNT, HEIGHT, WIDTH = 32, 3, 40, 56, 72
END = [T.ToTensor(), T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])]
STRETCH = T.Compose([T.Resize((HEIGHT, WIDTH)), *END])
CROP = T.Compose([T.Resize(60), T.CenterCrop(48), *END])


def drawn(i, width, height):
    """Ramps under tiles, uint8 [height, width, 3]."""
    y, x, c = np.ogrid[:height, :width, :3]
    return ((x * (1 + i % 3) + y * (2 + c) + (x // 7 * 5 + y // 6 * 3 + i * 11 + c * 4) % 13 * 15) % 256).astype(np.uint8)


def sides(i):
    """Width and height, from half to twice the network's."""
    return 40 + i * 29 % 83, 40 + i * 17 % 71


def make(folder: pathlib.Path):
    model = state(10).eval()
    torch.manual_seed(SEED)
    model.fc = torch.nn.Linear(model.fc.in_features, CLASSES)
    Image.fromarray(drawn(3, 150, 100)).save(folder / "photo.jpg", quality=85)

    def named(image, transform):
        with torch.no_grad():
            return model(transform(image)[None]).softmax(1)[0]

    images = [Image.fromarray(drawn(i, *sides(i))) for i in range(COUNT)]
    photo = Image.open(folder / "photo.jpg").convert("RGB")
    rows = [("stretch", str(i), named(image, STRETCH)) for i, image in enumerate(images)]
    rows += [("stretch", "photo.jpg", named(photo, STRETCH)), ("crop", "photo.jpg", named(photo, CROP))]
    rows += [("crop", str(i), named(image, CROP)) for i, image in enumerate(images[:4])]
    # OpenCV does not resize as Pillow does, so for it there are pictures that are not resized.
    rows += [("as-is", str(i), named(Image.fromarray(drawn(i, WIDTH, HEIGHT)), STRETCH)) for i in range(4)]
    (folder / "probabilities.tsv").write_text("".join(f"{how}\t{name}\t" + "\t".join(f"{v:.9g}" for v in p.tolist()) + "\n" for how, name, p in rows))

    all_ = torch.stack([p for how, _, p in rows if how == "stretch"])
    assert (all_.amax(0) - all_.amin(0)).min() > 0.05, all_
    for image in images[:4]:  # they tell a wrong way of reading: swapped channels, rows, columns, another filter, another crop
        other = [Image.fromarray(np.asarray(image)[..., ::-1].copy()), image.transpose(Image.FLIP_TOP_BOTTOM), image.transpose(Image.FLIP_LEFT_RIGHT)]
        wrong = [named(o, STRETCH) for o in other] + [named(image.resize((WIDTH, HEIGHT), Image.NEAREST), STRETCH), named(image, CROP)]
        assert all((w - named(image, STRETCH)).abs().max() > 1e-3 for w in wrong)
