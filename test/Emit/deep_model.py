"""Models of many equal hidden layers, whose compilation is measured.

    deep_model.py LAYERS >model.mlir
"""

import sys

WIDTH = 64


def deep_model(layers: int) -> str:
    """A dense network of `layers` hidden layers of 64 units with relu, trained
    by Adam. A layer's width is such that its computations are split among
    workers, and small enough for a model of any depth to train on a GPU's chip
    as far as its memory goes."""
    parameters, operations = [], []
    value = "%x"
    for layer in range(layers + 1):
        units = WIDTH if layer < layers else 1
        weight, bias = f"tensor<{WIDTH}x{units}xf32>", f"tensor<{units}xf32>"
        parameters += [
            f'  %w{layer} = graph.parameter "layer{layer}.weight" uniform_fan_in : {weight}',
            f'  %b{layer} = graph.parameter "layer{layer}.bias" zeros : {bias}',
        ]
        operands = f"{value}, %w{layer}, %b{layer} : !rows, {weight}, {bias}"
        operations.append(f"    %h{layer} = graph.linear {operands}")
        if layer < layers:
            value = f"%a{layer}"
            operations.append(f"    {value} = graph.relu %h{layer} : !rows")
    return "\n".join(
        [
            f"!rows = tensor<?x{WIDTH}xf32>",
            "!logit = tensor<?x1xf32>",
            "graph.program @deep {",
            *parameters,
            "  graph.predict(%x: !rows) {",
            *operations,
            f"    graph.yield %h{layers} : !logit",
            "  }",
            "  graph.loss(%y: !logit, %label: !logit) {",
            "    %l = graph.bce_with_logits %y, %label : !logit, !logit",
            "    graph.yield %l : tensor<f32>",
            "  }",
            "  graph.train adam(learning_rate = 1.0e-3) batch(64) epochs(5)",
            "}",
            "",
        ]
    )


if __name__ == "__main__":
    print(deep_model(int(sys.argv[1])), end="")
