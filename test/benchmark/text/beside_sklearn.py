"""Times mlc's text vectoriser and scikit-learn's CountVectorizer by turns.

Both learn from and transform the 25,000 IMDB training reviews, which are in
memory, and the shortest time of each counts. Prints seconds, MB/s a core and
how many times faster mlc is; status 1 where that is below --require.
"""

import argparse
import csv
import json
import lzma
import os
import subprocess
import sys
import time
from pathlib import Path

from sklearn.feature_extraction.text import CountVectorizer

# What is measured: n-grams up to, features (0: all), times faster wanted.
CASES = {"1000 words": (1, 1000, 15), "all 1..2-grams": (2, 0, 20)}


def read_reviews():
    path = Path(os.environ["MLC_IMDB_DATA"]) / "train.csv.xz"
    with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
        return [row["review"] for row in csv.DictReader(file)]


def time_sklearn(reviews, ngrams, features):
    vectorizer = CountVectorizer(ngram_range=(1, ngrams), max_features=features or None)
    start = time.perf_counter()
    matrix = vectorizer.fit_transform(reviews)
    return time.perf_counter() - start, matrix


def measure(program, threads, ngrams, features, tokenizer="scikit-learn"):
    arguments = [threads, 3, ngrams, features, tokenizer]
    output = subprocess.run(
        [program, *map(str, arguments)], check=True, capture_output=True, text=True
    ).stdout
    return json.loads(output)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--measure", required=True, help="the program mlc-text-measure")
    parser.add_argument("--rounds", type=int, default=2, help="turns of each (2)")
    parser.add_argument("--require", action="store_true", help="fail if too slow")
    options = parser.parse_args()
    reviews = read_reviews()
    slow = False
    for name, (ngrams, features, wanted) in CASES.items():
        seconds, ours = [], {1: [], 2: []}
        for _ in range(options.rounds):
            taken, matrix = time_sklearn(reviews, ngrams, features)
            seconds.append(taken)
            for threads in ours:
                ours[threads].append(measure(options.measure, threads, ngrams, features))
        print(f"{name}: scikit-learn {min(seconds):.2f} s")
        for threads, results in ours.items():
            best = min(results, key=lambda result: result["seconds"])
            same = best["features"] == matrix.shape[1] and (
                features or best["nonzeros"] == matrix.nnz
            )
            if not same:
                sys.exit(f"error: not the same features as scikit-learn's: {best}")
            rate = best["bytes"] / best["seconds"] / 1e6 / threads
            times = min(seconds) / best["seconds"]
            steps = ", ".join(f"{step} {best[step]:.3f}" for step in ("count", "fit", "transform"))
            print(
                f"  mlc, threads: {threads}: {best['seconds']:.3f} s ({steps}), "
                f"{rate:.0f} MB/s a core, {times:.1f} times faster (processor: "
                f"{best['processor_seconds']:.3f} s)"
            )
        slow |= times < wanted
    return 1 if slow and options.require else 0


if __name__ == "__main__":
    sys.exit(main())
