"""Golden checksums of the preprocessing contract (PreprocessingSample.java): what Pillow and torchvision make of the sample pictures."""
import hashlib, pathlib
import numpy as np
from PIL import Image, ImageOps
from torchvision import transforms as T

RESOURCES = pathlib.Path(__file__).resolve().parent.parent / "src/main/resources/dev/graft/image"


def drawn(width, height):
    y, x, c = np.ogrid[:height, :width, :3]
    return ((x * (2 + c) + y * (4 - c) + (x // 7 * 5 + y // 6 * 3 + c * 4) % 13 * 15) % 256).astype(np.uint8)


def make(folder: pathlib.Path):
    def checksum(transform, turned=False):
        files = [Image.open(RESOURCES / "sample.jpg"), Image.open(RESOURCES / "sample.png"), Image.fromarray(drawn(90, 120))]
        upright = [ImageOps.exif_transpose(f) if turned else f for f in files]
        return hashlib.sha256(b"".join(transform(f.convert("RGB")).tobytes() for f in upright)).hexdigest()

    lines = [
        checksum(T.Resize((224, 224))),
        checksum(T.Resize((224, 224)), turned=True),
        checksum(T.Compose([T.Resize(256), T.CenterCrop(224)])),
        checksum(T.Resize((64, 96))),
    ]
    (folder / "checksums.txt").write_text("\n".join(lines) + "\n")
