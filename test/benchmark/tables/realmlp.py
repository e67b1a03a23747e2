"""RealMLP-TD-S (Holzmüller et al., arXiv 2407.04491, appendix) in JAX, on
features that are scaled and encoded already.

A learned scale for each column, three layers of 256 units whose products are
divided by the root of their number of terms, SELU for two classes and mish for
a quantity, Adam with beta2 0.95, the schedule coslog4, rates of 6 times and a
tenth of the weights' for scales and biases, labels smoothed by 0.1. The epoch
that is best on the validation rows is kept: by the share of wrong answers, or
by the mean squared error. Of two classes there are two logits, as there.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

WIDTH, BATCH = 256, 256
BETA1, BETA2, EPSILON = 0.9, 0.95, 1e-8
SMOOTHING = 0.1
#: Times the rate of the weights.
RATE_OF = {"scale": 6.0, "weight": 1.0, "bias": 0.1}


def first_layers(columns: int, outputs: int, seed: int) -> dict:
    random = np.random.default_rng(seed)
    widths = [columns, WIDTH, WIDTH, WIDTH, outputs]
    layers = []
    for begin, end in zip(widths, widths[1:]):
        is_last = len(layers) == 3  # starts at zero
        make = np.zeros if is_last else random.standard_normal
        layers.append({"weight": jnp.array(make((begin, end)), jnp.float32),
                       "bias": jnp.array(make((end,)), jnp.float32)})  # fmt: skip
    return {"scale": jnp.ones(columns, jnp.float32), "layers": layers}


def answers(parameters: dict, x, is_class: bool):
    x = x * parameters["scale"]
    for index, layer in enumerate(parameters["layers"]):
        x = x @ layer["weight"] / np.sqrt(x.shape[1]).astype(np.float32) + layer["bias"]
        if index < 3:
            x = jax.nn.selu(x) if is_class else jax.nn.mish(x)
    return x


def mean_loss(parameters: dict, x, t, is_class: bool):
    y = answers(parameters, x, is_class)
    if not is_class:
        return ((y[:, 0] - t) ** 2).mean()
    logs = jax.nn.log_softmax(y)
    right = jnp.take_along_axis(logs, t[:, None], 1)[:, 0]
    return -((1 - SMOOTHING) * right + SMOOTHING * logs.mean(1)).mean()


def train_step(base, features, labels, steps, is_class, state, rows):
    parameters, first, second, step = state
    gradient = jax.grad(mean_loss)(parameters, features[rows], labels[rows], is_class)
    rate = base * (0.5 - 0.5 * jnp.cos(2 * jnp.pi * jnp.log2(1 + 15 * step / steps)))
    step += 1
    first = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, first, gradient)
    second = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, second, gradient)

    def updated(path, w, m, v):
        times = RATE_OF[path[-1].key]
        direction = m / (1 - BETA1**step) / (jnp.sqrt(v / (1 - BETA2**step)) + EPSILON)
        return w - times * rate * direction

    parameters = jax.tree_util.tree_map_with_path(updated, parameters, first, second)
    return (parameters, first, second, step), None


@partial(jax.jit, donate_argnums=(0,), static_argnums=(3, 4, 5))
def train_epoch(state, data, order, base, steps, is_class):
    step = partial(train_step, base, *data, steps, is_class)
    return jax.lax.scan(step, state, order)[0]


@partial(jax.jit, static_argnums=(2,))
def all_answers(parameters, features, is_class):
    return answers(parameters, features, is_class)


def fit(training, validation, is_class: bool, epochs: int, seed: int = 0):
    """A function from features to logits, or to quantities."""
    data = tuple(jnp.array(part) for part in training)
    features, truth = jnp.array(validation[0]), np.asarray(validation[1])
    parameters = first_layers(data[0].shape[1], 2 if is_class else 1, seed)
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    state = (parameters, zeros, jax.tree.map(jnp.copy, zeros), jnp.float32(0))
    steps_an_epoch = len(data[1]) // BATCH
    random = np.random.default_rng(seed)
    best, kept = np.inf, None
    for _ in range(epochs):
        order = random.permutation(len(data[1]))[: steps_an_epoch * BATCH].astype(np.int32)
        state = train_epoch(state, data, order.reshape(-1, BATCH), 0.04 if is_class else 0.07,
                            epochs * steps_an_epoch, is_class)  # fmt: skip
        y = np.asarray(all_answers(state[0], features, is_class))
        wrong = (y.argmax(1) != truth).mean() if is_class else ((y[:, 0] - truth) ** 2).mean()
        if wrong <= best:
            best, kept = wrong, jax.tree.map(jnp.copy, state[0])
    return lambda rows: np.asarray(all_answers(kept, jnp.array(rows), is_class))
