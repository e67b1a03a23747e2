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
    l1: float = 0
    own_l1: dict[str, float] = {}  # In the place of that.
    ema: float = 0  # 0: no averages.
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
        self.shrink(optimizer, parameters)
        if scheduler:
            scheduler.step()

    @torch.no_grad()
    def shrink(self, optimizer, parameters: dict[str, Tensor]) -> None:
        """The proximal step of l1 times the sizes of all weights."""
        if not self.l1:
            return
        rates = {id(p): g["lr"] for g in optimizer.param_groups for p in g["params"]}
        for name, parameter in parameters.items():
            if parameter.requires_grad:
                bound = rates[id(parameter)] * self.own_l1.get(name, self.l1)
                parameter.copy_(F.softshrink(parameter, bound))

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
                if "l1" in whole:
                    group["l1"] = self.own_l1.get(name, whole["l1"])
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


class Ftrl(Optimizer):
    """Algorithm 1 of McMahan et al., KDD 2013, which torch.optim has not. z of a
    first weight w is where the algorithm gives w; what has no gradient stays."""

    def __init__(self, parameters, lr, beta, l1, l2):
        super().__init__(parameters, {"lr": lr, "l1": l1})
        self.beta, self.l2 = beta, l2
        self.sums = {p: None for p in parameters}

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            alpha, l1 = group["lr"], group["l1"]
            for w in group["params"]:
                if self.sums[w] is None:
                    z = -w * (self.beta / alpha + self.l2) - torch.sign(w) * l1
                    self.sums[w] = z, torch.zeros_like(w)
                z, n = self.sums[w]
                sigma = ((n + w.grad**2).sqrt() - n.sqrt()) / alpha
                z.add_(w.grad - sigma * w)
                n.add_(w.grad**2)
                made = -F.softshrink(z, l1) / ((self.beta + n.sqrt()) / alpha + self.l2)
                w.copy_(torch.where(w.grad == 0, w, made))


def ftrl(p, x):
    return torch.tanh(x @ p["embedding"] + p["bias"]) @ p["out.weight"]


def elastic(p, x):
    return torch.relu(x @ p["fc1.weight"] + p["fc1.bias"]) @ p["fc2.weight"]


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
    "ftrl": Network(
        MODELS / "ftrl.mlir",
        ftrl,
        F.poisson_nll_loss,
        lambda p: Ftrl(p, 0.1, 0.5, 0.002, 0.02),
        batch=5,
        own={"bias": (2, None)},
        own_l1={"embedding": 0.03, "bias": 0},
    ),
    "elastic": Network(
        MODELS / "elastic.mlir",
        elastic,
        F.mse_loss,
        lambda p: SGD(p, lr=0.05, momentum=0.8, weight_decay=0.03),
        batch=8,
        own={"fc1.bias": (1, 0.0), "fc2.weight": (0.5, None)},
        schedule="cosine, warmup = 0.2, final = 0.1",
        clip_norm=0.8,
        l1=0.05,
        own_l1={"fc1.bias": 0, "fc2.weight": 0.02},
        ema=0.8,
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
