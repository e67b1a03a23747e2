"""The example's network in PyTorch eager; prints a JSON object of seconds an epoch.

usual  dense rows in a DataLoader, torch.optim.Adam: as a tutorial has it
fused  batches cut from the tensor by a permutation, Adam(fused=True): the
       fastest that eager mode does without leaving it
"""

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "Integration"))

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from integration import csr_of, read_safetensors

BATCH = 64


def dense_rows(path: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Features [rows, width] and labels [rows, 1] of a CSR data set."""
    tensors, metadata = read_safetensors(path)
    parts = [torch.tensor(part) for part in csr_of(tensors)]
    labels = torch.tensor(tensors["labels"].data).reshape(-1, 1)
    shape = (len(labels), int(metadata["features"]))
    return torch.sparse_csr_tensor(*parts, size=shape).to_dense(), labels


def batches(variant: str, features: torch.Tensor, labels: torch.Tensor):
    if variant == "usual":
        return DataLoader(TensorDataset(features, labels), BATCH, shuffle=True)
    order = torch.randperm(len(labels)).split(BATCH)
    return ((features[rows], labels[rows]) for rows in order)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--variant", choices=("usual", "fused"), required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--epochs", type=int, required=True)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    features, labels = dense_rows(options.data)
    model = nn.Sequential(
        nn.Linear(features.shape[1], 128), nn.ReLU(), nn.Linear(128, 1)
    )
    loss_of = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(
        model.parameters(), lr=1e-3, fused=options.variant == "fused"
    )
    seconds, losses = [], []
    for _ in range(options.epochs):
        total, start = torch.zeros(()), time.perf_counter()
        for x, t in batches(options.variant, features, labels):
            loss = loss_of(model(x), t)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(t)
        seconds.append(time.perf_counter() - start)
        losses.append(total.item() / len(labels))
    print(json.dumps({"seconds": seconds, "losses": losses}))


if __name__ == "__main__":
    main()
