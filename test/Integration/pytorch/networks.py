"""The networks of the integration tests, written by hand in PyTorch.

Each mirrors a model file. Weights are [in, out]; `p` holds the parameters by
their names in the model.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.optim import SGD, Adagrad, Adam, AdamW, Optimizer, SparseAdam

from integration import MODELS, REPOSITORY
from schedules import BY_EPOCH, SCHEDULES


class BatchNorm:
    """Whether networks compute with statistics of the batch, as in training."""

    by_batch = True


def batch_norm(p: dict[str, Tensor], name: str, x: Tensor, momentum=0.1, epsilon=1e-5):
    """By the parameters NAME.weight, NAME.bias, NAME.running_mean and
    NAME.running_var, of which the last two are changed in training. One row,
    which PyTorch would refuse in training, is normalised as in evaluation."""
    return F.batch_norm(
        x,
        p[name + ".running_mean"],
        p[name + ".running_var"],
        p[name + ".weight"],
        p[name + ".bias"],
        BatchNorm.by_batch and len(x) > 1,
        momentum,
        epsilon,
    )


class Network(NamedTuple):
    model: Path
    predict: Callable[[dict[str, Tensor], Tensor], Tensor]
    loss: Callable[[Tensor, Tensor], Tensor]
    optimizer: Callable[[list[Tensor]], "Optimizer | LazyAdam | Lion"]
    batch: int
    edit: tuple[str, str] = ("", "")  # of the model's text: old, new
    # Parameters that are trained in ways of their own: a factor of the rate, 0
    # where it is frozen or running, and a weight decay.
    own: dict[str, tuple[float, float | None]] = {}
    schedule: str = ""  # As in the model, and in SCHEDULES.
    clip_norm: float = 0  # None where they are 0.
    clip_value: float = 0
    accumulate: int = 1

    def update(self, optimizer, parameters: dict[str, Tensor], scheduler) -> None:
        """Of all parameters, by the gradients that they have."""
        trained = [p for p in parameters.values() if p.requires_grad]
        if self.clip_norm:
            torch.nn.utils.clip_grad_norm_(trained, self.clip_norm)
        if self.clip_value:
            torch.nn.utils.clip_grad_value_(trained, self.clip_value)
        optimizer.step()
        if scheduler:
            scheduler.step()

    def scheduler(self, optimizer, per_epoch: int, steps: int):
        """Changes the rate after each update, of which `accumulate` steps make
        one; epochs end where they end."""
        if not self.schedule:
            return None
        factor = SCHEDULES[self.schedule]

        def factor_of(update: int) -> float:
            if self.schedule in BY_EPOCH:
                last = (update + 1) * self.accumulate - 1
                return factor(last, per_epoch, steps)
            return factor(update, per_epoch, steps // self.accumulate)

        return torch.optim.lr_scheduler.LambdaLR(optimizer, factor_of)

    def descent(self, parameters: dict[str, Tensor]):
        """The optimiser, with a group for each parameter of `own`."""
        optimizer = self.optimizer(list(parameters.values()))
        if not self.own:
            return optimizer
        (whole,) = optimizer.param_groups
        optimizer.param_groups.clear()
        for name, parameter in parameters.items():
            rate, decay = self.own.get(name, (1, None))
            parameter.requires_grad_(rate != 0)
            if rate != 0:
                group = whole | {"params": [parameter], "lr": rate * whole["lr"]}
                if decay is not None:
                    group["weight_decay"] = decay
                optimizer.param_groups.append(group)
        return optimizer


def regression(p, x):
    h = torch.tanh(x @ p["fc1.weight"] + p["fc1.bias"])
    h = torch.tanh(h @ p["fc2.weight"] + p["fc2.bias"])
    return h @ p["fc3.weight"] + p["fc3.bias"]


def classes(p, x):
    h = F.gelu(x @ p["fc1.weight"] + p["fc1.bias"])
    h = F.leaky_relu(h @ p["fc2.weight"], 0.1)
    return h @ p["fc3.weight"] + p["fc3.bias"]


def logistic(p, x):
    return x @ p["weight"] + p["bias"]


def everything(p, x):
    h = (x @ p["in.weight"] + p["in.bias"]) * torch.sigmoid(x @ p["gate.weight"])
    t = torch.tanh(h)
    s = torch.relu(t @ p["shared.weight"]) @ p["shared.weight"] + h
    f = F.leaky_relu((F.gelu(s) - t) * 0.7, 0.2)
    o = f @ p["out.weight"] + p["out.bias"]
    return F.softmax(o, dim=1) + o


def everything_loss(y, target):
    loss = F.binary_cross_entropy_with_logits(y, target)
    return 2 * loss + loss


def adam(p, x):
    return torch.relu(x @ p["fc1.weight"] + p["fc1.bias"]) @ p["fc2.weight"]


def nesterov(p, x):
    gate = torch.sigmoid(x @ p["right.weight"] + p["right.bias"])
    return (x @ p["left.weight"] * gate) @ p["out.weight"]


def lazy(p, x):
    """EmbeddingBag wants a row's columns and values; an empty row has neither."""
    row, column = x.nonzero(as_tuple=True)
    offsets = torch.searchsorted(row, torch.arange(len(x)))
    h = F.embedding_bag(
        column,
        p["embedding"],
        offsets,
        mode="sum",
        sparse=True,
        per_sample_weights=x[row, column],
    )
    return torch.relu(h + p["bias"]) @ p["out.weight"]


class LazyAdam:
    """SparseAdam for the first parameter, whose gradient is sparse, and Adam."""

    def __init__(self, parameters, **settings):
        self.both = [
            SparseAdam(parameters[:1], **settings),
            Adam(parameters[1:], **settings),
        ]

    def zero_grad(self):
        for optimizer in self.both:
            optimizer.zero_grad()

    def step(self):
        for optimizer in self.both:
            optimizer.step()


def smooth(p, x):
    a = F.silu(x @ p["fc1.weight"] + p["fc1.bias"])
    return F.selu(a + F.mish(a @ p["fc2.weight"])) @ p["fc3.weight"]


def lion(p, x):
    return F.silu(x @ p["fc1.weight"] + p["fc1.bias"]) @ p["fc2.weight"]


def smoothed(p, x):
    return F.mish(x @ p["fc1.weight"] + p["fc1.bias"]) @ p["fc2.weight"]


def unsure(p, x):
    return F.selu(x @ p["fc1.weight"]) @ p["fc2.weight"]


class Lion(Optimizer):
    """Algorithm 2 of Chen et al., arXiv:2302.06675, which torch.optim has not."""

    def __init__(self, parameters, lr, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay})
        self.betas = betas
        self.exp_avg = {p: torch.zeros_like(p) for p in parameters}

    @torch.no_grad()
    def step(self):
        beta1, beta2 = self.betas
        for group in self.param_groups:
            for p in group["params"]:
                m = self.exp_avg[p]
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.sub_(group["lr"] * torch.sign(beta1 * m + (1 - beta1) * p.grad))
                m.mul_(beta2).add_((1 - beta2) * p.grad)


def groups(p, x):
    h = F.silu(x @ p["fc0.weight"] @ p["fc1.weight"] + p["fc1.bias"])
    return h @ p["fc2.weight"]


def clipped(p, x):
    h = torch.relu(x @ p["fc1.weight"] + p["fc1.bias"])
    h = torch.relu(h @ p["fc2.weight"] + p["fc2.bias"])
    return h @ p["fc3.weight"]


def parts(p, x):
    return torch.tanh(x @ p["fc1.weight"] + p["fc1.bias"]) @ p["fc2.weight"]


def normalized(p, x):
    h = batch_norm(p, "norm0", x @ p["fc1.weight"])
    h = F.layer_norm(F.silu(h), [24], p["norm1.weight"], p["norm1.bias"])
    h = batch_norm(p, "norm2", torch.tanh(h) @ p["fc2.weight"], 0.3, 0.01)
    return F.silu(h) @ p["fc3.weight"]


RUNNING = (0, None)


def imdb_mlp(p, x):
    h = torch.relu(x @ p["layer1.weight"] + p["layer1.bias"])
    return h @ p["layer2.weight"] + p["layer2.bias"]


BCE = F.binary_cross_entropy_with_logits
NETWORKS = {
    "regression": Network(
        MODELS / "regression.mlir",
        regression,
        F.mse_loss,
        lambda p: SGD(p, lr=0.05, momentum=0.9),
        batch=5,
    ),
    "classes": Network(
        MODELS / "classes.mlir",
        classes,
        F.cross_entropy,
        lambda p: AdamW(p, lr=0.002, weight_decay=0.05),
        batch=32,
    ),
    "logistic": Network(
        MODELS / "logistic.mlir", logistic, BCE, lambda p: SGD(p, lr=1.0), batch=16
    ),
    "everything": Network(
        MODELS / "everything.mlir",
        everything,
        everything_loss,
        lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.001),
        batch=7,
        # Two generators drop different elements: drop none, but keep the op.
        edit=("graph.dropout %s4, 0.25", "graph.dropout %s4, 0.0"),
    ),
    "adam": Network(
        MODELS / "adam.mlir",
        adam,
        BCE,
        lambda p: Adam(p, lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.02),
        batch=9,
    ),
    "nesterov": Network(
        MODELS / "nesterov.mlir",
        nesterov,
        F.mse_loss,
        lambda p: SGD(p, lr=0.2, momentum=0.8, nesterov=True, weight_decay=0.01),
        batch=4,
    ),
    "lazy": Network(
        MODELS / "lazy.mlir",
        lazy,
        BCE,
        lambda p: LazyAdam(p, lr=0.01, betas=(0.8, 0.99), eps=1e-4),
        batch=5,
    ),
    "smooth": Network(
        MODELS / "smooth.mlir",
        smooth,
        lambda y, t: F.huber_loss(y, t, delta=0.4),
        lambda p: Adagrad(
            p, lr=0.05, lr_decay=0.1, weight_decay=0.01, initial_accumulator_value=0.1
        ),
        batch=6,
    ),
    "lion": Network(
        MODELS / "lion.mlir",
        lion,
        F.l1_loss,
        lambda p: Lion(p, lr=0.003, betas=(0.8, 0.99), weight_decay=0.05),
        batch=8,
    ),
    "clipped": Network(
        MODELS / "clipped.mlir",
        clipped,
        BCE,
        lambda p: SGD(p, lr=0.3, momentum=0.9),
        batch=16,
        schedule="cosine, warmup = 0.2, final = 0.1",
        clip_norm=0.05,
    ),
    "parts": Network(
        MODELS / "parts.mlir",
        parts,
        F.mse_loss,
        lambda p: Adam(p, lr=0.01, eps=1e-5),
        batch=8,
        schedule="linear, warmup = 0.3, final = 0.2",
        clip_value=0.02,
        accumulate=3,
    ),
    "groups": Network(
        MODELS / "groups.mlir",
        groups,
        F.mse_loss,
        lambda p: AdamW(p, lr=0.01, eps=1e-5, weight_decay=0.05),
        batch=8,
        own={
            "fc0.weight": (0, None),
            "fc1.weight": (0.5, None),
            "fc1.bias": (2, 0.0),
            "fc2.weight": (1, 0.2),
        },
    ),
    "smoothed": Network(
        MODELS / "smoothed.mlir",
        smoothed,
        lambda y, t: F.cross_entropy(y, t, label_smoothing=0.15),
        lambda p: Adam(p, lr=0.005),
        batch=10,
    ),
    "unsure": Network(
        MODELS / "unsure.mlir",
        unsure,
        lambda y, t: BCE(y, t * 0.9 + 0.05),
        lambda p: SGD(p, lr=0.2, momentum=0.9),
        batch=7,
    ),
    "normalized": Network(
        MODELS / "normalized.mlir",
        normalized,
        F.cross_entropy,
        lambda p: Adam(p, lr=0.003, eps=1e-5),
        batch=11,
        own={
            "norm0.running_mean": RUNNING,
            "norm0.running_var": RUNNING,
            "norm2.running_mean": RUNNING,
            "norm2.running_var": RUNNING,
        },
    ),
    "imdb_mlp": Network(
        REPOSITORY / "examples" / "imdb-mlp" / "model.mlir",
        imdb_mlp,
        BCE,
        lambda p: Adam(p, lr=1e-3),
        batch=64,
    ),
}
