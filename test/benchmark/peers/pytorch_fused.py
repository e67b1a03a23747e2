"""PyTorch eager at its fastest: batches by permutation, Adam(fused=True)."""

import pytorch
import torch
from peer import read_task, run_epochs

task = read_task(__doc__)
pytorch.set_up(task)
model, criterion = pytorch.build_model(task.layers), pytorch.loss_function(task)
data = pytorch.tensors(task)
optimizer = torch.optim.Adam(model.parameters(), lr=task.learning_rate, fused=True)
run_epochs(
    task,
    lambda: pytorch.train_epoch(
        pytorch.permuted(*data, task.batch), lambda x, t: criterion(model(x), t), [optimizer]
    ),
)
