#!/usr/bin/env python3
"""Holds ONNX files that Graft exported against the model they come from: python tools/check_onnx.py MODEL.pt EXPORT.onnx... [MODEL.pt EXPORT.onnx...]...

MODEL.pt is the TorchScript of Classifier.save. Each export must pass onnx.checker with shape inference, and be the bytes that
onnx writes of it. ONNX Runtime must give the script's logits within 1e-4 of the largest, or the softmax of them, and the same
class (unless two logits are closer than 2e-4), for 1 picture and for 5. Classes and preprocessing must be the script's.
Needs: pip install onnx onnxruntime torch numpy (a venv outside the repository)."""
import json, pathlib, sys
import numpy as np, onnx, onnxruntime, torch

options = onnxruntime.SessionOptions()
options.log_severity_level = 2  # warnings

for name in sys.argv[1:]:
    if name.endswith(".pt"):
        extra = {"graft.json": ""}
        script = torch.jit.load(name, map_location="cpu", _extra_files=extra)
        card = json.loads(extra["graft.json"])
        height, width = card["preprocessing"]["resize"]["height"], card["preprocessing"]["resize"]["width"]
        torch.manual_seed(1)
        continue
    raw = pathlib.Path(name).read_bytes()
    model = onnx.load_from_string(raw)
    onnx.checker.check_model(model, full_check=True)
    assert model.SerializeToString(deterministic=True) == raw, "onnx writes other bytes"
    texts = {p.key: p.value for p in model.metadata_props}
    assert json.loads(texts["classes"]) == card["classes"], texts["classes"]
    assert json.loads(texts["preprocessing"]) == card["preprocessing"], texts["preprocessing"]
    assert texts["architecture"] == card["architecture"] and texts["producer"] == "graft" and texts["version"], texts
    assert model.ir_version == 8 and [o.version for o in model.opset_import] == [17]
    session = onnxruntime.InferenceSession(raw, options, providers=["CPUExecutionProvider"])
    (entry,), (output,) = session.get_inputs(), session.get_outputs()
    assert entry.shape == ["batch", 3, height, width], entry.shape
    assert output.shape == ["batch", len(card["classes"])], output.shape
    worst = 0
    for batch in (1, 5):
        x = torch.randn(batch, 3, height, width)
        with torch.no_grad():
            logits = script(x)
        expected = (logits.softmax(1) if output.name == "probabilities" else logits).numpy()
        (made,) = session.run(None, {entry.name: x.numpy()})
        scale = np.maximum(1, np.abs(expected).max(1, keepdims=True))
        worst = max(worst, float((np.abs(made - expected) / scale).max()))
        top = logits.topk(2, 1).values
        same = (made.argmax(1) == expected.argmax(1)) | ((top[:, 0] - top[:, 1]) < 2e-4).numpy()
        assert same.all(), f"{name}: other classes"
    assert worst <= 1e-4, f"{name}: differs by {worst}"
    operators = sorted({n.op_type for n in model.graph.node})
    print(f"{pathlib.Path(name).name}: {len(raw)} bytes, {len(model.graph.node)} nodes ({' '.join(operators)}), differs by {worst:.1e}")
