"""PyTorch as a tutorial has it: a DataLoader of dense rows, eager, Adam."""

import pytorch
import torch
from peer import read_task, run_epochs
from torch.utils.data import DataLoader, TensorDataset

task = read_task(__doc__)
pytorch.set_up(task)
model, criterion = pytorch.build_model(task.layers), pytorch.loss_function(task)
loader = DataLoader(TensorDataset(*pytorch.tensors(task)), task.batch, shuffle=True)
optimizer = torch.optim.Adam(model.parameters(), lr=task.learning_rate)
run_epochs(
    task,
    lambda: pytorch.train_epoch(loader, lambda x, t: criterion(model(x), t), [optimizer]),
)
