"""Trains each network with mlc and with PyTorch; the curves must be equal.

Both start from the same weights and see the same seeded rows in the same
order for some epochs of six batches, the last of which is smaller. Compared are
the loss of every step, the last weights, and the loss that these have in
evaluation.

Usage: compare.py [NETWORK...] [--random N] [--epochs N] [--record FILE]
"""

import argparse
import json
import math
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import torch
from networks import NETWORKS, BatchNorm, Network

from integration import Data, Program, Tensor, train_recorded_case

EPOCHS = 3
# Two correct f32 programs add in different orders: each step leaves about
# 1e-7 of a loss, which later steps carry on.
LOSS_TOLERANCE = 2e-5
# A loss near 0 is a difference of numbers near 1, each rounded to 6e-8.
LOSS_ROUNDING = 1e-7
# Of a parameter's largest element.
WEIGHT_TOLERANCE = 1e-4


def row_count(batch: int) -> int:
    """Five batches and a smaller one, of a single row where that is smaller."""
    return 5 * batch + max(1, batch // 3)


def pytorch_run(network: Network, data: Data, start: dict[str, Tensor], epochs: int):
    """Each step's loss before its update and, last, that of all rows in
    evaluation; and the last weights, or averages."""
    parameters = {
        name: torch.tensor(weight.data, dtype=torch.float32)
        .reshape(weight.shape)
        .requires_grad_()
        for name, weight in start.items()
    }
    features = torch.tensor(data.rows)
    stored = data.tensors["labels"]
    labels = torch.tensor(stored.data).reshape(stored.shape)
    if stored.type == "I32":
        labels = labels.long()
    optimizer = network.descent(parameters)
    per_epoch = -(-len(features) // network.batch)
    scheduler = network.scheduler(optimizer, per_epoch, epochs * per_epoch)
    averages = torch.optim.swa_utils.AveragedModel(
        torch.nn.ParameterList(parameters.values()),
        multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(network.ema),
    )
    losses = []
    for _ in range(epochs):
        for x, t in zip(features.split(network.batch), labels.split(network.batch)):
            loss = network.loss(network.predict(parameters, x), t)
            if len(losses) % network.accumulate == 0:
                optimizer.zero_grad()
            (loss / network.accumulate).backward()
            losses.append(loss.item())
            if len(losses) % network.accumulate == 0:
                network.update(optimizer, parameters, scheduler)
                averages.update_parameters(torch.nn.ParameterList(parameters.values()))
    if network.ema:
        # What is not trained has no average: running statistics are as they are.
        parameters = {
            name: average if parameter.requires_grad else parameter
            for (name, parameter), average in zip(parameters.items(), averages.module)
        }
    BatchNorm.by_batch = False
    with torch.no_grad():
        losses.append(network.loss(network.predict(parameters, features), labels).item())
    BatchNorm.by_batch = True
    return losses, {name: weight.detach() for name, weight in parameters.items()}


def differences(losses, weights, expected_losses, expected_weights) -> list[str]:
    """What is not equal, each with both numbers; and the largest deviations."""
    found = []
    if len(losses) != len(expected_losses):
        return [f"{len(losses)} steps, PyTorch {len(expected_losses)}"]
    for step, (got, expected) in enumerate(zip(losses, expected_losses), start=1):
        what = f"step {step}" if step < len(losses) else "evaluation"
        if not math.isclose(
            got, expected, rel_tol=LOSS_TOLERANCE, abs_tol=LOSS_ROUNDING
        ):
            found.append(f"{what}: loss {got:.9g}, PyTorch {expected:.9g}")
    for name, expected in expected_weights.items():
        got = torch.tensor(weights[name].data).reshape(expected.shape)
        gap = (got - expected).abs()
        if not gap.max() <= WEIGHT_TOLERANCE * expected.abs().max():
            at = int(gap.argmax())
            found.append(
                f"last weights: {name}, element {at}: "
                f"{got.flatten()[at]:.9g}, PyTorch {expected.flatten()[at]:.9g}"
            )
    return found


def worst(losses, expected) -> float:
    # A hinge's loss may be 0.
    return max(
        abs(got - want) / (abs(want) or 1) for got, want in zip(losses, expected)
    )


def compile_network(network: Network, folder: Path) -> Program:
    text = network.model.read_text()
    old, new = network.edit
    assert old in text, f"{network.model}: no '{old}'"
    model = folder / network.model.name
    model.write_text(text.replace(old, new))
    return Program.compile(model, model.with_suffix(""))


def compare(
    name: str, network: Network, folder: Path, epochs: int = EPOCHS
) -> tuple[list[str], dict]:
    program = compile_network(network, folder)
    data, start, losses, weights = train_recorded_case(
        program, folder, row_count(network.batch), epochs
    )
    expected_losses, expected_weights = pytorch_run(network, data, start, epochs)
    found = differences(losses, weights, expected_losses, expected_weights)
    verdict = f"{len(found)} DIFFERENCES" if found else "equal"
    print(
        f"{name:14} {len(losses) - 1:4} steps  loss {losses[0]:.5f} -> {losses[-2]:.5f}  "
        f"largest deviation {worst(losses, expected_losses):.1e}  {verdict}"
    )
    norms = {name: weight.norm().item() for name, weight in expected_weights.items()}
    return found, {"losses": expected_losses, "norms": norms}


def self_test(folder: Path) -> None:
    """A momentum of 0.8 for 0.9 must be seen, and not before step 3."""
    wrong = NETWORKS["regression"]._replace(
        optimizer=lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8)
    )
    found, _ = compare("self-test", wrong, folder)
    if not found or not found[0].startswith("step 3:"):
        sys.exit(f"self-test: a planted difference was not seen: {found[:1]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("networks", nargs="*", help=", ".join(NETWORKS))
    parser.add_argument("--random", type=int, default=0, metavar="N")
    parser.add_argument("--seed", type=int, default=0, help="of the first random one")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="of six steps")
    parser.add_argument("--record", type=Path, help="write PyTorch's figures here")
    options = parser.parse_args()
    torch.set_num_threads(1)
    networks = {name: NETWORKS[name] for name in options.networks or NETWORKS}

    failures, records = 0, {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.random:
            from random_networks import random_network

            networks |= {
                f"random-{seed}": random_network(seed, folder)
                for seed in range(options.seed, options.seed + options.random)
            }
        for name, network in networks.items():
            found, records[name] = compare(name, network, folder, options.epochs)
            failures += bool(found)
            for line in found[:5]:
                print(f"  {name}: {line}")
        self_test(folder)
    if options.record:
        options.record.write_text(json.dumps(records, indent=1) + "\n")
    if failures:
        sys.exit(f"{failures} of {len(networks)} networks differ")
    print(f"all {len(networks)} networks are equal")


if __name__ == "__main__":
    main()
