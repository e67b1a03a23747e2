"""Networks that nobody has seen: a seed gives a model file and its PyTorch twin."""

import random
from pathlib import Path

import torch
from networks import BCE, RUNNING, Lion, Network, batch_norm
from schedules import SCHEDULES
from torch.nn import functional as F

# Around the widths of vectors and of shards, where remainders are.
WIDTHS = [1, 2, 3, 5, 7, 8, 13, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 100, 129, 200]
BATCHES = [1, 2, 3, 5, 7, 8, 13, 16, 17, 32, 33, 64]
UNARY = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "gelu": F.gelu,
    "silu": F.silu,
    "mish": F.mish,
    "selu": F.selu,
    "softmax": lambda x: F.softmax(x, dim=1),
}
WITH_NUMBER = {"leaky_relu": F.leaky_relu, "scale": torch.mul}
BINARY = {"add": torch.add, "sub": torch.sub, "mul": torch.mul}
# With what stands after the operands in the model file.
SETTINGS = {
    "huber": ", 0.3",
    "quantile": ", 0.8",
    "focal_with_logits": " alpha(0.3) gamma(1.5)",
    "cross_entropy": " smoothing(0.1)",
    "bce_with_logits": " smoothing(0.2)",
}


def focal(y, t):
    """Of torchvision's sigmoid_focal_loss, for labels between 0 and 1, too."""
    a, b, p = F.softplus(-y), F.softplus(y), torch.sigmoid(y)
    return (0.3 * t * (1 - p) ** 1.5 * a + 0.7 * (1 - t) * p**1.5 * b).mean()


LOSSES = {
    "mse": F.mse_loss,
    "bce_with_logits": lambda y, t: BCE(y, t * 0.8 + 0.1),
    "cross_entropy": lambda y, t: F.cross_entropy(y, t, label_smoothing=0.1),
    "mae": F.l1_loss,
    "huber": lambda y, t: F.huber_loss(y, t, delta=0.3),
    "quantile": lambda y, t: torch.maximum(0.8 * (t - y), -0.2 * (t - y)).mean(),
    "poisson": F.poisson_nll_loss,
    "hinge": lambda y, t: F.relu(1 - (2 * t - 1) * y).mean(),
    "focal_with_logits": focal,
}


class Generator:
    """Each op takes the newest value, so the loss depends on every parameter."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.parameters: list[str] = []  # of the model's text, as is `body`
        self.body: list[str] = []
        self.steps: list = []  # PyTorch: from (parameters, values) to a value
        self.widths: list[int] = [self.random.choice(WIDTHS)]
        self.weights: dict[tuple[int, int], str] = {}
        self.sparse = self.random.random() < 0.5
        # Drawn apart, so that the networks stay those that they were.
        self.settings = random.Random(f"{seed} settings")
        self.has_own = self.settings.random() < 0.5
        self.own: dict[str, tuple[float, float | None]] = {}
        self.schedule = self.settings.choice(["", *SCHEDULES])
        self.clip_norm = self.settings.choice([0, 0, 0.01, 0.1, 1])
        self.clip_value = 0 if self.clip_norm else self.settings.choice([0, 0, 0.01])
        self.accumulate = self.settings.choice([1, 1, 1, 2, 3])
        self.norms = random.Random(f"{seed} norms")
        self.has_norms = self.norms.random() < 0.5
        self.l1 = self.settings.choice([0, 0, 0.001, 0.05])
        self.ema = self.settings.choice([0, 0, 0.5, 0.99])

    def type(self, value: int) -> str:
        encoding = ", #graph.csr" if value == 0 and self.sparse else ""
        return f"tensor<?x{self.widths[value]}xf32{encoding}>"

    def append(self, text: str, width: int, step) -> None:
        self.widths.append(width)
        self.body.append(f"    %{len(self.body) + 1} = graph.{text}")
        self.steps.append(step)

    def parameter(self, shape: list[int]) -> str:
        name = f"p{len(self.parameters)}"
        type = f"tensor<{'x'.join(map(str, shape))}xf32>"
        self.parameters.append(
            f'  %{name} = graph.parameter "{name}" zeros{self.own_training(name)} : {type}'
        )
        return name

    def own_training(self, name: str) -> str:
        """How a parameter is trained, where that is a way of its own. The first
        one is not frozen, so that one is trained."""
        if not self.has_own or self.settings.random() < 0.5:
            return ""
        rate, decay = self.settings.choice([(0, None), (0.5, None), (2, 0.0), (1, 0.1)])
        if rate == 0 and name == "p0":
            rate = 0.5
        self.own[name] = rate, decay
        if rate == 0:
            return " frozen"
        return (f" rate({rate})" if rate != 1 else "") + (
            f" weight_decay({decay})" if decay is not None else ""
        )

    def linear(self, width: int, may_normalize=True) -> None:
        norm = self.norms.choice(["batch", "batch", "layer", ""]) if self.has_norms else ""
        if not may_normalize:
            norm = ""
        self.product(width, norm)
        if norm:
            self.normalize(norm)

    def product(self, width: int, norm: str) -> None:
        x = len(self.widths) - 1
        shape = (self.widths[x], width)
        weight = self.weights.get(shape)
        if weight is None or self.random.random() < 0.5:
            weight = self.weights[shape] = self.parameter(list(shape))
        types = f"{self.type(x)}, tensor<{shape[0]}x{width}xf32>"
        # Before a normalisation by batches the gradient of a bias is 0, but for
        # rounding, of which some optimisers make steps.
        if self.random.random() < 0.3 or norm == "batch":
            self.append(
                f"linear %{x}, %{weight} : {types}",
                width,
                lambda p, values: values[x] @ p[weight],
            )
            return
        bias = self.parameter([width])
        self.append(
            f"linear %{x}, %{weight}, %{bias} : {types}, tensor<{width}xf32>",
            width,
            lambda p, values: values[x] @ p[weight] + p[bias],
        )

    def normalize(self, norm: str) -> None:
        """The newest layer, by batches or by rows."""
        x = len(self.widths) - 1
        width, type = self.widths[x], f"tensor<{self.widths[x]}xf32>"
        name = f"n{len(self.parameters)}"
        parts = {"weight": "constant(1.0)", "bias": "zeros"}
        by_batch = norm == "batch"
        if by_batch:
            parts |= {"running_mean": "zeros running", "running_var": "constant(1.0) running"}
        for part, start in parts.items():
            self.parameters.append(
                f'  %{name}_{part} = graph.parameter "{name}.{part}" {start} : {type}'
            )
            if "running" in start:
                self.own[f"{name}.{part}"] = RUNNING
        operands = "".join(f", %{name}_{part}" for part in parts)
        types = f"{self.type(x)}{f', {type}' * len(parts)}"
        if by_batch:
            momentum = self.norms.choice([0.1, 0.3])
            self.append(
                f"batch_norm %{x}{operands} momentum({momentum}) epsilon(0.001) : {types}",
                width,
                lambda p, values: batch_norm(p, name, values[x], momentum, 0.001),
            )
            return
        self.append(
            f"layer_norm %{x}{operands} epsilon(0.001) : {types}",
            width,
            lambda p, values: F.layer_norm(
                values[x], [width], p[f"{name}.weight"], p[f"{name}.bias"], 0.001
            ),
        )

    def elementwise(self) -> None:
        x = len(self.widths) - 1
        width, type = self.widths[x], self.type(x)
        op = self.random.choice([*UNARY, *WITH_NUMBER, *BINARY])
        if op in UNARY:
            self.append(f"{op} %{x} : {type}", width, lambda p, v: UNARY[op](v[x]))
        elif op in WITH_NUMBER:
            number = self.random.choice([0.1, -0.3, 1.5])
            self.append(
                f"{op} %{x}, {number} : {type}",
                width,
                lambda p, v: WITH_NUMBER[op](v[x], number),
            )
        else:
            same = [i for i in range(1, x + 1) if self.widths[i] == width]
            other = self.random.choice(same)
            self.append(
                f"{op} %{x}, %{other} : {type}, {type}",
                width,
                lambda p, v: BINARY[op](v[x], v[other]),
            )

    def optimizer(self):
        choose = self.random.choice
        kind, decay = choose(
            ["sgd", "adam", "adamw", "adagrad", "lion", "rmsprop"]), choose([0.0, 0.05])
        if kind == "sgd":
            momentum = choose([0.0, 0.9])
            nesterov = momentum > 0 and choose([True, False])
            text = (
                f"sgd(learning_rate = 0.05, momentum = {momentum}, "
                f"nesterov = {str(nesterov).lower()}, weight_decay = {decay})"
            )
            return text, lambda p: torch.optim.SGD(
                p, 0.05, momentum=momentum, nesterov=nesterov, weight_decay=decay
            )
        if kind == "adagrad":
            text = (
                f"adagrad(learning_rate = 0.02, lr_decay = 0.1, "
                f"initial_accumulator_value = 0.1, weight_decay = {decay})"
            )
            return text, lambda p: torch.optim.Adagrad(
                p, 0.02, 0.1, decay, initial_accumulator_value=0.1
            )
        if kind == "rmsprop":
            momentum = choose([0.0, 0.5])
            text = (
                f"rmsprop(learning_rate = 0.002, momentum = {momentum}, "
                f"weight_decay = {decay}, epsilon = 1.0e-5)"
            )
            return text, lambda p: torch.optim.RMSprop(
                p, 0.002, momentum=momentum, weight_decay=decay, eps=1e-5
            )
        if kind == "lion":
            text = f"lion(learning_rate = 0.001, weight_decay = {decay})"
            return text, lambda p: Lion(p, lr=0.001, weight_decay=decay)
        make = torch.optim.Adam if kind == "adam" else torch.optim.AdamW
        text = f"{kind}(learning_rate = 0.002, weight_decay = {decay}, epsilon = 1.0e-5)"
        return text, lambda p: make(p, 0.002, weight_decay=decay, eps=1e-5)


def random_network(seed: int, folder: Path) -> Network:
    g = Generator(seed)
    g.linear(g.random.choice(WIDTHS))
    for _ in range(g.random.randrange(8)):
        if g.random.random() < 0.4:
            g.linear(g.random.choice(WIDTHS))
        else:
            g.elementwise()
    loss = g.random.choice(list(LOSSES))
    g.linear(g.random.choice([2, 5, 9, 17] if loss == "cross_entropy" else [1, 3, 16]), False)
    optimizer, make_optimizer = g.optimizer()
    batch = g.random.choice(BATCHES)
    if any("running" in name for name in g.own):
        batch = max(batch, 2)
    last = len(g.body)
    answer, outputs = g.type(last), g.widths[last]
    label = "tensor<?xi32>" if loss == "cross_entropy" else answer
    model = folder / f"random-{seed}.mlir"
    model.write_text(
        "\n".join(
            [
                f"graph.program @random_{seed} {{",
                *g.parameters,
                f"  graph.predict(%0: {g.type(0)}) {{",
                *g.body,
                f"    graph.yield %{last} : {answer}",
                "  }",
                f"  graph.loss(%y: {answer}, %t: {label}) {{",
                f"    %l = graph.{loss} %y, %t{SETTINGS.get(loss, '')} : {answer}, {label}",
                "    graph.yield %l : tensor<f32>",
                "  }",
                f"  graph.train {optimizer} batch({batch}) epochs(3)"
                + (f" schedule({g.schedule})" if g.schedule else "")
                + (f" clip_norm({g.clip_norm})" if g.clip_norm else "")
                + (f" clip_value({g.clip_value})" if g.clip_value else "")
                + (f" accumulate({g.accumulate})" if g.accumulate > 1 else "")
                + (f" l1({g.l1})" if g.l1 else "")
                + (f" ema({g.ema})" if g.ema else ""),
                "}",
                "",
            ]
        )
    )

    def predict(p, x):
        values = [x]
        for step in g.steps:
            values.append(step(p, values))
        return values[-1]

    def loss_of(y, t):
        return LOSSES[loss](y, t)

    return Network(
        model, predict, loss_of, make_optimizer, batch, own=g.own, schedule=g.schedule,
        clip_norm=g.clip_norm, clip_value=g.clip_value, accumulate=g.accumulate,
        l1=g.l1, ema=g.ema,
    )  # fmt: skip
