"""Golden values of odd picture files: small files of each kind with Pillow's verdict and pixels, most of them TIFFs that are written
here tag by tag. Where Graft refuses what Pillow reads, the last column of the table says with which words."""
import hashlib, io, struct, warnings, zlib
import numpy as np
from PIL import Image

W, H = 13, 9
warnings.simplefilter("ignore")


def drawn(channels=1, bits=8):
    """A smooth picture of whole numbers."""
    y, x, c = np.ogrid[:H, :W, :channels]
    return (x * 19 + y * 23 * (c + 1)) * 2**max(0, bits - 8) * 5 // 4 % 2**bits


def packed(values, bits):
    """Rows of samples, the highest bit first, each row from a byte on."""
    rows = []
    for row in values.reshape(H, -1):
        text = "".join(format(int(v), f"0{bits}b") for v in row)
        text += "0" * (-len(text) % 8)
        rows.append(bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8)))
    return b"".join(rows)


def reversed_bits(data):
    return bytes(int(format(b, "08b")[::-1], 2) for b in data)


def tiff(chunks, bits, photometric, order="<", big=False, **tags):
    """A TIFF of these strips (or tiles, with tile=(w, h)); a tag t259=7 has one value or a tuple, a (type, bytes) pair is stored as it is."""
    samples = len(bits)
    tile = tags.pop("tile", None)
    entries = {256: W, 257: H, 258: tuple(bits), 259: 1, 262: photometric, 277: samples, 284: 1}
    entries.update({int(k[1:]): v for k, v in tags.items()})
    entries = {k: v for k, v in entries.items() if v is not None}
    if tile:
        entries[322], entries[323] = tile
    else:
        entries.setdefault(278, H)
    at = 16 if big else 8
    offsets = []
    for chunk in chunks:
        offsets.append(at)
        at += len(chunk) + len(chunk) % 2
    entries[324 if tile else 273], entries[325 if tile else 279] = tuple(offsets), tuple(map(len, chunks))
    size = 20 if big else 12
    values_at = at + (8 if big else 2) + size * len(entries) + (8 if big else 4)
    directory, values = b"", b""
    for tag, value in sorted(entries.items()):
        if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], bytes):
            kind, data = value
            count = len(data) // {3: 2, 5: 8, 7: 1, 1: 1}[kind]
        else:
            value = value if isinstance(value, tuple) else (value,)
            kind = 4 if tag in (273, 279, 324, 325) else 3
            count, data = len(value), struct.pack(order + (f"{len(value)}I" if kind == 4 else f"{len(value)}H"), *value)
        directory += struct.pack(order + ("HHQ" if big else "HHI"), tag, kind, count)
        room = 8 if big else 4
        if len(data) <= room:
            directory += data.ljust(room, b"\0")
        else:
            directory += struct.pack(order + ("Q" if big else "I"), values_at + len(values))
            values += data + b"\0" * (len(data) % 2)
    mark = b"II" if order == "<" else b"MM"
    head = mark + (struct.pack(order + "HHHQ", 43, 8, 0, at) if big else struct.pack(order + "HI", 42, at))
    pixels = b"".join(c + b"\0" * (len(c) % 2) for c in chunks)
    return head + pixels + struct.pack(order + ("Q" if big else "H"), len(entries)) + directory + bytes(8 if big else 4) + values


def strips(data, rows=4):
    row = len(data) // H
    return [data[i:i + rows * row] for i in range(0, len(data), rows * row)]


def tiles(samples, width, height):
    """Of interleaved 8-bit samples."""
    padded = np.zeros((-(-H // height) * height, -(-W // width) * width, samples.shape[2]), np.uint8)
    padded[:H, :W] = samples
    return [padded[y:y + height, x:x + width].tobytes() for y in range(0, padded.shape[0], height) for x in range(0, padded.shape[1], width)]


def lzw_of_old(data):
    """LZW with the lowest bit first, as TIFF had it before version 5: a clear code before every 200 bytes, so that all codes have 9 bits."""
    codes = []
    for i in range(0, len(data), 200):
        codes += [256, *data[i:i + 200]]
    codes.append(257)
    number = sum(code << 9 * i for i, code in enumerate(codes))
    return number.to_bytes(-(-9 * len(codes) // 8), "little")


def differences(samples, dtype):
    a = samples.astype(dtype)
    return np.concatenate([a[:, :1], a[:, 1:] - a[:, :-1]], axis=1)


def saved(image, form="TIFF", **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def jpeg(image, **options):
    return saved(image, "JPEG", **options)


def tiff_greys(add):
    for bits in (1, 2, 4):
        data = packed(drawn(1, bits), bits)
        for photometric in (0, 1):
            add(f"grey{bits}_{photometric}.tif", tiff([data], [bits], photometric))
            add(f"grey{bits}_{photometric}_low_first.tif", tiff([reversed_bits(data)], [bits], photometric, t266=2))
            add(f"grey{bits}_{photometric}_deflate_low_first.tif", tiff([reversed_bits(zlib.compress(data))], [bits], photometric, t266=2, t259=8))
    eight = drawn().astype(np.uint8).tobytes()
    add("grey8_white_is_zero.tif", tiff(strips(eight), [8], 0, t278=4))
    add("grey8_signed.tif", tiff([eight], [8], 1, t339=2))
    add("grey8_low_first.tif", tiff([reversed_bits(eight)], [8], 1, t266=2))
    add("grey8_from_ycbcr.tif", tiff([eight], [8], 6))
    add("grey12.tif", tiff([packed(drawn(1, 12) % 400, 12)], [12], 1))
    for order, name in (("<", "ii"), (">", "mm")):
        deep = drawn(1, 16)[..., 0] // 100
        add(f"grey16_{name}.tif", tiff([deep.astype(order + "u2").tobytes()], [16], 1, order))
        add(f"grey16_white_is_zero_{name}.tif", tiff([deep.astype(order + "u2").tobytes()], [16], 0, order))
        add(f"grey16_signed_{name}.tif", tiff([(deep - 200).astype(order + "i2").tobytes()], [16], 1, order, t339=2))
        add(f"grey16_predictor_{name}.tif", tiff([zlib.compress(differences(deep, order + "u2").tobytes())], [16], 1, order, t259=8, t317=2))
        add(f"grey32_signed_{name}.tif", tiff([(deep - 200).astype(order + "i4").tobytes()], [32], 1, order, t339=2))
        add(f"grey32_{name}.tif", tiff([deep.astype(order + "u4").tobytes()], [32], 1, order))
        add(f"grey32_float_{name}.tif", tiff([((deep - 200) / 1.7).astype(order + "f4").tobytes()], [32], 1, order, t339=3))
    for extra in (0, 1, 2):
        add(f"grey_and_{extra}.tif", tiff([drawn(2).astype(np.uint8).tobytes()], [8, 8], 1, t338=extra))


def tiff_colours(add):
    for n, extras in ((3, None), (4, None), (4, 0), (4, 1), (4, 2), (4, 999), (5, (0, 0)), (5, (1, 0)), (5, (2, 0)), (6, (0, 0, 0)), (6, (1, 0, 0)), (6, (2, 0, 0))):
        name = f"rgb{n}_" + "_".join(map(str, extras if isinstance(extras, tuple) else (extras,)))
        add(name + ".tif", tiff(strips(drawn(n).astype(np.uint8).tobytes()), [8] * n, 2, t338=extras, t278=4))
        if n <= 4:
            for order, mark in (("<", "ii"), (">", "mm")):
                add(f"{name}_16_{mark}.tif", tiff([drawn(n, 16).astype(order + "u2").tobytes()], [16] * n, 2, order, t338=extras))
    rgb = drawn(3).astype(np.uint8)
    add("rgb_low_first.tif", tiff([reversed_bits(rgb.tobytes())], [8] * 3, 2, t266=2))
    add("rgb_bigtiff.tif", tiff([rgb.tobytes()], [8] * 3, 2, big=True))
    add("rgb_turned_by_a_byte.tif", tiff([rgb.tobytes()], [8] * 3, 2, t274=(1, b"\x08")))
    for o in range(2, 9):
        add(f"rgb_turned{o}.tif", tiff([rgb.tobytes()], [8] * 3, 2, t274=o))
    add("rgb_planes.tif", tiff([p.tobytes() for p in np.moveaxis(rgb, 2, 0)], [8] * 3, 2, t284=2))
    for n, extra in ((3, None), (4, 1), (4, 2), (4, 0)):
        planes = np.moveaxis(drawn(n, 16).astype("<u2"), 2, 0)
        add(f"planes16_{n}_{extra}.tif", tiff([zlib.compress(p[y:y + 4].tobytes()) for p in planes for y in (0, 4, 8)], [16] * n, 2, t284=2, t259=8, t338=extra, t278=4))
    add("rgb_tiles.tif", tiff(tiles(rgb, 16, 16), [8] * 3, 2, tile=(16, 16)))
    add("rgb_tiles_deflate.tif", tiff([zlib.compress(t) for t in tiles(rgb, 16, 16)], [8] * 3, 2, t259=32946, tile=(16, 16)))
    add("cmyk.tif", tiff(strips(drawn(4).astype(np.uint8).tobytes()), [8] * 4, 5, t278=4))
    add("cmyk5.tif", tiff([drawn(5).astype(np.uint8).tobytes()], [8] * 5, 5, t338=0))
    for order, mark in (("<", "ii"), (">", "mm")):
        add(f"cmyk16_{mark}.tif", tiff([drawn(4, 16).astype(order + "u2").tobytes()], [16] * 4, 5, order))
    for bits in (1, 2, 4, 8):
        colours = tuple(int(v) for v in (np.arange(3 * 2**bits) * 40503 + 777) % 65536)
        data = packed(drawn(1, bits), bits)
        add(f"palette{bits}.tif", tiff([data], [bits], 3, t320=colours))
        add(f"palette{bits}_low_first.tif", tiff([reversed_bits(zlib.compress(data))], [bits], 3, t320=colours, t266=2, t259=8))
        add(f"palette{bits}_short.tif", tiff([data], [bits], 3, t320=colours[:-3]))
    for extra in (0, 1, 2):
        add(f"palette_and_{extra}.tif", tiff([drawn(2).astype(np.uint8).tobytes()], [8] * 2, 3, t320=colours, t338=extra))
    add("rgb3_of_4_bits.tif", tiff([packed(drawn(3, 4), 4)], [4] * 3, 2))
    add("rgb_of_unequal_bits.tif", tiff([rgb.tobytes()], [8, 8, 4], 2))


def tiff_ycbcr(add):
    rational = lambda *pairs: (5, struct.pack("<" + "I" * 2 * len(pairs), *[n for p in pairs for n in p]))
    bt709 = rational((2126, 10000), (7152, 10000), (722, 10000))
    studio = rational((15, 1), (235, 1), (128, 1), (240, 1), (128, 1), (240, 1))
    full = np.concatenate([drawn(1), drawn(1) // 2 + 60, 200 - drawn(1) // 2], axis=2).astype(np.uint8)
    add("ycbcr.tif", tiff([full.tobytes()], [8] * 3, 6, t530=(1, 1)))
    add("ycbcr_of_its_own.tif", tiff([full.tobytes()], [8] * 3, 6, t530=(1, 1), t529=bt709))
    for across, down in ((1, 1), (2, 1), (2, 2), (4, 2)):
        blocks = b""
        for y in range(0, H, down):
            for x in range(0, W, across):
                rows, columns = np.minimum(np.arange(y, y + down), H - 1), np.minimum(np.arange(x, x + across), W - 1)
                blocks += full[np.ix_(rows, columns)][..., 0].tobytes() + full[y, x, 1:].tobytes()
        for name, tags in (("", {}), ("_bt709", {"t529": bt709}), ("_studio", {"t532": studio})):
            add(f"ycbcr{across}{down}{name}_deflate.tif", tiff([zlib.compress(blocks)], [8] * 3, 6, t259=8, t530=(across, down), **tags))


def tiff_packings(add):
    rgb = drawn(3).astype(np.uint8)
    image = Image.fromarray(rgb)
    add("lzw.tif", saved(image, compression="tiff_lzw"))
    add("lzw_predictor.tif", saved(image, compression="tiff_lzw", tiffinfo={317: 2}))
    add("lzw_of_old.tif", tiff([lzw_of_old(s) for s in strips(rgb.tobytes())], [8] * 3, 2, t259=5, t278=4))
    add("packbits.tif", saved(Image.fromarray(rgb // 64 * 64), compression="packbits"))
    y, x = np.ogrid[:40, :3000]
    longs = Image.fromarray(((x + y * y) % (7 * y * y + 3 * y + 2) < y * y * 4 - y + 1))
    shorts = Image.fromarray(((x * (y + 1)) // 23 % 3 == 0)[:, :301])
    for name in ("tiff_ccitt", "group3", "group4"):
        for kind, bits in (("longs", longs), ("shorts", shorts), ("white", Image.new("1", (70, 5), 1)), ("black", Image.new("1", (70, 5), 0))):
            add(f"{name}_{kind}.tif", saved(bits, compression=name))
    add("group3_by_row_before.tif", saved(shorts, compression="group3", tiffinfo={292: 1}))
    add("group3_filled.tif", saved(shorts, compression="group3", tiffinfo={292: 4}))
    add("group4_low_first.tif", saved(shorts, compression="group4", tiffinfo={266: 2}))
    add("group4_strips.tif", saved(shorts, compression="group4", strip_size=400))
    add("jpeg_grey.tif", saved(image.convert("L"), compression="jpeg"))
    add("jpeg_rgb.tif", saved(image, compression="jpeg"))
    add("jpeg_cmyk.tif", saved(image.convert("CMYK"), compression="jpeg"))
    add("jpeg_ycbcr.tif", saved(image.convert("YCbCr"), compression="jpeg"))
    whole = jpeg(image, quality=80)
    add("jpeg_whole.tif", tiff([whole], [8] * 3, 6, t259=7, t530=(2, 2)))
    add("jpeg_sampled_as_rgb.tif", tiff([whole], [8] * 3, 2, t259=7))
    add("jpeg_whole_as_rgb.tif", tiff([jpeg(image, quality=80, subsampling=0)], [8] * 3, 2, t259=7))
    square = Image.fromarray(np.pad(rgb, ((0, 7), (0, 3), (0, 0)), mode="edge"))
    add("jpeg_tile.tif", tiff([jpeg(square, quality=80)], [8] * 3, 6, t259=7, t530=(2, 2), tile=(16, 16)))
    add("jpeg_planes.tif", tiff([jpeg(Image.fromarray(p), quality=90) for p in np.moveaxis(drawn(4).astype(np.uint8), 2, 0)], [8] * 4, 2, t259=7, t284=2, t338=2))


def tiff_damaged(add):
    rgb = drawn(3).astype(np.uint8)
    bits = Image.fromarray(drawn()[..., 0] % 5 < 2)
    noise = bytes((i * 73 + i * i * 11 + 5) % 256 for i in range(300))
    add("cut_raw.tif", tiff([rgb.tobytes()[:-1]], [8] * 3, 2)[:8 + 3 * W * H - 1 - 2], cut=True)
    ways = {5: lzw_of_old(rgb.tobytes()), 8: zlib.compress(rgb.tobytes()), 32773: b"".join(b"\0" + bytes([v]) for v in rgb.tobytes())}
    for way, data in ways.items():
        add(f"cut_{way}.tif", tiff([data[:-len(data) // 3]], [8] * 3, 2, t259=way))
        add(f"noise_{way}.tif", tiff([noise[:100]], [8] * 3, 2, t259=way))
        add(f"empty_{way}.tif", tiff([b""], [8] * 3, 2, t259=way))
        add(f"beyond_{way}.tif", tiff([data], [8] * 3, 2, t259=way)[:8 + len(data) // 2] + b"", cut=True)
    for way in (2, 3, 4):
        add(f"noise_{way}.tif", tiff([noise[:40]], [1], 0, t259=way), ours="damaged")
        add(f"empty_{way}.tif", tiff([b""], [1], 0, t259=way))
    add("noise_7.tif", tiff([noise], [8] * 3, 6, t259=7))
    picture = jpeg(Image.fromarray(rgb))
    add("cut_7.tif", tiff([picture[:-40]], [8] * 3, 6, t259=7, t530=(2, 2)), ours="truncated")
    add("other_size_7.tif", tiff([jpeg(Image.new("RGB", (2 * W, H)))], [8] * 3, 6, t259=7, t530=(2, 2)))
    add("few_strips.tif", tiff([zlib.compress(s) for s in strips(rgb.tobytes())][:2], [8] * 3, 2, t259=8, t278=4))
    add("no_size.tif", tiff([rgb.tobytes()], [8] * 3, 2, t256=None))


def tiff_unread(add):
    rgb = drawn(3).astype(np.uint8)
    for way, name in ((6, "old-style JPEG"), (34925, "LZMA"), (50000, "Zstandard"), (50001, "WebP"), (32809, "ThunderScan"), (34712, "JPEG 2000"), (34676, "LogLuv"), (60000, "compression 60000")):
        add(f"packed_{way}.tif", tiff([rgb.tobytes()], [8] * 3, 2, t259=way), ours=name)
    add("lzma.tif", saved(Image.fromarray(rgb), compression="lzma"), ours="LZMA")
    add("lab.tif", tiff([rgb.tobytes()], [8] * 3, 8), ours="CIE Lab")
    add("ycbcr_planes.tif", tiff([zlib.compress(p.tobytes()) for p in np.moveaxis(rgb, 2, 0)], [8] * 3, 6, t259=8, t284=2, t530=(1, 1)), ours="YCbCr in planes")
    floats = (drawn()[..., 0] / 3).astype("<f4")
    add("float_predictor.tif", tiff([zlib.compress(floats.tobytes())], [32], 1, t259=8, t339=3, t317=3), ours="predictor 3")
    add("jpeg_12_bits.tif", tiff([rgb.tobytes()], [12], 1, t259=7), ours="JPEG of 12 bits")


def bmp(bits, palette, data, colours=None):
    start = 14 + 40 + len(palette)
    head = struct.pack("<IiiHHIIiiII", 40, W, H, 1, bits, 0, len(data), 2835, 2835, len(palette) // 4 if colours is None else colours, 0)
    return b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start) + head + palette + data


def bmps(add):
    grey = lambda *values: b"".join(bytes([v, v, v, 0]) for v in values)
    for bits in (1, 4, 8):
        rows = packed(drawn(1, bits), bits)
        n = len(rows) // H
        data = b"".join(rows[i * n:i * n + n] + bytes(-n % 4) for i in range(H))
        palettes = {"black": grey(0), "white": grey(255), "black_white": grey(0, 255), "white_black": grey(255, 0), "black_black": grey(0, 0), "colours": bytes([1, 2, 3, 0, 200, 100, 50, 0]), "colour": bytes([9, 200, 30, 0])}
        if bits == 8:
            palettes |= {"ramp": grey(*range(100)), "three": grey(0, 1, 2), "whole": grey(*range(256)), "falling": grey(*range(255, -1, -1))}
        for name, palette in palettes.items():
            add(f"bits{bits}_{name}.bmp", bmp(bits, palette, data))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pngs(add):
    rgb = drawn(3).astype(np.uint8)
    head = struct.pack(">IIBBBBB", W, H, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in rgb)
    data = zlib.compress(rows)

    def png(before=b"", middle=None, after=b"", end=chunk(b"IEND", b"")):
        return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + (chunk(b"IDAT", data) if middle is None else middle) + after + end

    for kind, least in ((b"cHRM", 32), (b"gAMA", 4), (b"sRGB", 1), (b"pHYs", 9), (b"tRNS", 6), (b"acTL", 8)):
        for n in (0, least - 1, least):
            add(f"{kind.decode()}_{n}.png", png(before=chunk(kind, bytes(n))))
            add(f"{kind.decode()}_{n}_after.png", png(after=chunk(kind, bytes(n))))
    add("text_cut.png", png(after=chunk(b"tEXt", b"Title\0" + bytes(50))[:30], end=b""))
    add("text_head_cut.png", png(after=chunk(b"tEXt", b"Title\0" + bytes(50))[:6], end=b""))
    add("no_end.png", png(end=b""))
    whole = chunk(b"IDAT", data)
    add("data_longer_than_file.png", png(middle=struct.pack(">I", 1 << 20) + whole[4:], end=b""))
    add("data_without_checksum.png", png(middle=whole[:-4], end=b""))
    add("data_without_adler.png", png(middle=whole[:-7], end=b""))
    add("data_without_rows.png", png(middle=whole[:-40], end=b""))
    add("data_wrong_checksum.png", png(middle=whole[:-1] + bytes([whole[-1] ^ 1])))
    wrong = bytearray(whole)
    wrong[len(wrong) // 2] ^= 0xff
    add("data_damaged.png", png(middle=bytes(wrong)))
    lacking = zlib.compress(rows[:-20])
    add("data_of_fewer_rows.png", png(middle=chunk(b"IDAT", lacking)[:-1] + b"\0"))
    filtered = bytearray(rows)
    filtered[4 * len(rows) // H] = 9
    add("data_unknown_filter.png", png(middle=chunk(b"IDAT", zlib.compress(bytes(filtered)))[:-1] + b"\0"))
    for depth, colour in ((1, 0), (16, 6), (8, 3)):
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        channels = {0: 1, 6: 4, 3: 1}[colour]
        values = drawn(channels, depth)
        body = b""
        for x, y, dx, dy in passes:
            for row in values[y::dy, x::dx]:
                if row.size:
                    text = "".join(format(int(v), f"0{depth}b") for v in row.ravel())
                    text += "0" * (-len(text) % 8)
                    body += b"\0" + bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))
        head = struct.pack(">IIBBBBB", W, H, depth, colour, 0, 0, 1)
        palette = chunk(b"PLTE", bytes(i * 7 % 256 for i in range(768))) if colour == 3 else b""
        add(f"interlaced{depth}_{colour}_cut.png", png(before=palette, middle=chunk(b"IDAT", zlib.compress(body))[:-6], end=b""))


def lossless_jpeg():
    """Grey, predictor 1, a Huffman table of nine codes of four bits."""
    pixels = drawn()[..., 0] // 2
    bits = ""
    for y in range(H):
        for x in range(W):
            guess = 128 if x == y == 0 else pixels[y - 1, x] if x == 0 else pixels[y, x - 1]
            d = int(pixels[y, x] - guess)
            n = abs(d).bit_length()
            bits += format(n, "04b") + (format(d if d > 0 else d + 2**n - 1, f"0{n}b") if n else "")
    bits += "1" * (-len(bits) % 8)
    data = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)).replace(b"\xff", b"\xff\0")
    segment = lambda code, body: b"\xff" + bytes([code]) + struct.pack(">H", len(body) + 2) + body
    table = bytes([0, 0, 0, 0, 9] + [0] * 12) + bytes(range(9))
    return b"\xff\xd8" + segment(0xc3, struct.pack(">BHHBBBB", 8, H, W, 1, 1, 0x11, 0)) + segment(0xc4, table) + segment(0xda, bytes([1, 1, 0, 1, 0, 0])) + data + b"\xff\xd9"


def jpegs(add):
    add("lossless.jpg", lossless_jpeg())
    add("hierarchical.jpg", jpeg(Image.fromarray(drawn(3).astype(np.uint8))).replace(b"\xff\xc0", b"\xff\xc5"))
    plain = jpeg(Image.fromarray(drawn(3).astype(np.uint8)))
    add("between_segments.jpg", plain[:20] + b"abc\0\xff\0d" + plain[20:])


def make(folder):
    rows = []
    for old in folder.iterdir():
        old.unlink()

    def add(name, data, ours="", cut=False):
        (folder / name).write_bytes(data)
        try:
            image = Image.open(io.BytesIO(data)).convert("RGB")
            verdict = f"{image.width}\t{image.height}\t{hashlib.sha256(image.tobytes()).hexdigest()}"
        except Exception:
            verdict = "refused\t\t"
        rows.append(f"{name}\t{verdict}\t{ours}")

    for part in (tiff_greys, tiff_colours, tiff_ycbcr, tiff_packings, tiff_damaged, tiff_unread, bmps, pngs, jpegs):
        part(add)
    for size in ((100, 100), (1, 1), (3, 2)):
        add(f"one_colour{size[0]}.webp", saved(Image.new("RGBA", size, (200, 30, 99, 255)), "WEBP", lossless=True))
    (folder / "table.tsv").write_text("\n".join(rows) + "\n")
