"""PyTorch with all data on the GPU: eager, or compiled with CUDA graphs.

`--mode eager` is fused Adam and batches by a permutation; `--mode graphs` is
torch.compile with mode reduce-overhead, which records CUDA graphs.
"""

import sys

import torch

mode = sys.argv.pop(sys.argv.index("--mode") + 1)
sys.argv.remove("--mode")

import pytorch
from peer import read_task, run_epochs

task = read_task(__doc__)
torch.set_default_device("cuda")
model, criterion = pytorch.build_model(task.layers).cuda(), pytorch.loss_function(task)
data = [part.cuda() for part in pytorch.tensors(task)]
optimizer = torch.optim.Adam(model.parameters(), lr=task.learning_rate, fused=True)


def loss_of(x, t):
    return criterion(model(x), t)


if mode == "graphs":
    loss_of = torch.compile(loss_of, mode="reduce-overhead", dynamic=False)
run_epochs(
    task,
    lambda: pytorch.train_epoch(pytorch.permuted(*data, task.batch), loss_of, [optimizer]),
)
