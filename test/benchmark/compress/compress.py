"""Accuracy on the IMDB test reviews, and bytes of model file and packed weights
with their vocabulary, of what `mlc compress` makes. See run.sh; peer.py has
fastText's.

    compress.py [--out DIR] [--seeds N] [--sizes K,K] [--threads N]

A model a line. The teacher is examples/imdb-bigrams, its answers to rows that it
did not learn are those of `mlc cv --teacher`. Test reviews are met by `eval`
alone. A second run with the same DIR goes on with what is there.
"""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

MLC = os.environ.get("MLC", "mlc")
DATA = Path(os.environ["MLC_IMDB_DATA"])
MODEL = Path(__file__).parents[3] / "examples" / "imdb-bigrams" / "model.mlir"
FORM = (
    "--ngrams 1..3 --min-df 2 --select chi2 --max-features 300000 --value tfidf --normalize l2"
).split()
UNITS = 4


def run(*command) -> str:
    return subprocess.run(
        [str(word) for word in command],
        check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ).stdout  # fmt: skip


def tell(name: str, size: int, accuracy: float, more: str = "") -> None:
    print(f"{name:40}{size:>12,}  {accuracy:.2%}{more}", flush=True)


def accuracy(program: Path, *options) -> float:
    return json.loads(run(program, "eval", "--json", *options))["accuracy"]


def library(out: Path, model: Path, weights: Path) -> str:
    """The whole shared library of a model, and what of it is machine code."""
    folder = out / "library"
    run(MLC, "compile", model, "--weights", weights, "--emit", "lib", "-o", folder)
    (path,) = folder.glob("*.so")
    sections = dict(line.split()[:2] for line in run("size", "-A", path).splitlines()[2:] if line)
    return f"  (library {path.stat().st_size:,} bytes, {int(sections['.text']):,} of code)"


def pupils(out: Path, seed: int, sizes: list[int], threads: int) -> None:
    taught, test, teacher = out / "taught", out / "test", out / "teacher"
    if not taught.exists():
        opened = out / "open.mlir"
        opened.write_text(MODEL.read_text().replace("300000", "?features"))
        run(MLC, "cv", DATA / "train.csv.xz", *FORM, "--model", opened, "--threads", threads,
            "--teacher", taught)  # fmt: skip
    if not test.exists():
        run(MLC, "data", DATA / "test.csv.xz", "--like", taught, "-o", test)
    if not teacher.exists():
        run(MLC, "compile", MODEL, "-o", teacher)
    weights = out / f"teacher-{seed}.safetensors"
    if not weights.exists():
        run(teacher, "train", "--data", taught, "--seed", seed, "--threads", threads,
            "-o", weights)  # fmt: skip
    tell(f"teacher, seed {seed}", weights.stat().st_size,
         accuracy(teacher, "--data", test, "--weights", weights))  # fmt: skip
    for size in sizes:
        for distill in (True, False):
            small = out / f"small-{size}-{'distilled' if distill else 'hard'}-{seed}"
            if not small.exists():
                run(MLC, "compress", MODEL, "--weights", weights, "--data", taught, "--features",
                    size, "--units", UNITS, "--bits", 4, *(["--distill"] if distill else []),
                    "--seed", seed, "--threads", threads, "-o", small)  # fmt: skip
            files = [small / "model.mlir", small / "weights.xz"]
            program = out / "pupil"
            run(MLC, "compile", files[0], "--weights", files[1], "-o", program)
            aside = json.loads((small / "report.json").read_text())["set_aside"]
            tell(f"{size} x {UNITS}, {'distilled' if distill else 'labels alone'}, seed {seed}",
                 sum(path.stat().st_size for path in files),
                 accuracy(program, "--data", DATA / "test.csv.xz"),
                 f"  (rows set aside {aside['accuracy_before']:.2%} -> "
                 f"{aside['accuracy_after']:.2%}){library(out, *files)}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="where files stay")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--sizes", default="1000,5000", help="features of the small models")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        out = given.out or Path(temporary)
        out.mkdir(parents=True, exist_ok=True)
        for seed in range(given.seeds):
            pupils(out, seed, [int(size) for size in given.sizes.split(",")], given.threads)


if __name__ == "__main__":
    main()
