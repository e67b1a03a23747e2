"""PyTorch with all data on the GPU: eager, or compiled with CUDA graphs.

`--mode eager` is fused Adam and batches by a permutation; `--mode graphs` is
torch.compile with mode reduce-overhead, which records CUDA graphs. `--device
cpu` tries the script itself.
"""

import sys

import torch


def take(option: str, otherwise: str) -> str:
    """An option that the other peers do not have."""
    if option not in sys.argv:
        return otherwise
    place = sys.argv.index(option)
    value = sys.argv.pop(place + 1)
    del sys.argv[place]
    return value


mode, device = take("--mode", "eager"), take("--device", "cuda")

import pytorch
from peer import read_task, run_epochs

task = read_task(__doc__)
torch.set_default_device(device)
model, criterion = pytorch.build_model(task.layers).to(device), pytorch.loss_function(task)
data = [part.to(device) for part in pytorch.tensors(task)]
optimizer = torch.optim.Adam(model.parameters(), lr=task.learning_rate, fused=True)


def loss_of(x, t):
    return criterion(model(x), t)


if mode == "graphs":
    loss_of = torch.compile(loss_of, mode="reduce-overhead", dynamic=False)
run_epochs(
    task,
    lambda: pytorch.train_epoch(pytorch.permuted(*data, task.batch), loss_of, [optimizer]),
)
