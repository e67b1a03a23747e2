"""`mlc train` on tables, by one command, beside scikit-learn's MLP, RealMLP in
JAX, and LightGBM, on the same parts. See beside.sh.

    beside.py [--table NAME]... [--threads N] [--peers | --contestant NAME...]

A table a line: what the test part says (root of the mean squared error, or area
under the ROC curve) and seconds from files to the answer. scikit-learn gets the
features that mlc made, and ends by a tenth of the training part of its own;
RealMLP gets them too, and chooses its epoch by the validation part; LightGBM
gets the table as it is, and ends by the validation part.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import parts

MLC = os.environ.get("MLC", "mlc")


def run(*command) -> str:
    return subprocess.run(
        [str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def mlc(files: dict[str, Path], label: str, measure: str, threads: int) -> float:
    made = files["train"].parent / "made"
    run(MLC, "train", files["train"], "--label-column", label, "--validation",
        files["validation"], "--test", files["test"], "-o", made, "-q", "--threads", threads)  # fmt: skip
    answer = run(made / "program", "eval", "--data", made / "test.safetensors", "--weights",
                 made / "weights.safetensors", "--json")  # fmt: skip
    return json.loads(answer)[measure]


def score(measure: str, truth, answers) -> float:
    if measure == "rmse":
        return float(np.sqrt(np.mean((np.asarray(answers) - np.asarray(truth)) ** 2)))
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, answers))


def features_of(files: dict[str, Path], label: str, *names: str) -> tuple[list, dict]:
    """Features and labels of the named parts, as mlc makes them, and the metadata
    of the training part."""
    from safetensors import safe_open

    made = {part: file.with_suffix(".st") for part, file in files.items()}
    run(MLC, "data", files["train"], "--label-column", label, "-q", "-o", made["train"])
    sets = []
    for part in names:
        if part != "train":
            run(MLC, "data", files[part], "--like", made["train"], "-q", "-o", made[part])
        with safe_open(made[part], "np") as file:
            sets.append((file.get_tensor("features"), file.get_tensor("labels")))
    with safe_open(made["train"], "np") as file:
        return sets, file.metadata()


def sklearn_mlp(files: dict[str, Path], label: str, measure: str, threads: int) -> float:
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    (training, (features, labels)), metadata = features_of(files, label, "train", "test")
    kind = MLPRegressor if measure == "rmse" else MLPClassifier
    model = kind(hidden_layer_sizes=(256, 256), early_stopping=True, random_state=0)
    model.fit(*training)
    if measure != "rmse":
        return score(measure, labels, model.predict_proba(features)[:, 1])
    return score(measure, labels, model.predict(features)) * float(metadata["target_sd"])


#: Epochs, such that the whole takes one or two minutes on two threads.
REALMLP_EPOCHS = {"rmse": 64, "roc_auc": 16}


def realmlp(files: dict[str, Path], label: str, measure: str, threads: int) -> float:
    import realmlp as model

    sets, metadata = features_of(files, label, "train", "validation", "test")
    is_class = measure != "rmse"
    if is_class:
        sets = [(features, labels.astype(np.int32)) for features, labels in sets]
    training, validation, (features, labels) = sets
    answer = model.fit(training, validation, is_class, REALMLP_EPOCHS[measure])(features)
    if is_class:
        return score(measure, labels, answer[:, 1] - answer[:, 0])
    return score(measure, labels, answer[:, 0]) * float(metadata["target_sd"])


def lightgbm(files: dict[str, Path], label: str, measure: str, threads: int) -> float:
    import lightgbm
    import pandas as pd

    tables = {part: pd.read_csv(file) for part, file in files.items()}
    for column in tables["train"].columns:
        if column != label and not pd.api.types.is_numeric_dtype(tables["train"][column]):
            kinds = pd.CategoricalDtype(sorted(tables["train"][column].dropna().unique()))
            for table in tables.values():
                table[column] = table[column].astype(kinds)
    truth = {
        part: table.pop(label) if measure == "rmse" else table.pop(label) == "yes"
        for part, table in tables.items()
    }
    kind = lightgbm.LGBMRegressor if measure == "rmse" else lightgbm.LGBMClassifier
    model = kind(learning_rate=0.05, n_estimators=5000, n_jobs=threads, verbose=-1)
    model.fit(
        *(tables["train"], truth["train"]),
        eval_set=[(tables["validation"], truth["validation"])],
        callbacks=[lightgbm.early_stopping(50, verbose=False)],
    )
    if measure == "rmse":
        return score(measure, truth["test"], model.predict(tables["test"]))
    return score(measure, truth["test"], model.predict_proba(tables["test"])[:, 1])


CONTESTANTS = {each.__name__: each for each in (mlc, sklearn_mlp, realmlp, lightgbm)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", action="append", choices=list(parts.TABLES))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--peers", action="store_true", help="the others, too")
    parser.add_argument("--contestant", action="append", choices=list(CONTESTANTS))
    arguments = parser.parse_args()
    contestants = arguments.contestant or (list(CONTESTANTS) if arguments.peers else ["mlc"])
    # JAX and BLAS have no option for it and take what the process may use.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.threads])
    for name in arguments.table or parts.TABLES:
        _, label, measure = parts.TABLES[name]
        for contestant in contestants:
            with tempfile.TemporaryDirectory() as folder:
                files = parts.write(name, Path(folder))
                start = time.monotonic()
                value = CONTESTANTS[contestant](files, label, measure, arguments.threads)
                seconds = time.monotonic() - start
            print(f"{name:<9} {contestant:<12} {measure} {value:.4f}  {seconds:.1f} s, "
                  f"{arguments.threads} threads")  # fmt: skip
            sys.stdout.flush()


main()
