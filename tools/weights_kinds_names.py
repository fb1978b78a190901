#!/usr/bin/env python3
"""Makes the kinds of weights files whose names, numbers or containers are not those of a plain state dict.

    tools/weights_kinds_names.py OUT [--only KIND,...] [--table]

All are made of one ResNet18 with random weights (seed 17), in OUT/KIND/. OUT/kinds.tsv has a line for each: its name, the file to
open, what Graft does (read, or refused), a word of the note or refusal, the file of the same tensors saved the plain way, and for a
refused kind the file that its user has after doing what the refusal says (else -).
--table prints the rows of docs/weights.md instead, with what torch.load(weights_only=True) does on each file, measured.
Needs torch 2.10 or later, torchvision and safetensors.
"""

import argparse
import copy
import json
import os
import shutil
import warnings

import torch
import torch.nn.utils.parametrizations as parametrizations
import torch.nn.utils.parametrize as parametrize
import torch.nn.utils.prune as prune
import torchvision
from safetensors.torch import save_file

warnings.filterwarnings("ignore")
KINDS = []
PLAIN = "plain.pth"


def kind(title, does, word, graft):
    """Registers a kind: a title for the table, read or refused, a word of what Graft says, the table's words for it."""

    def register(function):
        KINDS.append((function.__name__, title, does, word, graft, function))
        return function

    return register


def network():
    torch.set_num_threads(1)  # the last bits of a norm depend on the threads that sum
    torch.manual_seed(17)
    model = torchvision.models.resnet18(num_classes=10).eval()
    for name, buffer in model.named_buffers():
        if name.endswith("running_var"):
            buffer.uniform_(0.5, 1.5)
        elif name.endswith("running_mean"):
            buffer.normal_(0, 0.2)
    return model


def state():
    return network().state_dict()


def trunk():
    return {k: v for k, v in state().items() if not k.startswith("fc.")}


def under(prefix, tensors):
    return {prefix + k: v for k, v in tensors.items()}


def save(value, folder, name="model.pth"):
    torch.save(value, f"{folder}/{name}")
    return name


def plain_too(model, folder):
    """The tensors as they are without what was put around them."""
    torch.save({k: v.detach().clone() for k, v in model.state_dict().items()}, f"{folder}/{PLAIN}")


def convolutions(model):
    return [m for m in model.modules() if isinstance(m, torch.nn.Conv2d)]


# ---- names


@kind("MoCo: `encoder_q.`, `encoder_k.`, a queue, an MLP as head", "read", "encoder_k.", "takes `encoder_q.`, lists the rest")
def moco(folder):
    mlp = {"fc.0.weight": torch.zeros(512, 512), "fc.0.bias": torch.zeros(512)}
    mlp |= {"fc.2.weight": torch.zeros(128, 512), "fc.2.bias": torch.zeros(128)}
    other = {k: torch.zeros_like(v) for k, v in trunk().items()}
    tensors = under("encoder_k.", other) | under("encoder_q.", trunk() | mlp) | {"queue": torch.zeros(128, 64)}
    return save({"epoch": 200, "arch": "resnet18", "state_dict": under("module.", tensors)}, folder)


@kind("BYOL: `online_network.encoder.` beside a target", "read", "target_network.encoder.", "takes the online network, lists the rest")
def byol(folder):
    other = {k: torch.zeros_like(v) for k, v in trunk().items()}
    tensors = under("target_network.encoder.", other) | under("online_network.encoder.", trunk())
    return save(tensors | {"predictor.net.0.weight": torch.zeros(4, 4)}, folder)


@kind("Lightning: `model.backbone.` beside a head", "read", "model. (2 tensors)", "takes the backbone, lists the head")
def lightning(folder):
    tensors = under("model.backbone.", trunk()) | {"model.head.weight": torch.zeros(5, 512), "model.head.bias": torch.zeros(5)}
    return save({"state_dict": tensors | {"loss.weight": torch.ones(5)}, "epoch": 3}, folder)


@kind("SwAV: heads beside `conv1.` and `layer1.`", "read", "projection_head. (2 tensors)", "leaves them out, lists them")
def swav(folder):
    heads = {"projection_head.0.weight": torch.zeros(8, 512), "projection_head.0.bias": torch.zeros(8)}
    return save(under("module.", trunk() | heads | {"prototypes.weight": torch.zeros(3, 8)}), folder)


@kind("SimCLR: a `Sequential` of the layers, `backbone.0.weight`", "read", "a Sequential of torchvision's layers", "reads it")
def children(folder):
    model = torch.nn.Module()
    model.backbone = torch.nn.Sequential(*list(network().children())[:-1])
    model.projection_head = torch.nn.Linear(512, 16)
    return save(model.state_dict(), folder)


def transformers_name(k):
    p = k.split(".")
    if p[0] in ("conv1", "bn1"):
        return "resnet.embedder.embedder." + ("convolution." if p[0] == "conv1" else "normalization.") + p[1]
    if p[0] == "fc":
        return "classifier.1." + p[1]
    block = f"resnet.encoder.stages.{int(p[0][5:]) - 1}.layers.{p[1]}."
    if p[2] == "downsample":
        return block + "shortcut." + ("convolution." if p[3] == "0" else "normalization.") + p[4]
    return block + f"layer.{int(p[2][-1]) - 1}." + ("convolution." if p[2].startswith("conv") else "normalization.") + p[3]


def transformers_config(**changed):
    labels = ["tench", "goldfish", "great white shark", "tiger shark", "hammerhead", "stingray", "cock", "hen", "ostrich", "brambling"]
    config = {"architectures": ["ResNetForImageClassification"], "model_type": "resnet", "layer_type": "basic", "depths": [2, 2, 2, 2]}
    config |= {"downsample_in_first_stage": False, "downsample_in_bottleneck": False, "hidden_act": "relu"}
    return config | {"id2label": {str(i): label for i, label in enumerate(labels)}} | changed


@kind("Hugging Face `transformers`, with its `config.json`", "read", "10 labels (tench, goldfish", "reads it and the labels")
def transformers(folder):
    tensors = {transformers_name(k): v.contiguous() for k, v in state().items()}
    save_file(tensors, f"{folder}/model.safetensors", metadata={"format": "pt"})
    json.dump(transformers_config(), open(f"{folder}/config.json", "w"))
    return "model.safetensors"


@kind("`transformers` without head, `pytorch_model.bin`", "read", "Hugging Face's transformers", "reads it")
def transformers_base(folder):
    return save({transformers_name(k)[len("resnet."):]: v for k, v in trunk().items()}, folder, "pytorch_model.bin")


@kind("`transformers` whose `config.json` changes the layers", "refused", "hidden_act is gelu", "refuses, names the setting")
def transformers_changed(folder):
    save_file({transformers_name(k): v.contiguous() for k, v in state().items()}, f"{folder}/model.safetensors")
    json.dump(transformers_config(hidden_act="gelu"), open(f"{folder}/config.json", "w"))
    return "model.safetensors"


@kind("timm with `num_classes=0` and its `config.json`", "read", "timm", "reads it")
def timm(folder):
    save_file({k: v.contiguous() for k, v in trunk().items()}, f"{folder}/model.safetensors", metadata={"format": "pt"})
    config = {"architecture": "resnet18", "num_classes": 0, "num_features": 512}
    config["pretrained_cfg"] = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "input_size": [3, 224, 224], "num_classes": 1000}
    json.dump(config, open(f"{folder}/config.json", "w"))
    return "model.safetensors"


@kind("without `num_batches_tracked`", "read", "20 num_batches_tracked are not in the file", "reads it, counters begin at 0")
def no_counters(folder):
    return save({k: v for k, v in state().items() if not k.endswith("num_batches_tracked")}, folder)


@kind("a head of several layers, `fc.1`, `fc.3`", "read", "the file's head fc is more than a linear layer", "drops it for a new one, says so")
def sequential_head(folder):
    model = network()
    model.fc = torch.nn.Sequential(torch.nn.Dropout(), torch.nn.Linear(512, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
    return save(model.state_dict(), folder)


@kind("a network with more in its blocks (SE-ResNet)", "refused", "unexpected layer1.0.se.fc1.weight", "refuses, names them")
def more_in_blocks(folder):
    return save(state() | {"layer1.0.se.fc1.weight": torch.zeros(4, 64)}, folder)


# ---- weights of several tensors


@kind("pruned: `weight_orig`, `weight_mask`", "read", "pruning", "multiplies them")
def pruned(folder):
    model = network()
    for i, convolution in enumerate(convolutions(model)):
        prune.l1_unstructured(convolution, "weight", 0.1 + 0.02 * i)
    prune.random_unstructured(model.bn1, "bias", 0.5)
    prune.l1_unstructured(model.fc, "weight", 0.5)
    save(model.state_dict(), folder)
    for module in convolutions(model) + [model.fc]:
        prune.remove(module, "weight")
    prune.remove(model.bn1, "bias")
    plain_too(model, folder)
    return "model.pth"


@kind("weight norm: `weight_g`, `weight_v`", "read", "weight norm folded", "folds it")
def weight_norm_old(folder):
    model = network()
    for i, convolution in enumerate(convolutions(model)):
        torch.nn.utils.weight_norm(convolution, dim=[0, 1, 3, None][i % 4])
        convolution.weight_g.data *= 1.25
    save(model.state_dict(), folder)
    for convolution in convolutions(model):
        torch.nn.utils.remove_weight_norm(convolution)
    plain_too(model, folder)
    return "model.pth"


@kind("weight norm: `parametrizations.weight.original0`, `original1`", "read", "weight norm folded", "folds it")
def weight_norm_new(folder):
    model = network()
    for convolution in convolutions(model):
        parametrizations.weight_norm(convolution)
        convolution.parametrizations.weight.original0.data *= 0.75
    save(model.state_dict(), folder)
    return unparametrised(model, folder)


def unparametrised(model, folder):
    with torch.no_grad():
        for convolution in convolutions(model):
            parametrize.remove_parametrizations(convolution, "weight")
    plain_too(model, folder)
    return "model.pth"


@kind("spectral norm: `weight_orig`, `weight_u`, `weight_v`", "read", "spectral norm folded", "folds it")
def spectral_norm_old(folder):
    model = network()
    for convolution in convolutions(model):
        torch.nn.utils.spectral_norm(convolution)
    model.train()(torch.randn(2, 3, 64, 64))
    model.eval()
    save(model.state_dict(), folder)
    for convolution in convolutions(model):
        torch.nn.utils.remove_spectral_norm(convolution)
    plain_too(model, folder)
    return "model.pth"


@kind("spectral norm: `parametrizations.weight.0._u`, `_v`", "read", "spectral norm folded", "folds it")
def spectral_norm_new(folder):
    model = network()
    for convolution in convolutions(model):
        parametrizations.spectral_norm(convolution)
    model.eval()
    save(model.state_dict(), folder)
    return unparametrised(model, folder)


class Twice(torch.nn.Module):
    def forward(self, weight):
        return weight * 2


@kind("another parametrization", "refused", "unexpected conv1.parametrizations.weight.original", "refuses: only its code knows the rule")
def other_parametrization(folder):
    model = network()
    parametrize.register_parametrization(model.conv1, "weight", Twice())
    return save(model.state_dict(), folder)


@kind("`weight` and `bias` as `Parameter`", "read", "", "reads it")
def parameters(folder):
    return save({k: torch.nn.Parameter(v, requires_grad=False) if v.is_floating_point() else v for k, v in state().items()}, folder)


@kind("dynamically quantized: a head of int8, the trunk in float", "read", "more than a linear layer", "drops the head, reads the trunk")
def dynamically_quantized(folder):
    model = torch.ao.quantization.quantize_dynamic(network(), {torch.nn.Linear}, dtype=torch.qint8)
    return save(model.state_dict(), folder)


@kind("statically quantized: a trunk of int8", "refused", "quantized", "refuses, names a layer")
def statically_quantized(folder):
    model = torchvision.models.quantization.resnet18(quantize=False).eval()
    model.qconfig = torch.ao.quantization.get_default_qconfig("fbgemm")
    torch.ao.quantization.prepare(model, inplace=True)
    model(torch.randn(1, 3, 64, 64))
    return save(torch.ao.quantization.convert(model).state_dict(), folder)


@kind("float8 with a scale", "refused", "conv1.weight_scale", "refuses, names the scale")
def float8_scaled(folder):
    tensors = state()
    for name in [k for k in tensors if "conv" in k]:
        tensors[name + "_scale"] = tensors[name].abs().max() / 448
        tensors[name] = (tensors[name] / tensors[name + "_scale"]).to(torch.float8_e4m3fn)
    save_file(tensors, f"{folder}/model.safetensors")
    return "model.safetensors"


@kind("int8 with a scale", "refused", "conv1.SCB", "refuses, names the scale")
def int8_scaled(folder):
    tensors = state()
    for name in [k for k in tensors if "conv" in k]:
        scale = tensors[name].abs().amax((1, 2, 3))
        tensors[name.replace("weight", "SCB")] = scale
        tensors[name] = (tensors[name] * 127 / scale.view(-1, 1, 1, 1)).round().to(torch.int8)
    return save(tensors, folder)


# ---- containers


@kind("`torch.export.save`: `.pt2` of 2.10 and later", "read", "", "reads its tensors, runs nothing")
def exported(folder):
    program = torch.export.export(network(), (torch.randn(1, 3, 64, 64),))
    torch.export.save(program, f"{folder}/model.pt2")
    return "model.pt2"


def shards(tensors, folder, extension, write):
    names = list(tensors)
    weight_map = {}
    for i in range(3):
        file = f"{'model' if extension == 'safetensors' else 'pytorch_model'}-{i + 1:05}-of-00003.{extension}"
        part = {k: tensors[k].contiguous() for k in names[i::3]}
        write(part, f"{folder}/{file}")
        weight_map |= {k: file for k in part}
    index = "model.safetensors.index.json" if extension == "safetensors" else "pytorch_model.bin.index.json"
    json.dump({"metadata": {"total_size": 1}, "weight_map": {k: weight_map[k] for k in names}}, open(f"{folder}/{index}", "w"))
    return index


@kind("shards of safetensors and their `index.json`", "read", "3 shards", "reads all")
def sharded_safetensors(folder):
    return shards(state(), folder, "safetensors", lambda t, f: save_file(t, f, metadata={"format": "pt"}))


@kind("shards of `pytorch_model.bin` and their `index.json`", "read", "3 shards", "reads all")
def sharded_bin(folder):
    return shards(state(), folder, "bin", torch.save)


@kind("shards, one of them missing", "refused", "model-00002-of-00003.safetensors", "refuses, names it")
def sharded_missing(folder):
    index = sharded_safetensors(folder)
    os.remove(f"{folder}/model-00002-of-00003.safetensors")
    return index


@kind("shards, one of them renamed", "refused", "part2.safetensors", "refuses, names both")
def sharded_renamed(folder):
    index = sharded_safetensors(folder)
    os.rename(f"{folder}/model-00002-of-00003.safetensors", f"{folder}/part2.safetensors")
    return index


@kind("shards, one too many", "refused", "model-00004-of-00004.safetensors", "refuses, names it")
def sharded_surplus(folder):
    index = sharded_safetensors(folder)
    shutil.copy(f"{folder}/model-00003-of-00003.safetensors", f"{folder}/model-00004-of-00004.safetensors")
    return index


@kind("one shard without the others", "refused", "model.safetensors.index.json", "refuses, names the index to give")
def sharded_alone(folder):
    sharded_safetensors(folder)
    return "model-00002-of-00003.safetensors"


@kind("TorchScript with a prefix", "read", "backbone.", "reads it as data")
def scripted_prefix(folder):
    model = torch.nn.Sequential()
    model.add_module("backbone", network())
    torch.jit.script(model).save(f"{folder}/model.pt")
    return "model.pt"


@kind("frozen TorchScript (`torch.jit.freeze`): batch norms folded", "read", "the module is frozen", "reads its constants, the batch norms folded")
def frozen(folder):
    torch.jit.freeze(torch.jit.script(network())).save(f"{folder}/model.pt")
    return "model.pt"


@kind("frozen TorchScript without folding", "read", "the module is frozen", "reads its constants")
def frozen_unfolded(folder):
    torch.jit.freeze(torch.jit.script(network()), optimize_numerics=False).save(f"{folder}/model.pt")
    return "model.pt"


@kind("frozen trace", "read", "the module is frozen", "reads its constants, the batch norms folded")
def frozen_trace(folder):
    torch.jit.freeze(torch.jit.trace(network(), torch.randn(1, 3, 64, 64))).save(f"{folder}/model.pt")
    return "model.pt"


@kind("TorchScript after `optimize_for_inference`", "refused", "before torch.jit.optimize_for_inference", "refuses: the file does not hold its weights")
def optimized(folder):
    torch.jit.optimize_for_inference(torch.jit.script(network())).save(f"{folder}/model.pt")
    return "model.pt"


def in_python(file):
    """What torch.load(weights_only=True) does."""
    try:
        value = torch.load(file, weights_only=True)
        return "reads " + (f"{len(value)} entries" if isinstance(value, dict) else type(value).__name__)
    except Exception as e:
        return f"refuses ({type(e).__name__})"


# ---- what the refusals say


def floats(refused, folder):
    """Give the float model that it was made from, or torchvision's own weights."""
    return save(state(), folder)


def all_parts(refused, folder):
    """Download all parts and the index again, into an empty folder."""
    return sharded_safetensors(folder)


def unnamed_elsewhere(refused, folder):
    index = all_parts_of(refused, folder)
    os.remove(f"{folder}/model-00004-of-00004.safetensors")
    return index


def renamed_back(refused, folder):
    index = all_parts_of(refused, folder)
    os.rename(f"{folder}/part2.safetensors", f"{folder}/model-00002-of-00003.safetensors")
    return index


def all_parts_of(refused, folder):
    shutil.copytree(refused, folder, dirs_exist_ok=True)
    return "model.safetensors.index.json"


def without_parametrization(refused, folder):
    model = network()
    parametrize.register_parametrization(model.conv1, "weight", Half())
    with torch.no_grad():
        model.conv1.parametrizations.weight.original.mul_(2)  # so that the network is the plain one
    parametrize.remove_parametrizations(model.conv1, "weight")
    return save(model.state_dict(), folder)


class Half(torch.nn.Module):
    def forward(self, weight):
        return weight / 2


def before_optimizing(refused, folder):
    torch.jit.script(network()).save(f"{folder}/model.pt")
    return "model.pt"


REMEDIES = {
    "transformers_changed": lambda refused, folder: transformers(folder),
    "more_in_blocks": floats,
    "other_parametrization": without_parametrization,
    "statically_quantized": floats,
    "float8_scaled": floats,
    "int8_scaled": floats,
    "sharded_missing": all_parts,
    "sharded_renamed": renamed_back,
    "sharded_surplus": unnamed_elsewhere,
    "sharded_alone": all_parts_of,
    "optimized": before_optimizing,
}


def remedied(name, folder):
    os.makedirs(f"{folder}-remedied", exist_ok=True)
    return f"{name}-remedied/{REMEDIES[name](folder, f'{folder}-remedied')}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--only", help="some kinds, by commas")
    parser.add_argument("--table", action="store_true")
    arguments = parser.parse_args()
    only = arguments.only.split(",") if arguments.only else None
    os.makedirs(arguments.out, exist_ok=True)
    torch.save(state(), f"{arguments.out}/{PLAIN}")
    lines = []
    for name, title, does, word, graft, make in KINDS:
        if only and name not in only:
            continue
        folder = f"{arguments.out}/{name}"
        os.makedirs(folder, exist_ok=True)
        file = make(folder)
        plain = f"{name}/{PLAIN}" if os.path.exists(f"{folder}/{PLAIN}") else PLAIN
        lines.append("\t".join([name, f"{name}/{file}", does, word, plain, remedied(name, folder) if does == "refused" else "-"]))
        if arguments.table:
            print(f"| {title} | {graft} | {in_python(f'{folder}/{file}')} |")
            shutil.rmtree(folder)
    open(f"{arguments.out}/kinds.tsv", "w").write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
