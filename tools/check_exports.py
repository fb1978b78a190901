#!/usr/bin/env python3
"""Opens what graft export wrote with the tools it is for: python tools/check_exports.py MODEL.pt EXPORTS PICTURES

MODEL.pt is the model, EXPORTS the folder of its exports (graft export MODEL.pt --format ... --out EXPORTS), PICTURES a folder
of pictures. Each export gives logits for the first pictures, which are compared with those of torch.jit.load(MODEL.pt). An
export that is not there, or whose tool is not installed, is skipped with a line. Exits 1 when one differs, or none is there."""
import json, pathlib, sys
import numpy, torch, torchvision
from PIL import Image

MOST = 24
SAME = 1e-4  # of the largest logit, for the same numbers at the input
NEAR = 0.05  # of the largest logit, from picture to logits, where pixels may differ by a level


class Skipped(Exception):
    pass


def pictures(folder):
    ends = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}
    files = sorted(f for f in folder.rglob("*") if f.suffix.lower() in ends)
    return [Image.open(f).convert("RGB") for f in files[:: max(1, len(files) // MOST)][:MOST]]


def transform(card):
    resize, norm = card["preprocessing"]["resize"], card["preprocessing"]["normalization"]
    if resize["kind"] == "stretch":
        steps = [torchvision.transforms.Resize((resize["height"], resize["width"]))]
    else:
        steps = [torchvision.transforms.Resize(resize["short_side"]), torchvision.transforms.CenterCrop(resize["crop"])]
    steps += [torchvision.transforms.ToTensor(), torchvision.transforms.Normalize(norm["mean"], norm["std"])]
    return torchvision.transforms.Compose(steps)


def torchscript(path, model):
    yield "logits", torch.jit.load(path)(model.inputs), SAME


def self_contained(path, model):
    script = torch.jit.load(path)
    assert list(script.classes) == model.card["classes"], script.classes
    pixels = [torch.from_numpy(numpy.array(p)) for p in model.pictures]
    probabilities = torch.stack([script(p) for p in pixels])
    assert (probabilities.sum(1) - 1).abs().max() < 1e-5
    prepared = torch.cat([script.prepare(p) for p in pixels])
    std = torch.tensor(model.card["preprocessing"]["normalization"]["std"]).reshape(1, 3, 1, 1)
    levels = ((prepared - model.inputs) * std * 255).abs().max().item()
    assert levels < 1.01, f"pixels differ by {levels:.2f} levels"
    yield "logits from pictures", torch.stack([script.logits(p) for p in pixels]), NEAR


def torchvision_model(state, model):
    network = torchvision.models.get_model(model.card["architecture"], num_classes=len(model.card["classes"]))
    network.load_state_dict(state, strict=True)
    return network.eval()


def state_dict(path, model):
    yield "logits", torchvision_model(torch.load(path, weights_only=True), model)(model.inputs), SAME


def safetensors(path, model):
    try:
        import safetensors.torch as library
        from safetensors import safe_open
    except ImportError:
        raise Skipped("safetensors is not installed")
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    assert metadata["format"] == "pt" and json.loads(metadata["classes"]) == model.card["classes"], metadata
    assert json.loads(metadata["preprocessing"]) == model.card["preprocessing"]
    assert metadata["architecture"] == model.card["architecture"]
    yield "logits", torchvision_model(library.load_file(path), model)(model.inputs), SAME


def huggingface(path, model):
    try:
        from transformers import AutoImageProcessor, AutoModelForImageClassification
    except ImportError:
        raise Skipped("transformers is not installed")
    network, told = AutoModelForImageClassification.from_pretrained(path, output_loading_info=True)
    assert not any(told[k] for k in ("missing_keys", "unexpected_keys", "mismatched_keys")), told
    assert [network.config.id2label[i] for i in range(len(model.card["classes"]))] == model.card["classes"]
    yield "logits", network(model.inputs).logits, SAME
    ready = AutoImageProcessor.from_pretrained(path)(model.pictures, return_tensors="pt")
    yield "logits from pictures", network(**ready).logits, NEAR


def onnx(path, model):
    try:
        import onnxruntime
    except ImportError:
        raise Skipped("onnxruntime is not installed")
    try:
        import onnx as library

        library.checker.check_model(path, full_check=True)
    except ImportError:
        print("onnx: onnx.checker skipped, onnx is not installed")
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (logits, *_) = session.run(None, {session.get_inputs()[0].name: model.inputs.numpy()})
    yield "logits", torch.from_numpy(logits), SAME


CHECKS = {
    ".torchscript.pt": torchscript,
    ".self-contained.pt": self_contained,
    ".pth": state_dict,
    ".safetensors": safetensors,
    "-huggingface": huggingface,
    ".onnx": onnx,
}


class Model:
    def __init__(self, path, folder):
        extra = {"graft.json": ""}
        script = torch.jit.load(path, _extra_files=extra)
        self.card = json.loads(extra["graft.json"])
        self.pictures = pictures(folder)
        self.inputs = torch.stack([transform(self.card)(p) for p in self.pictures])
        self.logits = script(self.inputs)


def check(name, path, model):
    """Whether it is the model; prints what was found."""
    whole = True
    try:
        for what, logits, allowed in CHECKS[name](str(path), model):
            off = (logits - model.logits).abs().max().item()
            largest = model.logits.abs().max().item()
            same = int((logits.argmax(1) == model.logits.argmax(1)).sum())
            print(f"{path.name}: {what} of {len(logits)} pictures off by {off:.2g} (largest {largest:.3g}), {same} of the same class")
            whole &= off <= allowed * largest
    except Skipped as why:
        print(f"{path.name}: skipped, {why}")
    except AssertionError as e:
        print(f"{path.name}: WRONG: {e}")
        return False
    return whole


def main():
    path, exports, folder = sys.argv[1:]
    results = []
    with torch.no_grad():
        model = Model(path, pathlib.Path(folder))
        for name in CHECKS:
            found = sorted(f for f in pathlib.Path(exports).iterdir() if f.name.endswith(name))
            if not found:
                print(f"*{name}: skipped, there is none in {exports}")
            results += [check(name, f, model) for f in found]
    sys.exit(not results or not all(results))


main()
