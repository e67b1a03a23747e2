"""What compiled programs must answer alike, whatever the right answer is.

No reference is asked: a model is trained twice, on inputs of which it is known
how their results are related.
"""

import sys
import tempfile
import unittest
from array import array
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import (
    Data,
    Program,
    Tensor,
    make_data,
    make_weights,
    read_safetensors,
    tensor,
    write_weights,
)

INPUTS, UNITS, BATCH = 37, 21, 10
FORMS = {"sparse": f"tensor<?x{INPUTS}xf32, #graph.csr>", "dense": f"tensor<?x{INPUTS}xf32>"}
# Of a sum of some ten or twenty terms in another order, over some steps.
ROUNDING = 2e-5


def network(form: str, optimizer: str, loss: str = "bce_with_logits", batch: int = BATCH) -> str:
    hidden, logit = f"tensor<?x{UNITS}xf32>", "tensor<?x1xf32>"
    return f"""
graph.program @network {{
  %w1 = graph.parameter "w1" uniform_fan_in : tensor<{INPUTS}x{UNITS}xf32>
  %b1 = graph.parameter "b1" uniform_fan_in : tensor<{UNITS}xf32>
  %w2 = graph.parameter "w2" uniform_fan_in : tensor<{UNITS}x1xf32>
  %b2 = graph.parameter "b2" zeros : tensor<1xf32>
  graph.predict(%x: {FORMS[form]}) {{
    %h = graph.linear %x, %w1, %b1 : {FORMS[form]}, tensor<{INPUTS}x{UNITS}xf32>, tensor<{UNITS}xf32>
    %a = graph.relu %h : {hidden}
    %y = graph.linear %a, %w2, %b2 : {hidden}, tensor<{UNITS}x1xf32>, tensor<1xf32>
    graph.yield %y : {logit}
  }}
  graph.loss(%y: {logit}, %t: {logit}) {{
    %l = graph.{loss} %y, %t : {logit}, {logit}
    graph.yield %l : tensor<f32>
  }}
  graph.train {optimizer} batch({batch}) epochs(1)
}}
"""


def permuted(weights: dict[str, Tensor], order: list[int]) -> dict[str, Tensor]:
    """The same network with its hidden units in another order."""

    def columns(t: Tensor) -> Tensor:
        rows = [t.data[i : i + UNITS] for i in range(0, len(t.data), UNITS)]
        return t._replace(data=array("f", (row[k] for row in rows for k in order)))

    return weights | {name: columns(weights[name]) for name in ("w1", "b1", "w2")}


def scaled(t: Tensor, factor: float) -> Tensor:
    return t._replace(data=array("f", (factor * x for x in t.data)))


def rows_of(data: Data, first: int, end: int) -> Data:
    """Rows `first` to below `end` of a data set."""
    tensors = {"labels": tensor("F32", [end - first, 1], data.tensors["labels"].data[first:end])}
    if "features" in data.tensors:
        numbers = data.tensors["features"].data[first * INPUTS : end * INPUTS]
        tensors["features"] = Tensor("F32", [end - first, INPUTS], numbers)
    else:
        indptr = data.tensors["indptr"].data
        begin, stop = indptr[first], indptr[end]
        places = [place - begin for place in indptr[first : end + 1]]
        tensors["indptr"] = tensor("I64", [len(places)], places)
        for name in ("indices", "values"):
            numbers = data.tensors[name].data[begin:stop]
            tensors[name] = data.tensors[name]._replace(shape=[stop - begin], data=numbers)
    return data._replace(tensors=tensors, rows=data.rows[first:end])


class Metamorphic(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def compile(self, text: str, *options) -> Program:
        model = self.folder / "model.mlir"
        model.write_text(text)
        return Program.compile(model, self.folder / "program", *options)

    def train(self, program: Program, data: Data, weights, *options) -> dict[str, Tensor]:
        data.write(self.folder / "data")
        write_weights(self.folder / "before", weights)
        program.run(
            *("train", "--data", self.folder / "data", "--init", self.folder / "before"),
            *("--no-shuffle", "-o", self.folder / "after", *options),
        )
        return read_safetensors(self.folder / "after")[0]

    def expect_close(self, got: dict[str, Tensor], expected: dict[str, Tensor], bound: float):
        for name, right in expected.items():
            distance = max(abs(x - y) for x, y in zip(got[name].data, right.data))
            self.assertLessEqual(distance, bound, name)

    def test_hidden_units_have_no_order(self):
        order = sorted(range(UNITS), key=lambda unit: unit * 8 % UNITS)
        self.assertEqual(len(set(order)), UNITS)
        for form in FORMS:
            for options in (("--gemm", "generated"), ("--gemm", "openblas")):
                with self.subTest(form, options=options):
                    text = network(form, "adam(learning_rate = 1.0e-2)")
                    program = self.compile(text, *options)
                    data = make_data(program.info, 4 * BATCH + 3, seed=1)
                    weights = make_weights(program.info, seed=2)
                    plain = self.train(program, data, weights, "--threads", 2)
                    other = self.train(program, data, permuted(weights, order), "--threads", 2)
                    # Adam's first steps are as large for small gradients as for
                    # others: a rounding error counts for more.
                    self.expect_close(other, permuted(plain, order), 50 * ROUNDING)
                    self.assertNotEqual(plain["w1"], weights["w1"])

    def test_a_batch_is_the_mean_of_its_halves(self):
        for form in FORMS:
            with self.subTest(form):
                program = self.compile(network(form, "sgd(learning_rate = 0.5)", batch=2 * BATCH))
                data = make_data(program.info, 2 * BATCH, seed=3)
                weights = make_weights(program.info, seed=4)
                whole = self.train(program, data, weights)
                halves = [
                    self.train(program, rows_of(data, first, first + BATCH), weights)
                    for first in (0, BATCH)
                ]
                mean = {
                    name: t._replace(
                        data=array("f", (x / 2 + y / 2 for x, y in zip(t.data, halves[1][name].data)))
                    )
                    for name, t in halves[0].items()
                }
                self.expect_close(whole, mean, ROUNDING)
                self.assertNotEqual(halves[0]["w1"], halves[1]["w1"])

    def test_powers_of_two_change_no_bit(self):
        """Features by 4 and the first layer's weight by 1/4: nothing is rounded
        anew."""
        for form in FORMS:
            with self.subTest(form):
                program = self.compile(network(form, "sgd(learning_rate = 0.125)", "mse"))
                data = make_data(program.info, 3 * BATCH + 7, seed=5)
                weights = make_weights(program.info, seed=6)
                name = "features" if form == "dense" else "values"
                larger = data._replace(
                    tensors=data.tensors | {name: scaled(data.tensors[name], 4.0)}
                )
                smaller = weights | {"w1": scaled(weights["w1"], 0.25)}
                data.write(self.folder / "data")
                larger.write(self.folder / "larger")
                write_weights(self.folder / "w", weights)
                write_weights(self.folder / "smaller", smaller)
                outputs = [
                    program.run("predict", "--data", self.folder / d, "--weights", self.folder / w, "--json")
                    for d, w in (("data", "w"), ("larger", "smaller"))
                ]
                self.assertEqual(*outputs)

    def test_linear_models_scale_with_their_labels(self):
        for form in FORMS:
            with self.subTest(form):
                text = f"""
graph.program @line {{
  %w = graph.parameter "w" uniform_fan_in : tensor<{INPUTS}x1xf32>
  %b = graph.parameter "b" zeros : tensor<1xf32>
  graph.predict(%x: {FORMS[form]}) {{
    %y = graph.linear %x, %w, %b : {FORMS[form]}, tensor<{INPUTS}x1xf32>, tensor<1xf32>
    graph.yield %y : tensor<?x1xf32>
  }}
  graph.loss(%y: tensor<?x1xf32>, %t: tensor<?x1xf32>) {{
    %l = graph.mse %y, %t : tensor<?x1xf32>, tensor<?x1xf32>
    graph.yield %l : tensor<f32>
  }}
  graph.train sgd(learning_rate = 0.0625, momentum = 0.9) batch({BATCH}) epochs(3)
}}
"""
                program = self.compile(text)
                data = make_data(program.info, 4 * BATCH + 1, seed=7)
                weights = make_weights(program.info, seed=8)
                large = data._replace(
                    tensors=data.tensors | {"labels": scaled(data.tensors["labels"], 8.0)}
                )
                plain = self.train(program, data, weights)
                eightfold = {name: scaled(t, 8.0) for name, t in weights.items()}
                other = self.train(program, large, eightfold)
                self.assertEqual(other, {name: scaled(t, 8.0) for name, t in plain.items()})


if __name__ == "__main__":
    unittest.main()
