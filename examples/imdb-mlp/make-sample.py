#!/usr/bin/env python3
"""Writes sample/: a synthetic stand-in for the IMDB data set.

Nothing in it was written by people. Words are made of random syllables and
have Zipf frequencies; some carry a sentiment, which makes them likelier the
more stars a review gives, or the fewer. The same reviews come in two forms:
that of the IMDB release's labeledBow.feat, `RATING INDEX:COUNT ...`, ratings 1
to 4 and 7 to 10, indices from 0, positive examples first; and as CSV of texts,
`label,rating,review`. The same bytes on every run.
"""

import bisect
import collections
import functools
import itertools
import lzma
import math
import pathlib
import random

SEED = 20110619
WORDS = 1500
TRAIN, TEST = 2000, 1000
MEAN_LENGTH, LENGTH_SPREAD, SHORTEST, LONGEST = 90, 0.5, 15, 400
ZIPF_SHIFT, ZIPF_EXPONENT = 2.7, 1.05
SENTIMENT_SHARE = 0.2  # of the words,
STOP_WORDS = 40  # but none of the most frequent ones
SENTIMENT_STRENGTH = 1.0
OPINION_NOISE = 0.3  # how far a review's tone strays from its stars
TONE_STEPS = 20  # tones are rounded, so that few word tables are needed
NEGATIVE, POSITIVE = (1, 1, 2, 3, 4), (7, 8, 9, 10, 10)


def make_words(rng):
    """WORDS different pseudo-words, the frequent ones shorter."""
    syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
    words = {}
    while len(words) < WORDS:
        length = 1 + int(rng.random() * 2) + len(words) * 2 // WORDS
        words["".join(syllables[int(rng.random() * len(syllables))]
                      for _ in range(length + 1))] = None
    return list(words)


def make_sentiment(rng):
    """For each word, how much a tone of 1 changes the log of its frequency."""
    return [(1 if rng.random() < 0.5 else -1) * SENTIMENT_STRENGTH * (0.5 + rng.random())
            if word >= STOP_WORDS and rng.random() < SENTIMENT_SHARE else 0.0
            for word in range(WORDS)]


class Writer:
    """Makes reviews, one at a time."""

    def __init__(self, rng):
        self.rng = rng
        self.sentiment = make_sentiment(rng)

    @functools.lru_cache(maxsize=None)
    def cumulative(self, step):
        """Cumulative word frequencies for a tone of step / TONE_STEPS."""
        return list(itertools.accumulate(
            (word + ZIPF_SHIFT) ** -ZIPF_EXPONENT
            * math.exp(sentiment * step / TONE_STEPS)
            for word, sentiment in enumerate(self.sentiment)))

    def review(self, rating):
        tone = (rating - 5.5) / 4.5 + self.rng.gauss(0, OPINION_NOISE)
        table = self.cumulative(round(tone * TONE_STEPS))
        length = round(MEAN_LENGTH * math.exp(self.rng.gauss(0, LENGTH_SPREAD)))
        drawn = (bisect.bisect(table, self.rng.random() * table[-1])
                 for _ in range(min(max(length, SHORTEST), LONGEST)))
        return [min(word, WORDS - 1) for word in drawn]

    def reviews(self, count):
        """Pairs of a rating and the numbers of the review's words."""
        ratings = [half[int(self.rng.random() * len(half))]
                   for half in (POSITIVE, NEGATIVE) for _ in range(count // 2)]
        return [(rating, self.review(rating)) for rating in ratings]


def as_counts(reviews):
    lines = []
    for rating, review in reviews:
        counts = collections.Counter(review)
        fields = [f"{word}:{counts[word]}" for word in sorted(counts)]
        lines.append(" ".join([str(rating), *fields]) + "\n")
    return "".join(lines)


def as_csv(reviews, words):
    lines = ["label,rating,review\n"]
    for rating, review in reviews:
        text = " ".join(words[word] for word in review)
        lines.append(f"{int(rating >= 7)},{rating},{text}\n")
    return "".join(lines)


def main():
    folder = pathlib.Path(__file__).resolve().parent / "sample"
    folder.mkdir(exist_ok=True)
    rng = random.Random(SEED)
    words = make_words(rng)
    (folder / "vocabulary.txt").write_text("".join(w + "\n" for w in words))
    writer = Writer(rng)
    for name, count in (("train", TRAIN), ("test", TEST)):
        reviews = writer.reviews(count)
        for ending, text in (("feat", as_counts(reviews)), ("csv", as_csv(reviews, words))):
            packed = lzma.compress(text.encode(), preset=9)
            (folder / f"{name}.{ending}.xz").write_bytes(packed)


if __name__ == "__main__":
    main()
