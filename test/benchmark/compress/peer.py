"""fastText's quantised models of at most so many bytes, with settings that were
chosen on training reviews: accuracy on the IMDB test reviews. See run.sh.

    peer.py [--out DIR] [--seeds N] [--sizes BYTES,BYTES] [--autotune SECONDS]

For each size: the length of vectors and of n-grams first, then rate and epochs,
then what fastText's own -autotune finds under that size, each judged by 5,000
training reviews that it did not learn. The best learns from all training reviews
and meets the test reviews. A second run with the same DIR goes on with what was
tried. One thread, so that a seed says all.
"""

import argparse
import csv
import json
import lzma
import os
import random
import re
import tempfile
from pathlib import Path

import fasttext

DATA = Path(os.environ["MLC_IMDB_DATA"])
BASE = {"wordNgrams": 2, "dim": 10, "lr": 0.5, "epoch": 5, "minCount": 2, "bucket": 1_000_000}
SHAPES = [{"dim": dim, "wordNgrams": ngrams} for dim in (2, 4, 10) for ngrams in (1, 2)]
PACES = [{"lr": 0.5, "epoch": 15}, {"lr": 0.1, "epoch": 15}]
ASIDE = 5000


def lines(part: str) -> list[tuple[str, str]]:
    """Labels and texts, with punctuation apart, as fastText's tutorial has it."""
    with lzma.open(DATA / f"{part}.csv.xz", "rt") as file:
        rows = [(row["label"], row["review"]) for row in csv.DictReader(file)]
    texts = (re.sub(r"<br ?/?>", " ", text.lower()) for _, text in rows)
    texts = (" ".join(re.sub(r"([.!?,'/()\";:*-])", r" \1 ", text).split()) for text in texts)
    return [(label, text) for (label, _), text in zip(rows, texts, strict=True)]


def write(path: Path, rows: list[tuple[str, str]]) -> Path:
    path.write_text("".join(f"__label__{label} {text}\n" for label, text in rows))
    return path


def right(model, rows: list[tuple[str, str]]) -> float:
    labels, _ = model.predict([text for _, text in rows])
    pairs = zip(labels, rows, strict=True)
    return sum(told[0] == f"__label__{label}" for told, (label, _) in pairs) / len(rows)


def cut(source: Path, trained: Path, size: int, settings: dict, out: Path):
    """The model with as many n-grams as fit, and its bytes; None where none do."""
    # Centroids, then some bytes for each n-gram; adjusted by what comes out.
    fixed = 256 * 4 * (settings["dim"] + 1) + 600
    cutoff = (size - fixed) // 20
    for _ in range(6):
        if cutoff < 260:  # Of fewer, its k-means makes no 256 centroids.
            return None
        model = fasttext.load_model(str(trained))
        model.quantize(
            input=str(source), cutoff=int(cutoff), retrain=True, qnorm=True, thread=1,
            lr=settings["lr"], epoch=settings["epoch"], verbose=0,
        )  # fmt: skip
        path = out / "cut.ftz"
        model.save_model(str(path))
        made = path.stat().st_size
        if 0.95 * size <= made <= size:
            return model, made, int(cutoff)
        cutoff *= (size - fixed) / max(made - fixed, 1) * (0.99 if made > size else 0.985)
    return (model, made, int(cutoff)) if made <= size else None


def fit(source: Path, settings: dict, seed: int, out: Path) -> Path:
    path = out / "trained.bin"
    model = fasttext.train_supervised(str(source), **settings, seed=seed, thread=1, verbose=0)
    model.save_model(str(path))
    return path


class Tried:
    """What was tried, a line each in a file."""

    def __init__(self, path: Path):
        self.path = path
        self.rows = [json.loads(line) for line in path.open()] if path.exists() else []

    def find(self, **key):
        return next((r for r in self.rows if all(r.get(k) == v for k, v in key.items())), None)

    def add(self, **row):
        self.rows.append(row)
        with self.path.open("a") as file:
            file.write(json.dumps(row) + "\n")
        print(json.dumps(row), flush=True)


def try_settings(tried: Tried, settings: dict, sizes: list[int], learned, aside, out: Path):
    sizes = [size for size in sizes if not tried.find(settings=settings, size=size)]
    if not sizes:
        return
    trained = fit(learned, settings, 0, out)
    for size in sizes:
        made = cut(learned, trained, size, settings, out)
        tried.add(
            settings=settings, size=size, chosen=right(made[0], aside) if made else 0,
            bytes=made and made[1],
        )  # fmt: skip


def autotune(tried: Tried, size: int, seconds: int, learned, aside_file, aside, out: Path):
    if tried.find(autotune=seconds, size=size):
        return
    try:
        model = fasttext.train_supervised(
            str(learned), autotuneValidationFile=str(aside_file), autotuneDuration=seconds,
            autotuneModelSize=str(size), thread=1, seed=0, verbose=0,
        )  # fmt: skip
    except RuntimeError as error:
        tried.add(autotune=seconds, size=size, chosen=0, error=str(error))
        return
    path = out / "tuned.ftz"
    model.save_model(str(path))
    args = model.f.getArgs()
    names = ("lr", "dim", "epoch", "minCount", "wordNgrams", "bucket", "minn", "maxn")
    found = {name: getattr(args, name) for name in names}
    tried.add(
        autotune=seconds, size=size, chosen=right(model, aside), bytes=path.stat().st_size,
        settings=found,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="where files stay")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--sizes", default="10000,20000,48000,100000", help="bytes at most")
    parser.add_argument("--autotune", type=int, default=300, help="seconds a size; 0: not")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    with tempfile.TemporaryDirectory() as temporary:
        out = given.out or Path(temporary)
        out.mkdir(parents=True, exist_ok=True)
        rows, test = lines("train"), lines("test")
        random.Random(0).shuffle(rows)  # They stand by label, and it takes them in turn.
        aside = rows[:ASIDE]
        learned = write(out / "learned.txt", rows[ASIDE:])
        aside_file, whole = write(out / "aside.txt", aside), write(out / "whole.txt", rows)
        tried = Tried(out / "tried.jsonl")
        for shape in SHAPES:
            try_settings(tried, BASE | shape, sizes, learned, aside, out)
        for size in sizes:
            best = max((r for r in tried.rows if r["size"] == size), key=lambda r: r["chosen"])
            for pace in PACES:
                try_settings(tried, best["settings"] | pace, [size], learned, aside, out)
            if given.autotune:
                autotune(tried, size, given.autotune, learned, aside_file, aside, out)
        final = Tried(out / "final.jsonl")
        for size in sizes:
            best = max((r for r in tried.rows if r["size"] == size), key=lambda r: r["chosen"])
            for seed in range(given.seeds):
                if final.find(size=size, seed=seed, settings=best["settings"]):
                    continue
                trained = fit(whole, best["settings"], seed, out)
                model, made, cutoff = cut(whole, trained, size, best["settings"], out)
                final.add(
                    size=size, seed=seed, settings=best["settings"], cutoff=cutoff, bytes=made,
                    chosen=best["chosen"], accuracy=right(model, test),
                )  # fmt: skip


if __name__ == "__main__":
    main()
