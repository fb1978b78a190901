"""What torchvision says of the weights that KnownWeights names, and the names of ImageNet's classes as Graft's resource has to hold them."""
import hashlib, json, pathlib

from torchvision import models
from torchvision.models._meta import _IMAGENET_CATEGORIES as CLASSES

NETWORKS = ["ResNet18", "ResNet34", "ResNet50", "ResNet101", "ResNet152", "ResNeXt50_32X4D", "Wide_ResNet50_2"]
RESOURCE = pathlib.Path(__file__).resolve().parent.parent / "src/main/resources/dev/graft/hub/imagenet1k.txt"


def text():
    return "".join(name + "\n" for name in CLASSES).encode()


def make(folder: pathlib.Path):
    known = []
    for network in NETWORKS:
        for w in getattr(models, f"{network}_Weights"):
            t, accuracy = w.transforms(), w.meta["_metrics"]["ImageNet-1K"]
            assert w.meta["categories"] == CLASSES and t.antialias and t.interpolation.value == "bilinear", w
            known.append({
                "name": f"{network.upper()}_{w.name}", "architecture": network.lower(), "url": w.url, "mebibytes": w.meta["_file_size"],
                "resize": t.resize_size, "crop": t.crop_size, "mean": t.mean, "std": t.std, "top1": accuracy["acc@1"], "top5": accuracy["acc@5"]})
    lines = ",\n".join(json.dumps(k) for k in known)
    digest = hashlib.sha256(text()).hexdigest()
    (folder / "known.json").write_text(f'{{"classes": "{digest}", "known": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":    # writes the resource; the test of KnownWeights holds it against the digest above
    RESOURCE.parent.mkdir(parents=True, exist_ok=True)
    RESOURCE.write_bytes(text())
