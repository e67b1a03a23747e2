"""Times mlc's text vectoriser and scikit-learn's CountVectorizer by turns.

Both learn from and transform the 25,000 IMDB training reviews, which are in
memory, and the shortest time of each counts. Prints seconds, MB/s a core and
how many times faster mlc is; status 1 where that is below what is wanted and
--require is given. --page writes RESULTS.md.
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

import sklearn
from sklearn.feature_extraction.text import CountVectorizer

HERE = Path(__file__).resolve().parent
HEADING = """# How fast texts become features
Written by `run.sh -- --page`. The 25,000 IMDB training reviews, in memory, are learned from and transformed into counts by `mlc`'s
vectoriser and by scikit-learn's CountVectorizer by turns; the shortest time of each counts. Both have the same features (the
tokenizer `scikit-learn`), and as many non-zeros where all are kept.

| | threads | seconds | count | fit | transform | MB/s a core | times faster |
|---|---:|---:|---:|---:|---:|---:|---:|
"""
LIMITS = """
What limits it, by `perf` on one thread. Of 1000 words: half of the time is finding words in the table and counting them, 26 ns a
token with all that belongs to counting; a fifth is cutting the text into tokens; most of the rest is copies of texts and counts and
the pages for them. Of 1..2-grams: the tables of 1.5 million terms, which no cache holds; each pair waits for memory, where it is
counted and again where the terms of all threads are put in order, although the slots are prefetched and lie in huge pages.
Two threads: what is left to one is the merging of the words' orders and of the rows.
Reading comes on top: `mlc data` with the default tokenizer, which removes HTML and joins apostrophes, takes 0.31 s on two threads
for the 25,000 files of the release, 0.25 s for the same as one CSV file (in the page cache); see `runtime/Import/README.md`.
"""
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


def machine():
    """What the figures depend on, in a line."""
    with open("/proc/cpuinfo") as file:
        model = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    return (
        f"{time.strftime('%Y-%m-%d')}. CPU: {model}, cores: {os.cpu_count()}, Python "
        f"{sys.version.split()[0]}, scikit-learn {sklearn.__version__}, load {os.getloadavg()[0]:.1f}."
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--measure", required=True, help="the program mlc-text-measure")
    parser.add_argument("--rounds", type=int, default=2, help="turns of each (2)")
    parser.add_argument("--require", action="store_true", help="fail if too slow")
    parser.add_argument("--page", action="store_true", help="write RESULTS.md")
    options = parser.parse_args()
    rows = []
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
        rows.append(f"| {name}, scikit-learn | 1 | {min(seconds):.2f} | | | | | |")
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
            parts = " | ".join(f"{best[step]:.3f}" for step in ("count", "fit", "transform"))
            rows.append(
                f"| {name}, mlc | {threads} | {best['seconds']:.3f} | {parts} "
                f"| {rate:.0f} | {times:.1f} |"
            )
        slow |= times < wanted
    if options.page:
        page = HEADING + "".join(row + "\n" for row in rows) + LIMITS + f"\n{machine()}\n"
        (HERE / "RESULTS.md").write_text(page)
    return 1 if slow and options.require else 0


if __name__ == "__main__":
    sys.exit(main())
