"""The names and shapes of the ResNets of Hugging Face's transformers, 18 to 152, as its own classes have them."""
import gzip, pathlib

SIZES = {
    18: ("basic", [2, 2, 2, 2]), 34: ("basic", [3, 4, 6, 3]),
    50: ("bottleneck", [3, 4, 6, 3]), 101: ("bottleneck", [3, 4, 23, 3]), 152: ("bottleneck", [3, 8, 36, 3]),
}  # fmt: skip


def make(folder: pathlib.Path):
    import torch
    from transformers import ResNetConfig, ResNetForImageClassification

    rows = []
    for size, (kind, depths) in SIZES.items():
        widths = [64, 128, 256, 512] if kind == "basic" else [256, 512, 1024, 2048]
        with torch.device("meta"):
            config = ResNetConfig(layer_type=kind, depths=depths, hidden_sizes=widths, num_labels=1000)
            state = ResNetForImageClassification(config).state_dict()
        rows += [f"resnet{size}\t{k}\t{','.join(map(str, v.shape))}\n" for k, v in state.items()]
    (folder / "names.tsv.gz").write_bytes(gzip.compress("".join(rows).encode(), 9, mtime=0))
