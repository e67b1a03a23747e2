"""The data sets of the cases, and the task files of the limits."""

import csv
import lzma
import os
import struct
from array import array
from pathlib import Path

import numpy as np

from integration import (
    MLC,
    REPOSITORY,
    Tensor,
    attempt,
    csr_of,
    expect_done,
    read_safetensors,
    tensor,
    write_safetensors,
)

IMDB = Path(
    os.environ.get("MLC_IMDB_DATA", REPOSITORY.parent / "shared" / "data" / "imdb")
)


class Missing(Exception):
    """A data set that is not here."""


def reviews(name: str) -> Path:
    path = IMDB / name
    if not path.exists():
        raise Missing(f"no {name} in {IMDB}; set MLC_IMDB_DATA")
    return path


def floats(numbers: np.ndarray) -> Tensor:
    flat = array("f", numbers.astype(np.float32).tobytes())
    return Tensor("F32", list(numbers.shape), flat)


def write_dense(path: Path, features: np.ndarray, labels: Tensor) -> Path:
    metadata = {"format": "mlc.dataset", "version": "1"}
    metadata["features"] = str(features.shape[1])
    tensors = {"features": floats(features), "labels": labels}
    write_safetensors(path, tensors, metadata)
    return path


def words(folder: Path) -> Path:
    """The 1000 most frequent words of the real reviews, each there or not."""
    path = folder / "words.safetensors"
    source = reviews("train.labeledBow.feat.xz")
    options = ("--positive-from", 7, "--max-features", 1000, "--value", "binary")
    expect_done(attempt(MLC, "data", source, *options, "--quiet", "-o", path))
    return path


def test_words(folder: Path, train: Path) -> Path:
    """The test reviews by the words of `train`."""
    path = folder / "test-words.safetensors"
    source = reviews("test.labeledBow.feat.xz")
    expect_done(attempt(MLC, "data", source, "--like", train, "--quiet", "-o", path))
    return path


def dense_words(folder: Path) -> Path:
    tensors, metadata = read_safetensors(words(folder))
    indptr, indices, values = map(np.array, csr_of(tensors))
    rows, width = len(indptr) - 1, int(metadata["features"])
    features = np.zeros((rows, width), np.float32)
    features[np.repeat(np.arange(rows), np.diff(indptr)), indices] = values
    return write_dense(folder / "dense-words.safetensors", features, tensors["labels"])


def ten_classes(folder: Path) -> Path:
    """12,840 rows of sparse points, and the class that a random linear map
    gives most often; 100 batches and a smaller one."""
    draw = np.random.default_rng(1)
    features = np.maximum(draw.standard_normal((12_840, 784)), 0)
    classes = (features @ draw.standard_normal((784, 10))).argmax(1)
    labels = tensor("I32", [len(classes)], classes.tolist())
    return write_dense(folder / "classes.safetensors", features, labels)


def wide_rows(folder: Path) -> Path:
    """5,220 normal rows and the side of a random plane on which each lies; 20
    batches and a smaller one."""
    draw = np.random.default_rng(2)
    features = draw.standard_normal((5_220, 4096))
    labels = (features @ draw.standard_normal((4096, 1))) > 0
    return write_dense(folder / "wide.safetensors", features, floats(labels))


def word_pairs(folder: Path) -> Path:
    """The 437,322 most frequent words and pairs of the real reviews by tf-idf.

    By scikit-learn, until `mlc data` counts pairs itself.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    csv.field_size_limit(1 << 24)
    with lzma.open(reviews("train.csv.xz"), "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), max_features=437_322, dtype=np.float32)
    matrix = vectorizer.fit_transform(row[1] for row in rows)
    matrix.sort_indices()
    tensors = {
        "indptr": tensor("I64", [len(rows) + 1], matrix.indptr.tolist()),
        "indices": tensor("I32", [matrix.nnz], matrix.indices.tolist()),
        "values": floats(matrix.data),
        "labels": tensor("F32", [len(rows)], (float(row[0]) for row in rows)),
    }
    metadata = {"format": "mlc.dataset", "version": "1", "features": "437322"}
    path = folder / "pairs.safetensors"
    write_safetensors(path, tensors, metadata)
    return path


def write_limit_task(path: Path, data: Path, weights: Path, info: dict) -> Path:
    """What limits/limit.h reads; `info` is that of mlc's program."""
    tensors, metadata = read_safetensors(data)
    start = read_safetensors(weights)[0]
    labels = array("f", tensors["labels"].data)
    sparse = "indptr" in tensors
    units = start["layer1.bias"].shape[0]
    if sparse:
        indptr, indices, values = csr_of(tensors)
        columns = [indptr, array("i", indices), values]
    else:
        columns = [tensors["features"].data]
    nonzeros = len(columns[1]) if sparse else 0
    sizes = (len(labels), int(metadata["features"]), units, info["batch"], nonzeros)
    arrays = [*columns, labels]
    arrays += [start[f"layer{n}.{part}"].data for n in (1, 2) for part in ("weight", "bias")]
    with open(path, "wb") as file:
        file.write(struct.pack("<5qd", *sizes, info["learning_rate"]))
        for numbers in arrays:
            numbers.tofile(file)
    return path
