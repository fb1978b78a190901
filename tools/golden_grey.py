"""Golden values of scaled grey levels: 16-bit and other grey pictures, and the RGB bytes that NumPy and Pillow make of them by a window, percentiles or the full range."""
import hashlib, io, struct, zlib
import numpy as np
from PIL import Image

WIDTH, HEIGHT = 53, 41
SCALINGS = ["window:1500,1200", "window:-100,900.5", "percentile:0.5,99.5", "percentile:0,100", "percentile:2.25,61.7", "full"]
SMALL_WINDOW = "window:100,80"  # within 8 bits
SIZES = [None, (32, 24)]


def drawn():
    """A soft ramp with a disc in it, noise, and some pixels far away from the others."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    values = 700 + 25 * x + 11 * y + 400 * (np.hypot(x - 30, y - 18) < 9) + np.random.RandomState(5).randint(-90, 91, (HEIGHT, WIDTH))
    values[0, :4] = [0, 65535, 40000, 3]
    return values


def png(values, colour, depth):
    """A PNG of big-endian samples, for kinds that Pillow does not write."""
    rows = b"".join(b"\0" + row.tobytes() for row in values)
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b"")


def tiff(values, photometric=1, sample_format=1, orientation=1, order="<", rows=16):
    """A TIFF without packing in strips of some rows."""
    strips = [values[i : i + rows].tobytes() for i in range(0, len(values), rows)]
    at = np.cumsum([8] + [len(s) for s in strips]).tolist()
    lists = at[-1] + (at[-1] & 1)
    n = len(strips)
    tags = [(256, 1, values.shape[1]), (257, 1, len(values)), (258, 1, values.dtype.itemsize * 8), (259, 1, 1), (262, 1, photometric),
            (273, n, lists), (274, 1, orientation), (277, 1, 1), (278, 1, rows), (279, n, lists + 4 * n), (339, 1, sample_format)]
    data = b"".join(strips) + b"\0" * (at[-1] & 1)
    data += struct.pack(f"{order}{2 * n}I", *at[:-1], *[len(s) for s in strips])
    directory = struct.pack(f"{order}H", len(tags)) + b"".join(
        struct.pack(f"{order}HHII" if count > 1 or tag in (256, 257, 278) else f"{order}HHIHxx", tag, 4 if count > 1 or tag in (256, 257, 278) else 3, count, value)
        for tag, count, value in tags) + b"\0\0\0\0"
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8 + len(data)) + data + directory


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def pictures():
    """Name, file, values, least and most that can be stored (None for floats), whether white is zero, whether it has 8 bits."""
    v = drawn()
    deep, signed = v.astype(np.uint16), (v.clip(0, 20000) - 1300).astype(np.int16)
    image = Image.fromarray(deep)
    whole = (0, 65535)
    yield "deep.png", saved(image, "PNG"), deep, whole, False, False
    yield "deep.tif", saved(image, "TIFF"), deep, whole, False, False
    yield "lzw.tif", saved(image, "TIFF", compression="tiff_lzw"), deep, whole, False, False
    yield "big.tif", tiff(deep.astype(">u2"), order=">"), deep, whole, False, False
    yield "white.tif", tiff(deep, photometric=0), deep, whole, True, False
    yield "signed.tif", tiff(signed, sample_format=2), signed, (-32768, 32767), False, False
    floats = (signed / np.float32(1.7)).astype(np.float32)
    yield "floats.tif", tiff(floats, sample_format=3), floats, None, False, False
    long = v.astype(np.uint32) * 3 + 2**31
    yield "long.tif", tiff(long), long, (0, 2**32 - 1), False, False
    yield "alpha.png", png(np.stack([deep, deep[::-1]], -1).astype(">u2"), 4, 16), deep, whole, False, False
    few = deep.clip(0, 4095)
    yield "few.pgm", b"P5 %d %d 4095\n" % (WIDTH, HEIGHT) + few.astype(">u2").tobytes(), few, (0, 4095), False, False
    small = (few / 16).astype(np.uint8)
    yield "small.png", saved(Image.fromarray(small), "PNG"), small, (0, 255), False, True
    yield "small-rgb.png", saved(Image.fromarray(small).convert("RGB"), "PNG"), small, (0, 255), False, True


def scaled(values, scaling, range_, white_is_zero):
    """The definition, in NumPy."""
    kind, _, numbers = scaling.partition(":")
    numbers = [float(n) for n in numbers.split(",") if n]
    values = values.astype(np.float64)
    if kind == "window":
        low, high = numbers[0] - numbers[1] / 2, numbers[0] + numbers[1] / 2
    elif kind == "percentile":
        low, high = np.percentile(values, numbers)
    else:
        low, high = range_
    level = np.rint((values - low) / (high - low) * 255)
    level = np.where(values <= low, 0, np.where(values > high, 255, level)).astype(np.uint8)
    return 255 - level if white_is_zero else level


def sha(image):
    return hashlib.sha256(image.convert("RGB").tobytes()).hexdigest()


def make(folder):
    lines = []
    for name, file, values, range_, white, small in pictures():
        (folder / name).write_bytes(file)
        if name not in ("long.tif", "alpha.png", "few.pgm"):  # these Pillow reads otherwise
            read = np.asarray(Image.open(io.BytesIO(file)))
            assert np.array_equal(read if read.ndim == 2 else read[..., 0], values), name
        for scaling in SCALINGS + ([SMALL_WINDOW] if small else []):
            if scaling == "full" and range_ is None or small and scaling in SCALINGS[:2]:
                lines.append(f"{name}\t{scaling}\trefused")
                continue
            image = Image.fromarray(scaled(values, scaling, range_, white))
            for size in SIZES:
                resized = image if size is None else image.convert("RGB").resize(size, Image.Resampling.BILINEAR)
                lines.append(f"{name}\t{scaling}\t{'whole' if size is None else '%dx%d' % size}\t{sha(resized)}")
    turned = Image.fromarray(scaled(drawn().astype(np.uint16), SCALINGS[0], None, False)).transpose(Image.Transpose.ROTATE_270)
    (folder / "turned.tif").write_bytes(tiff(drawn().astype(np.uint16), orientation=6))
    lines.append(f"turned.tif\t{SCALINGS[0]}\twhole\t{sha(turned)}")
    (folder / "scaled.tsv").write_text("\n".join(lines) + "\n")
