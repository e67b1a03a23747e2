"""Small models that were trained, for the tests of what holds them."""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, Program, attempt, expect_done

WORDS = (
    "the a film movie plot was is good bad great awful don't 'quoted' naïve café ΑΣ "
    "ﬁne ①② 日本語 ひらがな 👍🏽 🇩🇪 İstanbul e\u0301te\u0301 &amp; &#233; <br/> :-) s.o.b 1,000 x_y _z "
    "q\u0301\u0323x l’été rock’n’roll ﷺ zero\u200bwidth so\u00adft \u0085 &nbsp; <b>bold</b> it's no--one why?! !"
).split(" ")


def text_of(numbers: random.Random, words: int) -> str:
    """With what Unicode and HTML have that tokenizers treat in a way of their
    own."""
    return " ".join(WORDS[int(numbers.random() * len(WORDS))] for _ in range(words))


def make_texts(count: int, seed: int) -> list[str]:
    numbers = random.Random(seed)
    texts = [text_of(numbers, int(numbers.random() * 40)) for _ in range(count)]
    texts[:4] = ["", " ", "\U0010ffff", "a" * 20_000 + "é" * 40_000 + " good"]
    return texts


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def write_reviews(path: Path, seed: int = 0, count: int = 200) -> Path:
    numbers = random.Random(seed)
    lines = ["label,review"]
    for number in range(count):
        label = number % 2
        word = "great good" if label else "awful bad"
        lines.append(f"{label},{quoted(word + ' ' + text_of(numbers, 20))}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_table(path: Path, seed: int = 0, count: int = 200, texts: bool = False) -> Path:
    """Numbers, some missing, two and more values, and a price."""
    numbers = random.Random(seed)
    lines = ["size,weight,color,sold,note,price" if texts else "size,weight,color,sold,price"]
    for _ in range(count):
        size, weight = numbers.random() * 1e3, numbers.random() - 0.5
        color = ["red", "green", "déjà bleu"][int(numbers.random() * 3)]
        sold = ["yes", "no"][int(numbers.random() * 2)]
        first = "" if numbers.random() < 0.1 else f"{size:.3f}"
        note = f"{quoted(text_of(numbers, 9))}," if texts else ""
        lines.append(f"{first},{weight:e},{color},{sold},{note}{size * 2 + weight}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class Trained:
    """What `mlc train` makes in a folder."""

    def __init__(self, folder: Path, source: Path, *options):
        self.folder = folder
        expect_done(
            attempt(MLC, "train", source, "-o", folder, "--epochs", "1", *options)
        )
        self.model = folder / "model.mlir"
        self.weights = folder / "weights.safetensors"
        self.program = Program(folder / "program")
