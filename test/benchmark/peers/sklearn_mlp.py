"""scikit-learn's MLPClassifier, one partial_fit an epoch, on CSR or dense rows."""

import numpy as np
from peer import Sparse, read_task, run_epochs
from scipy.sparse import csr_matrix
from sklearn.neural_network import MLPClassifier

task = read_task(__doc__)
features = task.features
if isinstance(features, Sparse):
    shape = (len(features.indptr) - 1, features.width)
    features = csr_matrix((features.values, features.indices, features.indptr), shape)
labels = task.labels.ravel().astype(np.int32)
model = MLPClassifier(
    hidden_layer_sizes=[len(bias) for _, bias in task.layers[:-1]],
    solver="adam",
    alpha=0.0,
    batch_size=task.batch,
    learning_rate_init=task.learning_rate,
    shuffle=True,
    random_state=0,
)
# It draws weights of its own at the first call: put ours in their place.
model.partial_fit(features[: task.batch], labels[: task.batch], classes=np.unique(labels))
for weight, bias, (first_weight, first_bias) in zip(
    model.coefs_, model.intercepts_, task.layers, strict=True
):
    weight[...], bias[...] = first_weight, first_bias
optimizer = model._optimizer
optimizer.t = 0
for moments in (optimizer.ms, optimizer.vs):
    for moment in moments:
        moment[...] = 0


def epoch():
    model.partial_fit(features, labels)
    return model.loss_


run_epochs(task, epoch)
