#!/usr/bin/env python3
"""What PyTorch says of the models that versions of Graft saved, for KeptModelsTest: a file expected.tsv beside each version's models, with
the name of the file and the probabilities of the classes for one picture.

  java -cp CLASSES dev.graft.model.KeptModels src/test/resources/saved/VERSION src/test/resources/golden/explain/scripted.pt
  python tools/kept_models.py src/test/resources/saved/VERSION
"""
import gzip, io, json, pathlib, sys
import torch
from PIL import Image
from torchvision import transforms as T

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from golden_predict import END, drawn

folder = pathlib.Path(sys.argv[1])
lines = []
for name in ("model.pt", "foreign.pt"):
    file = io.BytesIO(gzip.decompress(gzip.decompress((folder / f"{name}.gz.gz").read_bytes())))
    extra = {"graft.json": ""}
    network = torch.jit.load(file, _extra_files=extra).eval()
    resize = json.loads(extra["graft.json"])["preprocessing"]["resize"]
    if resize["kind"] == "stretch":
        steps = [T.Resize((resize["height"], resize["width"]))]
    else:
        steps = [T.Resize(resize["short_side"]), T.CenterCrop(resize["crop"])]
    with torch.no_grad():
        p = network(T.Compose([*steps, *END])(Image.fromarray(drawn(7, 150, 110)))[None]).softmax(1)[0]
    assert 0.01 < p.min() and p.max() < 0.98, p
    lines.append(f"{name}\t" + "\t".join(f"{v:.9g}" for v in p.tolist()) + "\n")
(folder / "expected.tsv").write_text("".join(lines))
