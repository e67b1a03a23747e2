"""PyTorch for very wide sparse rows: EmbeddingBag(sparse=True) and SparseAdam.

SparseAdam updates the rows that a batch touches; the other parameters have
Adam. A batch's bags are cut from the CSR arrays.
"""

import pytorch
import torch
from peer import Sparse, read_task, run_epochs
from torch import nn

task = read_task(__doc__)
pytorch.set_up(task)
assert isinstance(task.features, Sparse), "this peer is for sparse data"
weight, bias = task.layers[0]
bags = nn.EmbeddingBag.from_pretrained(
    torch.from_numpy(weight), freeze=False, mode="sum", sparse=True
)
first_bias = nn.Parameter(torch.from_numpy(bias))
rest = pytorch.build_model(task.layers[1:])
criterion = pytorch.loss_function(task)
optimizers = [
    torch.optim.SparseAdam(bags.parameters(), lr=task.learning_rate),
    torch.optim.Adam([first_bias, *rest.parameters()], lr=task.learning_rate),
]
indptr, indices, values = map(torch.from_numpy, task.features[:3])
labels = torch.from_numpy(task.labels)


def batches():
    counts = indptr.diff()
    for rows in torch.randperm(len(labels)).split(task.batch):
        lengths = counts[rows]
        offsets = lengths.cumsum(0) - lengths
        # Where each non-zero of the batch lies: its row's first, and so on.
        places = torch.arange(int(lengths.sum())) + (indptr[rows] - offsets).repeat_interleave(
            lengths
        )
        yield (indices[places], offsets.int(), values[places]), labels[rows]


def loss_of(bag, t):
    hidden = bags(bag[0], bag[1], per_sample_weights=bag[2]) + first_bias
    return criterion(rest(torch.relu(hidden)), t)


run_epochs(task, lambda: pytorch.train_epoch(batches(), loss_of, optimizers))
