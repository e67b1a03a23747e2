"""Compares the matrices of `mlc data` with CountVectorizer's and TfidfVectorizer's.

Each case makes both from the same CSV file and compares the features' names,
the places of the non-zeros and their values (to f32 rounding). The texts are a
few that are awkward on purpose, and the first IMDB training reviews where the
data set is there (MLC_IMDB_DATA, or ../shared/data/imdb beside the repository).
Prints a line a case; status 1 if one differs.
"""

import argparse
import csv
import json
import lzma
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.feature_selection import chi2

REPOSITORY = Path(__file__).resolve().parents[3]
IMDB = Path(os.environ.get("MLC_IMDB_DATA", REPOSITORY.parent / "shared" / "data" / "imdb"))
TOLERANCE = 1e-6  # relative; f32 has 6e-8
TYPES = {"F32": "<f4", "I32": "<i4", "I64": "<i8", "U16": "<u2", "U8": "u1"}

AWKWARD = [
    "The film was good, really good! The end.",
    "It's don't can't -- a_b __ x2 3.14 1,000",
    "ÀÉÎ Été ÉTÉ naïve café cafe\u0301 Straße STRASSE",
    "ΟΔΥΣΣΕΥΣ ΣΑΣ Σ. αΣ' β İstanbul I\u0307 Ǆ ǅ ﬁne ½ ² Ⅷ",
    "सिनेमा кино КИНО 映画を見た 北京 ไทย עברית العربية",
    "zero\u200bwidth soft\u00adhyphen no\u00a0break next\u0085line em\u2014dash",
    "<br />tags<b>stay</b> &amp; &#39; \U0001f600 emoji \U00010400 deseret",
    "tab\tand\nnewline  and   spaces ",
    "",
    "? ! .",
    "good good film the the the end",
    "a I",
]


@dataclass
class Case:
    name: str
    options: list
    vectorizer: type = CountVectorizer
    settings: dict = field(default_factory=dict)
    tokenizer: str = "scikit-learn"


STOP_WORDS = ["the", "and", "was", "of"]
VOCABULARY = ["film", "good film", "the", "never seen", "the end", "bad"]

CASES = [
    Case("words", []),
    Case("1..2-grams", ["--ngrams", "1..2"], settings={"ngram_range": (1, 2)}),
    Case("2..3-grams", ["--ngrams", "2..3"], settings={"ngram_range": (2, 3)}),
    Case(
        "document frequencies",
        ["--ngrams", "1..2", "--min-df", "2", "--max-df", "0.5"],
        settings={"ngram_range": (1, 2), "min_df": 2, "max_df": 0.5},
    ),
    Case("presence", ["--value", "binary"], settings={"binary": True}),
    Case(
        "stop words",
        ["--ngrams", "1..2", "--stop-words", "STOP"],
        settings={"ngram_range": (1, 2), "stop_words": STOP_WORDS},
    ),
    Case(
        "given vocabulary",
        ["--ngrams", "1..2", "--vocabulary", "VOCABULARY"],
        settings={"ngram_range": (1, 2), "vocabulary": VOCABULARY},
    ),
    Case(
        "tokens of one character",
        ["--min-length", "1"],
        settings={"token_pattern": r"(?u)\b\w+\b"},
    ),
    Case(
        "character n-grams",
        ["--char-ngrams", "1..4"],
        settings={
            "analyzer": "char",
            "ngram_range": (1, 4),
            "preprocessor": lambda text: " ".join(text.lower().split()),
        },
        tokenizer="whitespace",
    ),
    Case("tf-idf", ["--value", "tfidf"], TfidfVectorizer, {"norm": None}),
    Case(
        "tf-idf, l2, 1..2-grams",
        ["--value", "tfidf", "--normalize", "l2", "--ngrams", "1..2"],
        TfidfVectorizer,
        {"ngram_range": (1, 2)},
    ),
    Case(
        "logarithms, l2",
        ["--value", "log", "--normalize", "l2", "--min-df", "2"],
        TfidfVectorizer,
        {"sublinear_tf": True, "use_idf": False, "min_df": 2},
    ),
]


def read_dataset(path):
    """The matrix and the names of its columns."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = (8 + size + offset for offset in entry["data_offsets"])
            values = np.frombuffer(data[begin:end], TYPES[entry["dtype"]])
            tensors[name] = values.reshape(entry["shape"])
    words = tensors["vocabulary"].tobytes().decode().split("\n")[:-1]
    indices = tensors["indices"].astype(np.int32)
    values = tensors.get("values", np.ones(len(indices), np.float32))
    matrix = csr_matrix(
        (values, indices, tensors["indptr"]),
        shape=(len(tensors["labels"]), len(words)),
    )
    return matrix, words


class Comparison:
    def __init__(self, texts, labels, folder):
        self.texts, self.labels, self.folder = texts, labels, folder
        self.source = folder / "texts.csv"
        with open(self.source, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["label", "review"])
            writer.writerows(zip(labels, texts))
        for name, words in (("STOP", STOP_WORDS), ("VOCABULARY", VOCABULARY)):
            (folder / name).write_text("".join(word + "\n" for word in words))

    def ours(self, options, tokenizer="scikit-learn"):
        output = self.folder / "out"
        options = [
            str(self.folder / option) if option in ("STOP", "VOCABULARY") else option
            for option in options
        ]
        subprocess.run(
            [os.environ["MLC"], "data", self.source, "--quiet", "-o", output]
            + ["--tokenizer", tokenizer, *options],
            check=True,
        )
        return read_dataset(output)

    def check(self, case):
        """What differs, or nothing."""
        matrix, words = self.ours(case.options, case.tokenizer)
        vectorizer = case.vectorizer(**case.settings)
        expected = vectorizer.fit_transform(self.texts).astype(np.float64)
        expected.sort_indices()
        names = list(vectorizer.get_feature_names_out())
        if words != names:
            return f"names: {sorted(set(words) ^ set(names))[:10]}"
        if not np.array_equal(matrix.indptr, expected.indptr):
            return "lengths of rows"
        if not np.array_equal(matrix.indices, expected.indices):
            return "columns of non-zeros"
        error = np.abs(matrix.data / expected.data - 1).max(initial=0)
        return f"values, by {error:.2g}" if error > TOLERANCE else ""

    def check_selection(self, kind, scores_of):
        """The chosen have the highest scores; ties may be broken in any way."""
        counts = CountVectorizer()
        matrix = counts.fit_transform(self.texts)
        scores = scores_of(matrix)
        number = len(scores) // 3
        _, words = self.ours(["--max-features", str(number), "--select", kind])
        chosen = np.sort([scores[counts.vocabulary_[word]] for word in words])
        best = np.sort(scores)[-number:]
        same = len(words) == number and np.allclose(chosen, best, rtol=1e-9)
        return "" if same else "the chosen features"

    def run(self):
        failed = 0
        results = [(case.name, self.check(case)) for case in CASES]
        selections = {
            "frequency": lambda matrix: np.asarray(matrix.sum(axis=0)).ravel(),
            "df": lambda matrix: matrix.getnnz(axis=0),
            "chi2": lambda matrix: chi2(matrix, self.labels)[0],
        }
        for kind, scores_of in selections.items():
            results.append((f"--select {kind}", self.check_selection(kind, scores_of)))
        for name, difference in results:
            print(f"  {name}: {'DIFFERENT: ' + difference if difference else 'equal'}")
            failed += bool(difference)
        return failed


def read_reviews(count):
    with lzma.open(IMDB / "train.csv.xz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    step = max(1, len(rows) // count)  # The rows are sorted by label.
    rows = rows[::step][:count]
    return [row["review"] for row in rows], [int(row["label"]) for row in rows]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reviews", type=int, default=25000, help="how many (25000)")
    arguments = parser.parse_args()
    texts = {"awkward texts": (AWKWARD, [at % 2 for at in range(len(AWKWARD))])}
    if (IMDB / "train.csv.xz").exists():
        texts["IMDB reviews"] = read_reviews(arguments.reviews)
    else:
        print(f"no train.csv.xz in {IMDB}; set MLC_IMDB_DATA")
    failed = 0
    for name, (documents, labels) in texts.items():
        print(f"{len(documents)} {name}")
        with tempfile.TemporaryDirectory() as folder:
            failed += Comparison(documents, labels, Path(folder)).run()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
