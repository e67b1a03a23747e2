"""JAX with a whole epoch as one jitted scan over batches of dense rows.

The smaller last batch is a step of its own behind the scan, in the same
compiled function. The first epoch holds the compilation.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from peer import read_task, run_epochs

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


def mean_loss(layers, x, t):
    for weight, bias in layers[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    weight, bias = layers[-1]
    y = x @ weight + bias
    if t.ndim == 1:
        return -jnp.take_along_axis(jax.nn.log_softmax(y), t[:, None], 1).mean()
    return (jnp.maximum(y, 0) - y * t + jnp.log1p(jnp.exp(-jnp.abs(y)))).mean()


def train_step(rate, features, labels, state, rows):
    """Adam as PyTorch has it: bias correction, epsilon outside of the root."""
    layers, first, second, step = state
    loss, gradient = jax.value_and_grad(mean_loss)(layers, features[rows], labels[rows])
    step += 1
    of_first, of_second = 1 - BETA1**step, 1 - BETA2**step
    first = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, first, gradient)
    second = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, second, gradient)
    layers = jax.tree.map(
        lambda w, m, v: w - rate * (m / of_first) / (jnp.sqrt(v / of_second) + EPSILON),
        *(layers, first, second),
    )
    return (layers, first, second, step), loss * len(rows)


@partial(jax.jit, donate_argnums=(0,), static_argnums=(4, 5))
def train_epoch(state, features, labels, order, batch, rate):
    full = len(order) // batch * batch
    step = partial(train_step, rate, features, labels)
    state, losses = jax.lax.scan(step, state, order[:full].reshape(-1, batch))
    total = losses.sum()
    if full < len(order):
        state, loss = step(state, order[full:])
        total += loss
    return state, total / len(order)


task = read_task(__doc__)
# In lists, so that the layers are one tree.
layers = [[jnp.array(part) for part in layer] for layer in task.layers]
zeros = [[jnp.zeros_like(part) for part in layer] for layer in layers]
state = (layers, zeros, jax.tree.map(jnp.copy, zeros), jnp.float32(0))
features, labels = jnp.array(task.dense_features()), jnp.array(task.labels)
shuffler = np.random.default_rng(0)


def epoch():
    global state
    order = shuffler.permutation(len(labels)).astype(np.int32)
    state, loss = train_epoch(state, features, labels, order, task.batch, task.learning_rate)
    return loss


run_epochs(task, epoch)
