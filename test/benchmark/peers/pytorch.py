"""The network, its loss and its batches in PyTorch, for the pytorch_* peers."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from peer import Task
from torch import Tensor, nn

Batches = Iterator[tuple[Tensor, Tensor]]


def build_model(layers: list[tuple[np.ndarray, np.ndarray]]) -> nn.Sequential:
    """Linear layers of these weights with ReLU between them."""
    modules: list[nn.Module] = []
    for weight, bias in layers:
        linear = nn.Linear(*weight.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight.T))
            linear.bias.copy_(torch.from_numpy(bias))
        modules += [linear, nn.ReLU()]
    return nn.Sequential(*modules[:-1])


def loss_function(task: Task) -> nn.Module:
    return nn.CrossEntropyLoss() if task.classes else nn.BCEWithLogitsLoss()


def tensors(task: Task) -> tuple[Tensor, Tensor]:
    """Dense features and labels as the loss wants them."""
    labels = torch.from_numpy(task.labels)
    return torch.from_numpy(task.dense_features()), labels.long() if task.classes else labels


def permuted(features: Tensor, labels: Tensor, batch: int) -> Batches:
    """Batches cut from the whole by a random order: no loader between."""
    for rows in torch.randperm(len(labels)).split(batch):
        yield features[rows], labels[rows]


def train_epoch(
    batches: Batches,
    loss_of: Callable[[Tensor, Tensor], Tensor],
    optimizers: list[torch.optim.Optimizer],
) -> float:
    """One pass; the mean of the losses over all rows."""
    total, rows = torch.zeros(()), 0
    for x, t in batches:
        loss = loss_of(x, t)
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        total += loss.detach() * len(t)
        rows += len(t)
    return total.item() / rows


def set_up(task: Task) -> None:
    torch.set_num_threads(task.threads)
    torch.manual_seed(0)
