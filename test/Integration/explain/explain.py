"""Compares the explanations of PROGRAM explain with what they mean.

explain.py FOLDER TEST.csv

FOLDER has the programs `mlp` and `deep`, their weights and data sets, as run.sh
makes them; TEST.csv the test reviews. Python's standard library only. Prints a
line for each check, with what was measured, and ends with status 1 where one
fails.
"""

import bisect
import csv
import gzip
import json
import lzma
import math
import pathlib
import random
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from integration import read_safetensors, write_safetensors  # noqa: E402

FOLDER, TEST = pathlib.Path(sys.argv[1]), sys.argv[2]
KEPT = 2000  # Reviews that the checks look at more closely.
failures = []


def check(name, holds, measured):
    print(f"{'ok  ' if holds else 'FAIL'} {name}: {measured}", flush=True)
    if not holds:
        failures.append(name)


def run(program, *arguments, text=None):
    done = subprocess.run(
        [FOLDER / program, *map(str, arguments)],
        input=text,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{program} {arguments}: {done.stderr}")
    return done.stdout


def lines(program, *arguments, text=None):
    return [json.loads(line) for line in run(program, *arguments, text=text).splitlines()]


def weights(program, data, seed):
    return FOLDER / f"{program}.{data}.{seed}.safetensors"


def read_reviews():
    opener = {".xz": lzma.open, ".gz": gzip.open}.get(pathlib.Path(TEST).suffix, open)
    with opener(TEST, "rt", encoding="utf-8", newline="") as file:
        return [row["review"].replace("\n", " ") for row in csv.DictReader(file)]


def explain(program, data, seed, reviews, *options):
    return lines(
        program, "explain", "--weights", weights(program, data, seed), "--text", "-",
        "--json", "--no-flip", *options, text="\n".join(reviews) + "\n",
    )


def predict(program, file, reviews):
    found = lines(program, "predict", "--weights", file, "--text",
                  text="\n".join(reviews) + "\n")
    return [row["outputs"][0] for row in found]


def without(review, places):
    """The review with these bytes blank."""
    raw = bytearray(review.encode())
    for begin, end in places:
        raw[begin:end] = b" " * (end - begin)
    return raw.decode()


def places_of(explanation, token):
    return [(w["begin"], w["end"]) for w in explanation["words"] if w["token"] == token]


def by_token(explanation):
    sums = {}
    for word in explanation["words"]:
        if word["known"]:
            sums[word["token"]] = sums.get(word["token"], 0) + word["part"]
    return sums


def completeness(reviews):
    """E1: baseline + words = score, in f64 sums of what is printed, of all
    reviews. Keeps and returns what it was told of the first ones."""
    worst, kept, count = 0, [], 0
    for begin in range(0, len(reviews), KEPT):
        some = reviews[begin : begin + KEPT]
        found = explain("mlp", "binary", 0, some)
        for row in found:
            parts = math.fsum(word["part"] for word in row["words"])
            gap = abs(row["score"] - row["baseline"] - parts)
            worst = max(worst, gap / max(1, abs(row["score"])))
            count += 1
        kept = kept or found
    check("E1 gap of all reviews", worst <= 1e-5 and count == len(reviews),
          f"{worst:.2e} of {count}")
    return kept


def places(reviews, all_of):
    """Original spellings at their places, in the order of the text."""
    wrong = 0
    for review, row in zip(reviews, all_of):
        raw = review.encode()
        last = 0
        for word in row["words"]:
            spelled = raw[word["begin"] : word["end"]].decode()
            wrong += spelled != word["word"] or word["begin"] < last
            # The tokenizer folds case; most words are as they were written.
            wrong += spelled.isascii() and spelled.isalpha() and spelled.lower() != word["token"]
            last = word["begin"]
    check("places and spellings", wrong == 0, f"{wrong} wrong")


def quadrature(reviews, all_of):
    """E2: the mean gradient of a ReLU layer by 100,000 midpoints in f64. Along
    the path the unit's input moves straight, so that the points at which it is
    above 0 are those on one side of a place."""
    points = 100_000
    middles = [(k + 0.5) / points for k in range(points)]
    tensors, metadata = read_safetensors(weights("mlp", "binary", 0))
    columns = {word: at for at, word in enumerate(
        bytes(tensors["vocabulary"].data).decode().splitlines())}
    w1, b1 = tensors["layer1.weight"].data, tensors["layer1.bias"].data
    w2, hidden = tensors["layer2.weight"].data, len(b1)
    worst = 0
    for row in all_of[:20]:
        tokens = {w["token"] for w in row["words"] if w["known"]}
        rows = [columns[t] for t in tokens]
        moves = [math.fsum(w1[r * hidden + u] for r in rows) for u in range(hidden)]
        shares = []
        for unit, move in enumerate(moves):
            start = b1[unit]
            if move == 0:
                shares.append(1.0 if start > 0 else 0.0)
                continue
            place = -start / move
            below = bisect.bisect_right(middles, place)
            shares.append((points - below if move > 0 else below) / points)
        sums = by_token(row)
        for token in tokens:
            at = columns[token] * hidden
            expected = math.fsum(
                w1[at + u] * shares[u] * w2[u] for u in range(hidden))
            worst = max(worst, abs(sums[token] - expected))
    check("E2 closed form and quadrature", worst <= 1e-5, f"{worst:.2e}")


def removal(reviews):
    """E3: the part of a word that is left out is what a prediction says."""
    some = reviews[:12]
    worst = 0
    for data in ("binary", "l2"):
        found = explain("mlp", data, 0, some, "--method", "remove")
        changed, parts = [], []
        for review, row in zip(some, found):
            for token, part in by_token(row).items():
                changed.append(without(review, places_of(row, token)))
                parts.append((row["score"], part))
        outputs = predict("mlp", weights("mlp", data, 0), changed)
        for (score, part), output in zip(parts, outputs):
            worst = max(worst, abs(score - output - part))
    check("E3 removed and predicted again", worst <= 1e-5, f"{worst:.2e}")


def flips(reviews, all_of):
    """E5: five words of the largest parts for the answer, against any five."""
    draw = random.Random(1)
    chosen, others, answers = [], [], []
    for review, row in zip(reviews, all_of):
        sign = 1 if row["score"] > 0 else -1
        sums = by_token(row)
        if len(sums) < 10:
            continue
        ordered = sorted(sums, key=lambda token: -sign * sums[token])
        answers.append(row["score"] > 0)
        chosen.append(without(review, [p for t in ordered[:5] for p in places_of(row, t)]))
        others.append(without(review, [
            p for t in draw.sample(sorted(sums), 5) for p in places_of(row, t)]))
    file = weights("mlp", "binary", 0)

    def share(texts):
        return sum((o > 0) != a for o, a in zip(predict("mlp", file, texts), answers)) / len(answers)

    top, drawn = share(chosen), share(others)
    check("E5 five words flip", top >= 0.5 and drawn <= 0.05,
          f"{100 * top:.1f} % flipped, random {100 * drawn:.1f} %, of {len(answers)}")


def ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    for rank, at in enumerate(order):
        ranks[at] = rank
    return ranks


def correlation(a, b):
    a, b = ranks(a), ranks(b)
    mean = (len(a) - 1) / 2
    top = sum((x - mean) * (y - mean) for x, y in zip(a, b))
    return top / sum((x - mean) ** 2 for x in a)


def agreement(one, other):
    found = []
    for a, b in zip(one, other):
        tokens = sorted(set(by_token(a)) & set(by_token(b)))
        if len(tokens) >= 10:
            first, second = by_token(a), by_token(b)
            found.append(correlation([first[t] for t in tokens], [second[t] for t in tokens]))
    return sum(found) / len(found)


def shuffled(reviews, all_of):
    """E6: of shuffled weights nothing remains; a column that the network does
    not use has exactly no part."""
    tensors, metadata = read_safetensors(weights("mlp", "binary", 0))
    metadata = {key: value for key, value in metadata.items() if key in ("format", "version", "vectorizer")}
    draw = random.Random(2)
    for name in ("layer1.weight", "layer2.weight"):
        draw.shuffle(tensors[name].data)
    file = FOLDER / "mlp.shuffled.0.safetensors"
    write_safetensors(file, tensors, metadata)
    some = reviews[:500]
    rho = agreement(all_of, explain("mlp", "shuffled", 0, some))
    check("E6 shuffled weights", abs(rho) < 0.1, f"mean rank correlation {rho:+.3f}")
    tensors, _ = read_safetensors(weights("mlp", "binary", 0))
    words = bytes(tensors["vocabulary"].data).decode().splitlines()
    unused = words.index("great")
    hidden = len(tensors["layer1.bias"].data)
    for unit in range(hidden):
        tensors["layer1.weight"].data[unused * hidden + unit] = 0
    write_safetensors(FOLDER / "mlp.unused.0.safetensors", tensors, metadata)
    parts = [w["part"] for row in explain("mlp", "unused", 0, some)
             for w in row["words"] if w["token"] == "great"]
    check("E6 unused column", parts and set(parts) <= {0.0}, f"{len(parts)} places, all 0")


SUM = re.compile(r"baseline ([-+][\d.]+) \+ parts ([-+][\d.]+)(?: \+ gap ([-+][\d.]+))? = score ([-+][\d.]+)")
PART = re.compile(r"^ +([-+][\d.]+)  ", re.M)


def printed(reviews):
    """E7: what is printed adds up, to the last digit; bits do not depend on
    threads."""
    some = reviews[:300]
    wrong = 0
    for program in ("mlp", "deep"):
        shown = run(program, "explain", "--weights", weights(program, "binary", 0), "--text",
                    "-", "--no-flip", "--top", "7", text="\n".join(some) + "\n")
        blocks = shown.split("\n\n")
        wrong += len(blocks) != len(some)
        for block in blocks:
            baseline, sum_of, gap, score = (
                round(1000 * float(number or 0)) for number in SUM.search(block).groups())
            parts = [round(1000 * float(number)) for number in PART.findall(block)]
            wrong += baseline + sum_of + gap != score or sum(parts) != sum_of
    check("E7 printed sums", wrong == 0, f"{wrong} of {2 * len(some)} do not add up")
    data = FOLDER / "binary.test.safetensors"
    outputs = {
        run("mlp", "explain", "--weights", weights("mlp", "binary", 0), "--global", "--data",
            data, "--json", "--threads", threads)
        for threads in (1, 2, 3, 7)
    }
    check("E7 bits of threads", len(outputs) == 1, "1, 2, 3, 7 threads")
    gap = json.loads(outputs.pop())["outputs"][0]["largest_gap"]
    check("E1 gap, --global", gap <= 1e-4, f"{gap:.2e}")


def stability(reviews, all_of):
    some = reviews[:2000]
    other = explain("mlp", "binary", 1, some)
    rho = agreement(all_of[: len(some)], other)
    top = 0
    for a, b in zip(all_of, other):
        five = [set(sorted(by_token(x), key=lambda t: -abs(by_token(x)[t]))[:5]) for x in (a, b)]
        top += len(five[0] & five[1]) / 5
    # What is told where explanations are shown.
    check("stability between seeds", 0.7 <= rho <= 0.95,
          f"mean rank correlation {rho:.3f}, of the five largest {100 * top / len(other):.0f} %")


def deep(reviews):
    """Gauss-Legendre, until the gap is at most a thousandth."""
    found = explain("deep", "binary", 0, reviews[:1000])
    gap = max(abs(row["gap"]) for row in found)
    points = max(row["points"] for row in found)
    check("two hidden layers", gap <= 1e-3 and points > 0, f"gap {gap:.2e}, at most {points} points")


def main():
    reviews = read_reviews()
    all_of = completeness(reviews)
    places(reviews, all_of)
    quadrature(reviews, all_of)
    removal(reviews)
    flips(reviews, all_of)
    shuffled(reviews, all_of)
    printed(reviews)
    stability(reviews, all_of)
    deep(reviews)
    sys.exit(1 if failures else 0)


main()
