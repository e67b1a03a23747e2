"""torch.compile of forward, loss and backward; batches by permutation, fused Adam.

Its first epoch holds the compilation, once for the batch and once for the
smaller last one.
"""

import pytorch
import torch
from peer import read_task, run_epochs

task = read_task(__doc__)
pytorch.set_up(task)
model, criterion = pytorch.build_model(task.layers), pytorch.loss_function(task)
data = pytorch.tensors(task)
optimizer = torch.optim.Adam(model.parameters(), lr=task.learning_rate, fused=True)
loss_of = torch.compile(lambda x, t: criterion(model(x), t), dynamic=False)
run_epochs(
    task,
    lambda: pytorch.train_epoch(pytorch.permuted(*data, task.batch), loss_of, [optimizer]),
)
