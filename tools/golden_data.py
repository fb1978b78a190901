"""The order of classes and pictures that torchvision.datasets.ImageFolder gives on a tree made to confuse it."""
import json, pathlib, tempfile

from torchvision import datasets

# Legal on every file system, none a case variant of another; sorted differently by UTF-16 unit, by code point and by whole path.
CLASSES = ["cat", "Dog", "cat-2", "cat 3", "cat.b", "Zebra", "apple", "10", "9", "\u732b", "\u72ac", "\U0001f408", "\uff43at", "\u00e5ngstr\u00f6m", "_x"]
FILES = ["b.jpg", "a.JPG", "B2.jpeg", "a-b.png", "a/z.jpg", "a/c/d.webp", "a-b/y.jpg", "a.b/x.tif", "a b/w.TIFF", "a/c-2/q.bmp", "A2/p.ppm",
         "10.jpg", "9.jpg", "100.pgm", "\U0001f408.png", "\uff5a.png", "\U0001f408/1.jpg", "\uff5a/1.jpg", "\u732b/2.jpg", "e\u0301t\u00e9.jpg".replace("e\u0301", "\u00e9"),
         "notes.txt", "a/c/readme.md", "x.jpg.bak", "jpg", "archive.jpg.d/in.jpg", "a/clip.gif", "deep/1/2/3/4/5.jpg", "~.jpg", "a%20b.jpg", "#1.jpg", "(1).jpg"]


def make(folder: pathlib.Path):
    files = [f"{split}/{c}/{f}" for split in ("train", "val") for i, c in enumerate(CLASSES)
             for j, f in enumerate(FILES) if j < 3 or (i * 7 + j) % 5 == (split == "val") or c == "cat"]
    links = {"train/cat/link": "../Dog", "train/Dog/linked.jpg": "../cat/b.jpg"}    # a folder and a file
    with tempfile.TemporaryDirectory() as t:
        root = pathlib.Path(t)
        for f in files:
            (root / f).parent.mkdir(parents=True, exist_ok=True)
            (root / f).write_text(f, encoding="utf-8")
        for link, to in links.items():
            (root / link).symlink_to(to)
        listing = {"files": sorted(files), "links": links}
        for split in ("train", "val"):
            d = datasets.ImageFolder(root / split)
            listing["classes"] = d.classes
            listing[split] = [[pathlib.Path(p).relative_to(root).as_posix(), label] for p, label in d.samples]
    (folder / "tree.json").write_text(json.dumps(listing, separators=(",", ":")) + "\n", encoding="utf-8")
