"""Golden values of augment.ops: torchvision's functions on Pillow's pictures with given parameters, its transforms with the numbers that
SeededView documents in the place of PyTorch's generator, and the magnitudes of RandAugment and TrivialAugmentWide."""
import hashlib, math
import numpy as np
import torch
from PIL import Image
from torchvision.transforms import v2
from torchvision.transforms.v2 import _augment, _auto_augment, _color, _container, _geometry, _misc, _transform, functional as F
from golden_image import drawn
from golden_views import Numbers

N, B = v2.InterpolationMode.NEAREST, v2.InterpolationMode.BILINEAR
SIZES = [(1, 1), (1, 9), (9, 1), (2, 2), (3, 3), (5, 4), (23, 17), (17, 17), (64, 48)]
FILL = (10, 200, 99)
MODULES = [_augment, _auto_augment, _color, _container, _geometry, _misc, _transform]


def colours():
    """Every colour whose channels are multiples of 3."""
    v = np.arange(0, 256, 3, dtype=np.uint8)
    return np.stack(np.meshgrid(v, v, v, indexing="ij"), -1).reshape(86 * 86, 86, 3)


def flat(width, height):
    """Few values: for what depends on the histogram."""
    return drawn(width, height) // 40 * 17 + 20


def digest(pictures):
    return hashlib.sha256(b"".join(np.asarray(p).tobytes() for p in pictures)).hexdigest()[:24]


def each(sizes=SIZES, paint=drawn):
    return [Image.fromarray(paint(w, h)) for w, h in sizes]


def exact_blur(image, kernel, sigma):
    """In float64, with the smallest distance of a value from a half."""
    x = np.arange(kernel) - (kernel - 1) / 2
    k = np.exp(-((x / sigma) ** 2) / 2)
    k /= k.sum()
    half = kernel // 2
    p = np.pad(np.asarray(image, np.float64), ((half, half), (half, half), (0, 0)), "reflect")
    p = sum(k[i] * p[i : p.shape[0] - kernel + 1 + i] for i in range(kernel))
    p = sum(k[i] * p[:, i : p.shape[1] - kernel + 1 + i] for i in range(kernel))
    return np.rint(p), np.abs(p - np.floor(p) - 0.5).min()


def blurred(kernel, sigma):
    """PyTorch's convolution rounds differently from processor to processor: only values far enough from a half are compared."""
    sizes = [s for s in SIZES if min(s) > kernel // 2]
    while True:
        exact = [exact_blur(p, kernel, sigma) for p in each(sizes)]
        if min(e[1] for e in exact) > 2e-4:
            break
        sigma = round(sigma + 0.01, 2)
    theirs = [F.gaussian_blur(p, [kernel, kernel], [sigma, sigma]) for p in each(sizes)]
    for (values, _), picture in zip(exact, theirs):
        assert (values == np.asarray(picture)).all(), (kernel, sigma)
    return sigma, digest(theirs)


def edits():
    rows = []

    def add(name, parameters, function, pictures=None):
        rows.append((name, ",".join(map(str, parameters)), digest(function(p) for p in pictures or each())))

    add("flipleftright", [], F.horizontal_flip)
    add("fliptopbottom", [], F.vertical_flip)
    add("grey", [], lambda p: F.rgb_to_grayscale(p, 3))
    add("grey-colours", [], lambda p: F.rgb_to_grayscale(p, 3), [Image.fromarray(colours())])
    add("invert", [], F.invert)
    for paint, name in [(drawn, ""), (flat, "-flat")]:
        sizes = [*SIZES, (100, 31)]
        add("equalize" + name, [], F.equalize, each(sizes, paint))
        add("autocontrast" + name, [], F.autocontrast, each(sizes, paint))
    for bits in range(1, 9):
        add("posterize", [bits], lambda p: F.posterize(p, bits))
    for threshold in [0.0, 0.5, 100.0, 127.5, 254.9, 255.0, 256.0]:
        add("solarize", [threshold], lambda p: F.solarize(p, threshold))
    for factor in [0.0, 0.1, 0.37, 0.5, 0.99, 1.0, 1.01, 1.7, 1.9, 2.0, 3.3, 300.0]:
        add("brightness", [factor], lambda p: F.adjust_brightness(p, factor))
        add("contrast", [factor], lambda p: F.adjust_contrast(p, factor))
        add("saturation", [factor], lambda p: F.adjust_saturation(p, factor))
        add("sharpness", [factor], lambda p: F.adjust_sharpness(p, factor))
    for factor in [0.3, 1.9]:
        add("saturation-colours", [factor], lambda p: F.adjust_saturation(p, factor), [Image.fromarray(colours())])
    for share in [-0.5, -0.123, 0.0, 0.003, 0.1, 0.25, 0.5]:
        add("hue", [share], lambda p: F.adjust_hue(p, share))
        add("hue-colours", [share], lambda p: F.adjust_hue(p, share), [Image.fromarray(colours())])
    for how, name in [(N, "nearest"), (B, "bilinear")]:
        for angle in [0.0, 0.3, -12.5, 33.3, 45.0, 90.0, 180.0, 270.0, -90.0, 359.9, 500.0]:
            add("rotate-" + name, [angle], lambda p: F.rotate(p, angle, how, fill=FILL))
        for pose in [(0.0, 0, 0, 1.0, 0.0, 0.0), (0.0, 3, -2, 1.0, 0.0, 0.0), (0.0, 0, 0, 1.7, 0.0, 0.0), (0.0, 1, 1, 0.35, 0.0, 0.0), (20.0, 2, 1, 0.9, 10.0, -7.0), (-170.5, 0, -5, 1.3, 0.0, 40.0), (0.0, 0, 0, 1.0, 44.7, 0.0), (10.0, 0, 0, 0.00001, 30.0, 0.0)]:
            degrees, right, down, scale, x, y = pose
            add("affine-" + name, pose, lambda p: F.affine(p, degrees, [right, down], scale, [x, y], how, FILL))
        for x, y in [(16.7, 0.0), (0.0, -44.71), (-5.0, 0.0)]:
            add("shear-" + name, [x, y], lambda p: F.affine(p, 0.0, [0, 0], 1.0, [x, y], how, FILL, [0, 0]))
        for k in [(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0), (1.1, 0.05, -1.0, 0.02, 0.9, 0.5, 0.002, -0.001), (0.5, -0.2, 3.0, 0.1, 1.4, -2.0, -0.03, 0.02), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, -0.4, 0.0)]:
            add("perspective-" + name, k, lambda p: F.perspective(p, None, None, how, FILL, k))
    for mode in ["constant", "edge", "reflect", "symmetric"]:
        for padding, top, left in [(1, 0, 2), (4, 8, 0), (4, 3, 5), (30, 60, 13), (30, 0, 60)]:
            pad = lambda p: F.crop(F.pad(p, [padding] * 4, FILL, mode), top, left, p.height, p.width)
            add("crop-" + mode, [padding, top, left], pad)
    for i, j, h, w in [(0, 0, 1, 1), (2, 1, 5, 9), (0, 3, 17, 4), (4, 4, 0, 3)]:
        v = torch.tensor(FILL, dtype=torch.float32)[:, None, None]
        add("erase", [i, j, h, w], lambda p: F.erase(p, i, j, h, w, v), each(SIZES[6:]))
    for kernel, sigma in [(1, 1.0), (3, 0.1), (3, 0.8), (5, 2.0), (9, 0.5), (23, 1.1), (33, 7.0)]:
        sigma, told = blurred(kernel, sigma)
        rows.append(("blur", f"{kernel},{sigma}", told))
    return rows


class ExactBlur(v2.GaussianBlur):
    def transform(self, picture, params):
        values, distance = exact_blur(picture, *self.kernel_size[:1], params["sigma"][0])
        assert distance > 1e-4, "take another seed"
        return Image.fromarray(values.astype(np.uint8))


class Drawn(int):
    item = lambda self: int(self)


class Injected:
    """In the place of torch in torchvision's transforms: the numbers of a view, everything else as it is."""

    def __init__(self, numbers):
        self.numbers = numbers

    def __getattr__(self, name):
        return getattr(torch, name)

    def rand(self, _):
        return self.numbers.next()

    def randint(self, *bounds, size=None):
        low, high = (0, bounds[0]) if size is None or len(bounds) == 1 else bounds
        return Drawn(low + int(self.numbers.next() * (high - low)))

    def empty(self, _):
        return self.numbers

    def exp(self, value):
        return Numbers.Value(math.exp(value))

    def randperm(self, n):
        order = list(range(n))
        for i in range(n - 1, 0, -1):
            j = int(self.numbers.next() * (i + 1))
            order[i], order[j] = order[j], order[i]
        return order

    def linspace(self, start, end, steps):
        return steps_between(start, end, steps)


def steps_between(start, end, steps):
    """The exact magnitudes, rounded: PyTorch's are as near as float32 allows, but not the same on all processors."""
    exact = [float(np.float32(float(np.float32(end)) * i / (steps - 1) if start == 0 else 1 - i / (steps - 1))) for i in range(steps)]
    theirs = torch.linspace(start, end, steps).double().numpy()
    assert (np.abs(theirs - exact) <= 2 * np.spacing(np.float32(max(start, end)))).all(), (start, end, steps)
    return exact


def transforms():
    erasing = v2.RandomErasing(0.9, (0.02, 0.33), (0.3, 3.3), FILL)
    erasing._log_ratio = [math.log(0.3), math.log(3.3)]  # not in float32
    return {
        "horizontalflip": v2.RandomHorizontalFlip(0.5),
        "verticalflip": v2.RandomVerticalFlip(0.5),
        "grey": v2.RandomGrayscale(0.5),
        "equalize": v2.RandomEqualize(0.5),
        "autocontrast": v2.RandomAutocontrast(0.5),
        "invert": v2.RandomInvert(0.5),
        "posterize": v2.RandomPosterize(3, 0.7),
        "solarize": v2.RandomSolarize(128, 0.7),
        "sharpness": v2.RandomAdjustSharpness(2.0, 0.7),
        "rotation": v2.RandomRotation((-30, 60), N, fill=FILL),
        "affine": v2.RandomAffine((-10, 20), (0.1, 0.3), (0.8, 1.3), (-10, 10, -5, 15), B, FILL),
        "perspective": v2.RandomPerspective(0.5, 0.8, B, FILL),
        "crop": v2.RandomCrop((48, 64), 6, fill=FILL, padding_mode="reflect"),
        "jitter": v2.ColorJitter(0.4, 0.4, 0.4, 0.1),
        "jitter-some": v2.ColorJitter(0.9, None, (0.5, 2.5), None),
        "blur": v2.RandomApply([ExactBlur(5, (0.1, 2.0)), v2.RandomVerticalFlip(0.5)], 0.6),
        "erasing": erasing,
        "randaugment": v2.RandAugment(),
        "randaugment-strong": v2.RandAugment(3, 14, 16, B, FILL),
        "trivialaugment": v2.TrivialAugmentWide(),
        "trivialaugment-few": v2.TrivialAugmentWide(4, B, FILL),
    }


def whole():
    """Of each transform one digest of many pictures, drawn with the numbers of as many views."""
    rows = []
    try:
        for name, transform in transforms().items():
            pictures = 150 if "augment" in name else 25
            size = (9, 7) if name == "blur" else (64, 48)
            out = []
            for i in range(pictures):
                injected = Injected(Numbers(7, name.encode(), i))
                for module in MODULES:
                    module.torch = injected
                out.append(transform(Image.fromarray(drawn(*size))))
                out[-1] = np.append(np.asarray(out[-1]).ravel(), int(injected.numbers.next() * 256)).astype(np.uint8)
            rows.append((name, pictures, digest(out)))
    finally:
        for module in MODULES:
            module.torch = torch
    return rows


def magnitudes():
    rows = []
    try:
        for kind, bins, (height, width) in [(v2.RandAugment, 31, (224, 224)), (v2.RandAugment, 10, (48, 65)), (v2.TrivialAugmentWide, 31, (224, 224)), (v2.TrivialAugmentWide, 7, (9, 5))]:
            _auto_augment.torch = Injected(None)
            for name, (function, signed) in kind._AUGMENTATION_SPACE.items():
                values = function(bins, height, width)
                told = "none" if values is None else ",".join(str(np.float32(v)) for v in values)
                rows.append((kind.__name__, bins, width, height, name.upper(), int(signed), told))
    finally:
        _auto_augment.torch = torch
    return rows


def make(folder):
    for name, rows in {"edits": edits(), "drawn": whole(), "magnitudes": magnitudes()}.items():
        (folder / f"{name}.tsv").write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
