"""Golden values of augmentation: torchvision's resized_crop and hflip with given parameters, on drawn pictures and on picture files, and
the parameters that torchvision's RandomResizedCrop draws from the numbers that SeededView documents."""
import hashlib, math, pathlib, random
from PIL import Image, ImageOps
from torchvision import transforms as T
from torchvision.transforms import functional as F, transforms
from golden_image import drawn, sha

here = pathlib.Path(__file__).resolve().parent.parent / "src/test/resources/golden/image/pictures"
NORMALIZE = T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])


def view(image, top, left, height, width, flip, size):
    cut = F.resized_crop(image, top, left, height, width, list(size), F.InterpolationMode.BILINEAR, antialias=True)
    return F.hflip(cut) if flip else cut


def rectangles(rng, width, height):
    """Edges, single pixels, all, and some within."""
    yield 0, 0, height, width
    yield height - 1, width - 1, 1, 1
    yield 0, width // 2, height, width - width // 2
    yield height // 2, 0, height - height // 2, width
    for _ in range(4):
        h, w = rng.randint(1, height), rng.randint(1, width)
        yield rng.randint(0, height - h), rng.randint(0, width - w), h, w


def applied():
    rng, rows = random.Random(6), []
    for width, height, size in [(500, 375, (224, 224)), (64, 64, (64, 64)), (224, 224, (224, 224)), (23, 17, (20, 24)), (3, 700, (31, 7)), (400, 300, (33, 65)), (1, 1, (5, 4)), (37, 410, (96, 90))]:
        image = Image.fromarray(drawn(width, height))
        for top, left, h, w in rectangles(rng, width, height):
            for flip in (0, 1):
                out = view(image, top, left, h, w, flip, size)
                rows.append((width, height, top, left, h, w, flip, *size, sha(out.tobytes())))
    return rows


def files():
    """Bytes, and floats after ToTensor and Normalize; turned first where the EXIF orientation counts."""
    rng, rows = random.Random(7), []
    for name in [f"exif{o}.jpg" for o in range(1, 9)] + ["rgba.png", "p4.bmp", "grey.pgm", "palette.gif", "lossy.webp", "lzw.tif"]:
        for exif in (0, 1):
            stored = Image.open(here / name)
            image = (ImageOps.exif_transpose(stored) if exif else stored).convert("RGB")
            for top, left, h, w in rectangles(rng, *image.size):
                flip = rng.randint(0, 1)
                out = view(image, top, left, h, w, flip, (20, 24))
                floats = NORMALIZE(F.to_tensor(out)).permute(1, 2, 0).contiguous().numpy().astype("<f4")
                rows.append((name, exif, top, left, h, w, flip, sha(out.tobytes()), sha(floats.tobytes())))
    return rows


class Numbers:
    """SHA-256 in counter mode, in the place of torch in torchvision's own code."""

    def __init__(self, seed, content, number):
        self.head = seed.to_bytes(8, "big", signed=True) + hashlib.sha256(content).digest() + number.to_bytes(4, "big")
        self.block, self.blocks = b"", 0

    def next(self):
        if not self.block:
            self.block = hashlib.sha256(self.head + self.blocks.to_bytes(4, "big")).digest()
            self.blocks += 1
        first, self.block = self.block[:8], self.block[8:]
        return (int.from_bytes(first, "big") >> 11) * 2.0**-53

    class Value(float):
        item = lambda self: float(self)

    def tensor(self, values):
        return list(values)

    def log(self, values):
        return [math.log(v) for v in values]

    def exp(self, value):
        return self.Value(math.exp(value))

    def empty(self, _):
        return self

    def uniform_(self, low, high):
        return self.Value(low + (high - low) * self.next())

    def randint(self, low, high, size):
        return self.Value(low + int(self.next() * (high - low)))


def parameters():
    torch, rows, rng = transforms.torch, [], random.Random(8)
    ranges = [((0.08, 1.0), (3 / 4, 4 / 3), 0.5), ((0.5, 0.5), (1.0, 1.0), 0.0), ((0.9, 1.0), (2.5, 3.0), 1.0), ((0.01, 0.3), (0.2, 5.0), 0.25)]
    try:
        for i in range(400):
            scale, ratio, p = ranges[i % 4]
            width, height = rng.choice([(500, 375), (375, 500), (224, 224), (64, 64), (1, 1), (2, 900), (900, 2), (30, 41)])
            seed, number, content = rng.choice([0, 42, -1, 2**63 - 1, -(2**63)]), rng.choice([0, 1, 9, 999_999]), f"picture {i}"
            numbers = transforms.torch = Numbers(seed, content.encode(), number)
            top, left, h, w = transforms.RandomResizedCrop.get_params(Image.new("L", (width, height)), scale, ratio)
            flip = int(numbers.next() < p)
            h, w = max(1, h), max(1, w)  # of a single pixel torchvision may take a part without rows; ours has one
            rows.append((*scale, *ratio, p, width, height, seed, number, content, int(top), int(left), h, w, flip))
    finally:
        transforms.torch = torch
    return rows


def make(folder):
    for name, rows in {"applied": applied(), "files": files(), "parameters": parameters()}.items():
        (folder / f"{name}.tsv").write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
