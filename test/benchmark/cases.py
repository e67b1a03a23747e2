"""What is measured: networks, their data, and who runs beside mlc."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import datasets

from integration import REPOSITORY

MODELS = Path(__file__).parent / "models"
DENSE_PEERS = ("pytorch_usual", "pytorch_fused", "pytorch_compiled", "jax_scan")


class Case(NamedTuple):
    """A training step, timed in whole shuffled epochs."""

    title: str
    model: Path
    data: Callable[[Path], Path]  # writes a data set into a folder
    peers: tuple[str, ...]  # of peers/
    limit: str = ""  # of limits/
    threads: tuple[int, ...] = (1, 2)
    epochs: int = 4  # the first warms up and is not counted


CASES = {
    "imdb": Case(
        "1000 binary words in CSR form, 1000-128-1, batch 64, Adam",
        REPOSITORY / "examples" / "imdb-mlp" / "model.mlir",
        datasets.words,
        (*DENSE_PEERS, "sklearn_mlp"),
        limit="csr",
    ),
    "imdb-dense": Case(
        "the same network and words as dense rows",
        MODELS / "imdb-dense.mlir",
        datasets.dense_words,
        (*DENSE_PEERS, "sklearn_mlp"),
        limit="dense",
        threads=(1,),
    ),
    "mnist-like": Case(
        "784-512-512-10, dense, cross-entropy, batch 128, Adam; seeded random rows",
        MODELS / "mnist-like.mlir",
        datasets.ten_classes,
        (*DENSE_PEERS, "sklearn_mlp"),
    ),
    "wide": Case(
        "4096-1024-1024-1, dense, batch 256, Adam; seeded random rows",
        MODELS / "wide.mlir",
        datasets.wide_rows,
        DENSE_PEERS,
        epochs=3,
    ),
    "bigrams": Case(
        "437,322 tf-idf words and pairs in CSR form, 16 units, batch 64, lazy Adam",
        MODELS / "bigrams.mlir",
        datasets.word_pairs,
        ("pytorch_sparse",),
        limit="lazy",
        epochs=3,
    ),
}
