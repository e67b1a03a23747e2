#!/usr/bin/env python3
"""Epsilon by `PROGRAM budget` beside dp-accounting's, in 200 random settings:
that of the privacy loss is never below the peer's and at most 1 % above it, and
that of Renyi's divergence is the same to 7 digits.

The peer's grid of losses is eight times as fine: what it gives is an upper bound,
too, and a coarser grid has a larger one. What it leaves out at the ends of a
distribution, 1e-15, it adds to delta; that is more than what is left out here where
delta is small, so that the figures may differ by 1e-8 of them.

accountant.py [SETTINGS]
"""

import json
import math
import random
import struct
import sys
import tempfile
from pathlib import Path

import dp_accounting
from dp_accounting.pld import privacy_loss_distribution as pld
from dp_accounting.rdp import rdp_privacy_accountant as rdp

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MODELS, Program

ORDERS = list(range(2, 513))


def settings(count: int):
    numbers = random.Random(1)
    while count > 0:
        rate = 1.0 if numbers.random() < 0.05 else math.exp(numbers.uniform(math.log(1e-4), 0))
        noise = math.exp(numbers.uniform(math.log(0.5), math.log(20)))
        steps = int(math.exp(numbers.uniform(0, math.log(20000))))
        delta = 10 ** numbers.uniform(-9, -4)
        # Hundreds of epsilon take the peer minutes, and nobody asks for them.
        if steps * (rate / noise) ** 2 < 30:
            count -= 1
            yield noise, rate, steps, delta


def write_weights(path: Path, noise: float, rate: float, steps: int, delta: float) -> None:
    """A file of weights with the entry of such a run, and nothing else."""
    run = {"run": 32 * "a", "started": "2026-01-01T00:00:00Z", "steps": steps}
    line = json.dumps(run)[:-1].replace(" ", "") + (
        f',"rate":{short(rate)},"noise":{short(noise)},"delta":{short(delta)},'
        f'"unit":"row","adjacency":"zero-out","chain":"{16 * "0"}"}}'
    )
    header = json.dumps({"__metadata__": {"format": "mlc.weights", "private_run": line}}).encode()
    header += b" " * (-len(header) % 8)
    path.write_bytes(struct.pack("<Q", len(header)) + header)


def short(number: float) -> str:
    """As the ledger writes it: the fewest digits, without `.0`."""
    return repr(number).removesuffix(".0")


def peer(noise: float, rate: float, steps: int, delta: float) -> tuple[float, float]:
    spread = rate * math.sqrt(math.expm1(1 / noise**2))
    width = min(1e-3, spread / 20) / 8
    loss = pld.from_gaussian_mechanism(
        noise, sampling_prob=rate, value_discretization_interval=width
    )
    accountant = rdp.RdpAccountant(orders=ORDERS)
    event = dp_accounting.GaussianDpEvent(noise)
    accountant.compose(dp_accounting.PoissonSampledDpEvent(rate, event), steps)
    return loss.self_compose(steps).get_epsilon_for_delta(delta), accountant.get_epsilon(delta)


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    bad, ratios, renyi = 0, [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = Program.compile(MODELS / "adam.mlir", folder / "program")
        for setting in settings(count):
            write_weights(folder / "w", *setting)
            found = json.loads(program.run("budget", "--weights", folder / "w", "--json"))
            by_loss, by_renyi = peer(*setting)
            # What the peer finds to be 0 has no ratio.
            ratio = found["epsilon"] / by_loss - 1 if by_loss else found["epsilon"]
            # Where it is far below delta, the peer rounds it down to 0.
            other = abs(found["epsilon_renyi"] / by_renyi - 1) if by_renyi else 0
            ratios.append(ratio)
            renyi.append(found["epsilon_renyi"] / found["epsilon"] if found["epsilon"] else 1)
            if not -1e-8 <= ratio <= 0.01 or other > 1e-7:
                print(f"{setting}: {found} beside {by_loss} and {by_renyi}", file=sys.stderr)
                bad += 1
    larger = sorted(renyi)[count // 2] - 1
    print(
        f"{count} settings: epsilon {100 * min(ratios):+.4f} % to {100 * max(ratios):+.4f} % beside "
        f"dp-accounting; by Renyi divergence {100 * larger:.0f} % larger in the middle; {bad} disagree"
    )
    return 1 if bad else 0


sys.exit(main())
