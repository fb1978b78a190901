#!/usr/bin/env python3
"""Makes the golden values of the tests with PyTorch, torchvision, Pillow and scikit-learn, the references for Graft's numbers.

  python tools/golden.py            writes them under src/test/resources/golden
  python tools/golden.py --check    remakes them elsewhere and compares bytes; exits 1 and names what differs

Needs: pip install torch==2.10.0 torchvision==0.25.0 numpy pillow==13.0.0 safetensors scikit-learn==1.9.1 transformers==5.24.0 (a venv outside the repository).
Each part is a module golden_*.py beside this one with a function make(folder); its files lie in a folder of that name.
"""
import argparse, filecmp, importlib, pathlib, sys, tempfile

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here))
target = here.parent / "src/test/resources/golden"
parts = sorted(p.stem for p in here.glob("golden_*.py"))

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("--check", action="store_true", help="compare with the files in the repository instead of writing them")
ap.add_argument("--only", nargs="+", choices=[p.removeprefix("golden_") for p in parts], help="some parts")
a = ap.parse_args()
wanted = a.only or [p.removeprefix("golden_") for p in parts]


def make(root):
    for part in parts:
        name = part.removeprefix("golden_")
        if name in wanted:
            folder = root / name
            folder.mkdir(parents=True, exist_ok=True)
            importlib.import_module(part).make(folder)


if not a.check:
    make(target)
else:
    with tempfile.TemporaryDirectory() as t:
        fresh = pathlib.Path(t)
        make(fresh)
        names = sorted(p.relative_to(fresh) for p in fresh.rglob("*") if p.is_file())
        kept = sorted(p.relative_to(target) for p in target.rglob("*") if p.is_file() and p.relative_to(target).parts[0] in wanted)
        bad = [f"{n}: only in one of them" for n in sorted(set(names) ^ set(kept))]
        bad += [f"{n}: bytes differ" for n in names if n in kept and not filecmp.cmp(fresh / n, target / n, shallow=False)]
        print("\n".join(bad) or f"{len(names)} golden files, all the same")
        sys.exit(2 if bad else 0)  # 1 is a failure of the script itself
