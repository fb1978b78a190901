"""Golden values of dev.graft.image: small drawn pictures in every format and mode with Pillow's pixels, and the resize,
crop and normalisation of Pillow and torchvision. Pictures come from integer formulas, which the Java tests repeat."""
import hashlib, io, struct
import numpy as np
from PIL import Image, ImageOps
from torchvision import transforms as T

WIDTH, HEIGHT = 23, 17


def drawn(width, height, channels=3):
    """The picture that DrawnPicture.java draws too."""
    y, x, c = np.ogrid[:height, :width, :channels]
    return ((x * 31 + y * 57 + c * 91 + (x * y) % 253 * 7) % 256).astype(np.uint8)


def filters(folder):
    """Five filters of Pillow that average, whole pictures and boxes with edges within pixels. CMYK stands for any four channels."""
    sizes = [(1, 1, 1, 1), (1, 1, 5, 7), (1, 9, 3, 4), (9, 1, 4, 3), (5000, 3, 7, 224), (3, 3000, 224, 7), (50, 37, 22, 23), (22, 23, 50, 37)]
    sizes += [(31, 19, 31, 19), (64, 64, 1, 1), (500, 375, 224, 224), (40, 160, 64, 31), (160, 40, 31, 64), (170, 242, 278, 22), (500, 375, 256, 341)]
    rows = []
    for name in ("BOX", "BILINEAR", "HAMMING", "BICUBIC", "LANCZOS"):
        for w, h, to_w, to_h in sizes:
            for channels, mode in ((1, "L"), (3, "RGB"), (4, "CMYK")):
                data = drawn(w, h, channels)
                image = Image.frombytes(mode, (w, h), data.tobytes())
                boxes = [(0, 0, w, h), (w / 3, h / 7, w - w / 5, h - h / 9), (w * 0.4, h * 0.6, min(w * 0.4 + 0.75, w), h)]
                for box in boxes:
                    box = tuple(float(np.float32(edge)) for edge in box)
                    out = image.resize((to_w, to_h), getattr(Image, name), box=box)
                    rows.append("\t".join(map(str, (name, w, h, channels, *box, to_w, to_h, sha(out.tobytes())))))
    (folder / "filters.tsv").write_text("\n".join(rows) + "\n")
    rows = []
    for w, h, to_w, to_h in sizes:
        for name in ("BILINEAR", "HAMMING", "LANCZOS"):
            for box in [(0, 0, w, h), (w / 3, h / 7, w - w / 5, h - h / 9)]:
                box = tuple(float(np.float32(edge)) for edge in box)
                image = Image.frombytes("RGBA", (w, h), drawn(w, h, 4).tobytes())
                out = image.resize((to_w, to_h), getattr(Image, name), box=box)
                rows.append("\t".join(map(str, (name, w, h, *box, to_w, to_h, sha(out.tobytes())))))
    (folder / "rgba.tsv").write_text("\n".join(rows) + "\n")


def smooth():
    y, x, c = np.ogrid[:HEIGHT, :WIDTH, :3]
    return ((x * 9 + y * 5 * (c + 1)) % 256).astype(np.uint8)


def sha(data):
    return hashlib.sha256(data).hexdigest()


def exif(orientation):
    tags = Image.Exif()
    tags[274] = orientation
    return tags.tobytes()


def pictures(folder):
    rgb = Image.fromarray(smooth())
    alpha = rgb.copy()
    alpha.putalpha(Image.fromarray(drawn(WIDTH, HEIGHT)[..., 0]))
    deep = Image.fromarray((np.arange(WIDTH * HEIGHT, dtype=np.uint16) * 3).reshape(HEIGHT, WIDTH))
    grey, palette, bits = rgb.convert("L"), rgb.quantize(200), rgb.convert("L").point(lambda v: 255 * (v > 99), "1")

    def save(name, image, **options):
        image.save(folder / name, **options)

    save("grey.jpg", grey, quality=90)
    save("rgb.jpg", rgb, quality=75)
    save("rgb444.jpg", rgb, quality=95, subsampling=0)
    save("progressive.jpg", rgb, quality=60, progressive=True)
    save("restarts.jpg", rgb, restart_marker_blocks=1)
    for o in range(1, 9):
        save(f"exif{o}.jpg", rgb.crop((0, 0, 9, 5)), quality=90, subsampling=0, exif=exif(o))
    for name, image in {"grey": grey, "greyalpha": alpha.convert("LA"), "rgb": rgb, "rgba": alpha, "bits": bits, "deep": deep, "p8": palette}.items():
        save(f"{name}.png", image)
    for depth, colours in ((1, 2), (2, 4), (4, 16)):
        save(f"p{depth}.png", rgb.quantize(colours), bits=depth)
    save("transparent.png", palette, transparency=3)
    save("exif6.png", rgb, exif=exif(6))
    save("animated.png", rgb, save_all=True, append_images=[grey.convert("RGB"), Image.new("RGB", rgb.size)])
    save("lossy.webp", rgb, quality=70)
    save("lossless.webp", rgb, lossless=True)
    save("alpha.webp", alpha, lossless=True, exact=True)
    save("exif8.webp", rgb, lossless=True, exif=exif(8))
    save("animated.webp", rgb, lossless=True, save_all=True, append_images=[Image.new("RGB", rgb.size)])
    for name, image in {"bits": bits, "grey": grey, "p8": palette, "p4": rgb.quantize(16), "rgb": rgb, "rgba": alpha}.items():
        save(f"{name}.bmp", image)
    save("palette.gif", palette)
    save("plain.gif", palette, interlace=False)
    save("grey.gif", grey)
    save("animated.gif", palette, save_all=True, append_images=[Image.new("P", rgb.size)])
    save("bits.pbm", bits)
    save("grey.pgm", grey)
    save("rgb.ppm", rgb)
    save("deep.pgm", deep)
    plain = lambda kind, most, values: f"{kind}\n# drawn\n{WIDTH} {HEIGHT}{most}\n{' '.join(map(str, values))}\n".encode()
    (folder / "plain_bits.pbm").write_bytes(plain("P1", "", (np.asarray(bits) ^ 1).astype(int).ravel()))
    (folder / "plain_grey.pgm").write_bytes(plain("P2", "\n255", np.asarray(grey).ravel()))
    (folder / "plain_rgb.ppm").write_bytes(plain("P3", "\n31", (smooth() >> 3).ravel()))
    (folder / "few.ppm").write_bytes(b"P6 %d %d 100\n" % (WIDTH, HEIGHT) + (smooth() % 101).tobytes())
    save("raw.tif", rgb)
    save("lzw.tif", rgb, compression="tiff_lzw")
    save("deflate.tif", grey, compression="tiff_adobe_deflate")
    save("bits.tif", bits, compression="group4")
    save("deep.tif", deep)
    save("turned.tif", rgb, compression="tiff_lzw", tiffinfo={274: 6})


def decoded(folder):
    rows = []
    for path in sorted(folder.iterdir()):
        stored = Image.open(io.BytesIO(path.read_bytes()))
        turned = ImageOps.exif_transpose(stored).convert("RGB")
        stored = stored.convert("RGB")
        rows.append(f"{path.name}\t{stored.width}\t{stored.height}\t{sha(stored.tobytes())}\t{turned.width}\t{turned.height}\t{sha(turned.tobytes())}")
    return rows


SIZES = [(1, 1, 224, 224), (1, 9, 5, 3), (9, 1, 3, 5), (1, 1, 1, 1), (3, 2, 2, 3), (7, 7, 7, 7), (7, 5, 7, 9), (7, 5, 9, 5), (100, 75, 224, 224),
         (500, 375, 224, 224), (375, 500, 224, 224), (224, 300, 224, 224), (300, 224, 224, 224), (224, 224, 224, 224), (5000, 3, 7, 224),
         (3, 5000, 224, 7), (1023, 767, 33, 65), (2, 2, 1000, 3), (640, 480, 1, 1), (33, 31, 299, 288), (300, 500, 224, 224), (224, 500, 224, 224), (20, 39, 8, 15), (20, 40, 8, 15), (9, 700, 20, 30), (70, 142, 16, 27)]
CROPS = [(500, 375, 256, 224), (375, 500, 256, 224), (300, 300, 256, 224), (256, 256, 256, 224), (257, 401, 256, 223), (100, 33, 40, 39), (33, 100, 40, 40),
         (2, 700, 9, 6), (1, 1, 8, 5), (431, 287, 232, 225)]


def make(folder):
    pictures_folder = folder / "pictures"
    pictures_folder.mkdir(exist_ok=True)
    pictures(pictures_folder)
    (folder / "decoded.tsv").write_text("\n".join(decoded(pictures_folder)) + "\n")

    rows = []
    for w, h, to_w, to_h in SIZES:
        resized = T.Resize((to_h, to_w))(Image.fromarray(drawn(w, h)))
        rows.append(f"{w}\t{h}\t{to_w}\t{to_h}\t{sha(resized.tobytes())}")
    (folder / "resized.tsv").write_text("\n".join(rows) + "\n")
    filters(folder)

    rows = []
    for w, h, short, crop in CROPS:
        cut = T.Compose([T.Resize(short), T.CenterCrop(crop)])(Image.fromarray(drawn(w, h)))
        rows.append(f"{w}\t{h}\t{short}\t{crop}\t{sha(cut.tobytes())}")
    (folder / "cropped.tsv").write_text("\n".join(rows) + "\n")

    every = Image.fromarray(np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2))
    for name, mean, std in (("imagenet", [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]), ("odd", [0.1307, 0.5, 0.3], [0.3081, 0.5, 0.7])):
        table = T.Compose([T.ToTensor(), T.Normalize(mean, std)])(every)[:, 0, :]
        (folder / f"table_{name}.bin").write_bytes(struct.pack("<768f", *table.flatten().tolist()))

    rows = []
    recipe = T.Compose([T.Resize((24, 20)), T.ToTensor(), T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
    for name in ("rgb.jpg", "grey.jpg", "rgba.png", "lossy.webp"):
        sample = recipe(Image.open(pictures_folder / name).convert("RGB")).permute(1, 2, 0).contiguous()
        rows.append(f"{name}\t{sha(sample.numpy().astype('<f4').tobytes())}")
    (folder / "samples.tsv").write_text("\n".join(rows) + "\n")
