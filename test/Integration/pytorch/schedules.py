"""The factors of learning rates, for PyTorch's LambdaLR.

Each takes the step, from 0, the steps of an epoch and all steps, as the text of
`schedule(...)` in dialects/Graph/README.md says it.
"""

import math
from collections.abc import Callable

Schedule = Callable[[int, int, int], float]


def warm(warmup: float, schedule: Schedule) -> Schedule:
    """`warmup` in steps, or below 1 a share of all."""

    def factor(step, per_epoch, steps):
        first = warmup if warmup >= 1 else round(warmup * steps)
        return (step + 1) / first if step < first else schedule(step, per_epoch, steps)

    return factor


def of_time(warmup: float, curve: Callable[[float], float]) -> Schedule:
    """`curve` of the share of the steps after the warm-up that has passed."""

    def factor(step, per_epoch, steps):
        first = warmup if warmup >= 1 else round(warmup * steps)
        return curve((step - first) / (steps - first))

    return warm(warmup, factor)


def wsd(step: int, per_epoch: int, steps: int) -> float:
    decay = int(0.8 * steps)
    return 1 if step < decay else 1 - math.sqrt((step - decay) / (steps - decay))


SCHEDULES: dict[str, Schedule] = {
    "constant, warmup = 5": warm(5, lambda *_: 1),
    "linear, warmup = 0.3, final = 0.2": of_time(0.3, lambda t: 1 - t * 0.8),
    "cosine": of_time(0, lambda t: (1 + math.cos(math.pi * t)) / 2),
    "cosine, warmup = 0.2, final = 0.1": of_time(
        0.2, lambda t: 0.1 + 0.9 * (1 + math.cos(math.pi * t)) / 2
    ),
    "step, every = 1, gamma = 0.3": lambda k, per_epoch, _: 0.3 ** (k // per_epoch),
    "exponential, gamma = 0.5": lambda k, per_epoch, _: 0.5 ** (k // per_epoch),
    "wsd": wsd,
    "coslog4": of_time(0, lambda t: (1 - math.cos(2 * math.pi * math.log2(1 + 15 * t))) / 2),
}

# Those that change from epoch to epoch.
BY_EPOCH = [name for name in SCHEDULES if "gamma" in name]
