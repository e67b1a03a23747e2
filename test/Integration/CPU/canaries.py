"""An audit of private training from outside: how well its weights tell which of
many canaries were among the rows.

Each canary is a row with a feature of its own, and a fair coin says whether the
row is there or is empty, which is what takes its place in a neighbouring data set.
Who guesses looks at each feature's weight alone. From how many guesses are right
follows a lower bound of epsilon, wrong for one audit in twenty at most: the test of
Steinke, Nasr and Jagielski (Privacy Auditing with One (1) Training Run, 2023,
arXiv 2305.08846). It is an alarm and no proof: what noise there is, the tests of
runtime/Private look at, value by value.
"""

import json
import math
import random
import sys
import tempfile
import unittest
from array import array
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import Data, Program, expect_done, read_safetensors, tensor

CANARIES = 4000
GUESSES = 200  # Of those that are there, and again of those that are not.
CLAIM, DELTA, CONFIDENCE = 3, 1e-5, 0.95
# Each canary's gradient is half of its value: longer than the clip in each step.
MODEL = f"""graph.program @canaries {{
  %w = graph.parameter "weight" zeros : tensor<{CANARIES}x1xf32>
  graph.predict(%x: tensor<?x{CANARIES}xf32, #graph.csr>) {{
    %y = graph.linear %x, %w : tensor<?x{CANARIES}xf32, #graph.csr>, tensor<{CANARIES}x1xf32>
    graph.yield %y : tensor<?x1xf32>
  }}
  graph.loss(%y: tensor<?x1xf32>, %label: tensor<?x1xf32>) {{
    %l = graph.bce_with_logits %y, %label : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }}
  graph.train sgd(learning_rate = 0.01) batch(328) epochs(19) private(clip = 0.25)
}}
"""


def chances(guesses: int, share: float) -> list[float]:
    """Of each number of right guesses, each being right with the chance `share`."""
    log = [
        math.lgamma(guesses + 1) - math.lgamma(right + 1) - math.lgamma(guesses - right + 1)
        + right * math.log(share) + (guesses - right) * math.log1p(-share)
        for right in range(guesses + 1)
    ]  # fmt: skip
    return [math.exp(x) for x in log]


def chance_of(right: int, guesses: int, epsilon: float) -> float:
    """At most how likely so many right guesses are where (epsilon, DELTA) holds."""
    of_each = chances(guesses, 1 / (1 + math.exp(-epsilon)))
    most, below = 0.0, 0.0
    for i in range(1, right + 1):
        below += of_each[right - i]
        most = max(most, below / i)
    return min(1.0, math.fsum(of_each[right:]) + 2 * CANARIES * DELTA * most)


def least_epsilon(right: int, guesses: int) -> float:
    """The largest that so many right guesses contradict."""
    low, high = 0.0, 20.0
    if chance_of(right, guesses, low) > 1 - CONFIDENCE:
        return 0.0
    while high - low > 0.01:
        middle = (low + high) / 2
        contradicts = chance_of(right, guesses, middle) <= 1 - CONFIDENCE
        low, high = (middle, high) if contradicts else (low, middle)
    return low


class Canaries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        model = cls.folder / "model.mlir"
        model.write_text(MODEL)
        cls.program = Program.compile(model, cls.folder / "program")

    def audit(self, epsilon: float, seed: int) -> tuple[float, float]:
        """Trains so that it claims `epsilon`: what the guesses show, and the noise."""
        coins = random.Random(seed)
        there = [coins.random() < 0.5 for _ in range(CANARIES)]
        columns = array("i", [number for number, is_there in enumerate(there) if is_there])
        indptr = [0]
        for is_there in there:
            indptr.append(indptr[-1] + is_there)
        data, weights = self.folder / "data", self.folder / "weights"
        Data({
            "indptr": tensor("I64", [len(indptr)], indptr),
            "indices": tensor("I32", [len(columns)], columns),
            "values": tensor("F32", [len(columns)], array("f", [1.0] * len(columns))),
            "labels": tensor("F32", [CANARIES, 1], array("f", [1.0] * CANARIES)),
        }, [], CANARIES).write(data)  # fmt: skip
        expect_done(self.program.attempt(
            "train", "--data", data, "--epsilon", epsilon, "--delta", DELTA, "-o", weights))
        tensors, metadata = read_safetensors(weights)
        order = sorted(range(CANARIES), key=lambda canary: tensors["weight"].data[canary])
        # Being there makes a canary's weight larger.
        right = sum(there[canary] for canary in order[-GUESSES:])
        right += sum(not there[canary] for canary in order[:GUESSES])
        noise = json.loads(metadata["privacy"])["noise_multiplier"]
        return least_epsilon(right, 2 * GUESSES), noise

    def test_the_bound_itself(self):
        self.assertEqual(least_epsilon(200, 400), 0)
        self.assertAlmostEqual(chance_of(0, 400, 1), 1)
        # Without delta it is that of a binomial distribution.
        self.assertGreater(chance_of(300, 400, math.log(3)), 0.5)
        self.assertGreater(least_epsilon(400, 400), least_epsilon(390, 400))
        self.assertLess(abs(least_epsilon(300, 400) - 0.8), 0.15)

    def test_weights_tell_no_more_than_is_claimed(self):
        for seed in range(3):
            told, _ = self.audit(CLAIM, seed)
            self.assertLessEqual(told, CLAIM)

    def test_a_quarter_of_the_noise_is_seen(self):
        _, noise = self.audit(CLAIM, 3)
        told, less = self.audit(43, 4)
        self.assertLess(less, noise / 4)
        self.assertGreater(told, CLAIM)


if __name__ == "__main__":
    unittest.main()
