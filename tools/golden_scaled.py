"""Golden values of scaled decoding: drawn JPEGs and what Pillow's draft, and a resize of the box that draft names, make of them."""
import hashlib, io
import numpy as np
from PIL import Image

# Odd sides, so that the last column and row of the scaled picture stand for pixels beyond the edge.
PICTURES = {"wide.jpg": (401, 267, dict(quality=80)), "tall.jpg": (203, 349, dict(quality=90, progressive=True)),
            "full.jpg": (251, 201, dict(quality=90, subsampling=0)), "grey.jpg": (301, 203, dict(quality=85))}
TARGETS = [(224, 224), (150, 130), (100, 80), (50, 40), (25, 30), (13, 9)]
CROPS = [(120, 100), (66, 64), (32, 32), (20, 17)]
TURNS = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
         5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90}


def drawn(width, height):
    y, x = np.mgrid[:height, :width]
    waves = [127 + 60 * np.sin(x / (5 + 9 * c)) + 60 * np.cos(y / (7 + 4 * c) + x / 31) for c in range(3)]
    edges = 40 * ((x // 17 + y // 23) % 2)
    return np.clip(np.stack(waves, axis=-1) + edges[..., None], 0, 255).astype(np.uint8)


def crop_sizes(w, h, short):
    """torchvision's Resize(short): the longer side by whole numbers."""
    return (short, int(short * h / w)) if w <= h else (int(short * w / h), short)


def draft(data, size):
    image = Image.open(io.BytesIO(data))
    w, h = image.size
    image.draft(None, size)
    scale = {-(-w // s): s for s in (8, 4, 2, 1)}[image.width]
    return image.convert("RGB"), (0, 0, w / scale, h / scale), scale


def sha(image):
    return hashlib.sha256(image.tobytes()).hexdigest()


def make(folder):
    rows = []
    for name, (w, h, options) in PICTURES.items():
        image = Image.fromarray(drawn(w, h))
        image = image.convert("L") if name == "grey.jpg" else image
        out = io.BytesIO()
        image.save(out, "JPEG", **options)
        (folder / name).write_bytes(out.getvalue())
        for size in TARGETS:
            pixels, box, scale = draft(out.getvalue(), size)
            rows.append(("stretch", name, 1, *size, scale, sha(pixels.resize(size, Image.Resampling.BILINEAR, box))))
        for short, crop in CROPS:
            size = crop_sizes(w, h, short)
            pixels, box, scale = draft(out.getvalue(), size)
            left, top = int(round((size[0] - crop) / 2.0)), int(round((size[1] - crop) / 2.0))
            cut = pixels.resize(size, Image.Resampling.BILINEAR, box).crop((left, top, left + crop, top + crop))
            rows.append(("crop", name, 1, short, crop, scale, sha(cut)))
    # Turned as a camera says: the picture is turned after draft, and its box with it.
    w, h = 101, 67
    for orientation, turn in TURNS.items():
        tags = Image.Exif()
        tags[274] = orientation
        out = io.BytesIO()
        Image.fromarray(drawn(w, h)).save(out, "JPEG", exif=tags.tobytes(), quality=70)
        (folder / f"exif{orientation}.jpg").write_bytes(out.getvalue())
        for size in [(45, 33), (22, 15)]:
            seen = size[::-1] if orientation >= 5 else size
            pixels, (_, _, right, bottom), scale = draft(out.getvalue(), seen)
            inside = np.zeros((pixels.height, pixels.width), bool)
            turned = pixels.transpose(turn)
            wide, high = (bottom, right) if orientation >= 5 else (right, bottom)
            # where the corner of the stored picture lies now
            inside[0, 0] = True
            y, x = np.argwhere(np.array(Image.fromarray(inside).transpose(turn)))[0]
            left = 0 if x == 0 else turned.width - wide
            top = 0 if y == 0 else turned.height - high
            box = (left, top, left + wide, top + high)
            rows.append(("stretch", f"exif{orientation}.jpg", orientation, *size, scale, sha(turned.resize(size, Image.Resampling.BILINEAR, box))))
    (folder / "scaled.tsv").write_text("\n".join("\t".join(map(str, row)) for row in rows) + "\n")
