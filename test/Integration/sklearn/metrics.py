"""Compares the figures of runtime/Metrics with scikit-learn's of the same names.

Random sets of each task, a third with few distinct outputs (ties), a third with
one class only or a class that is missing, some with a temperature and a
threshold, are given to mlc-metrics-figures (test/Unit/Metrics/Figures.cpp) and
to scikit-learn. Where scikit-learn wants probabilities it gets those that the
runtime computed, since what is compared is the figures. Calibration error,
which it has none of, is computed here from its definition, and log loss without
its clipping. Prints the largest difference of each figure; status 1 if one is
above 1e-12.

  --record FILE  also writes a few small sets and scikit-learn's figures of them,
                 for test/Unit/Metrics/RecordedTest.cpp
"""

import argparse
import json
import math
import os
import subprocess
import sys
import warnings
from collections import defaultdict

import numpy as np
from sklearn import metrics
from sklearn.calibration import _TemperatureScaling

TOLERANCE = 1e-12
# Of a temperature: where it is above 100 the loss is so flat that both searches
# end up to 4e-6 away from the root of its derivative.
SEARCHED = 1e-5
TASKS = ("regression", "binary", "labels", "classes")
BINS = 15


class Set:
    def __init__(self, task, outputs, labels, temperature=1.0, threshold=None):
        self.task, self.outputs, self.labels = task, outputs, labels
        self.temperature, self.threshold = temperature, threshold
        self.rows, self.columns = outputs.shape

    def text(self):
        threshold = "-" if self.threshold is None else repr(self.threshold)
        head = f"{self.task} {self.rows} {self.columns} {self.temperature!r} {threshold}"
        numbers = (str(x) for a in (self.outputs, self.labels) for x in a.ravel())
        return head + "\n" + " ".join(numbers) + "\n"


def random_set(random, task, number):
    rows = int(random.integers(1, 400)) if number % 10 else 1 + number % 3
    columns = {"binary": 1, "regression": 1 + number % 3}.get(task, int(random.integers(2, 7)))
    outputs = random.normal(0, 3, (rows, columns))
    if number % 3 == 0:
        outputs = np.round(outputs)  # Ties, between classes of a row too.
    outputs = outputs.astype(np.float32)
    one_class = number % 3 == 1
    if task == "regression":
        labels = outputs + random.normal(0, 1, outputs.shape)
        if one_class:
            labels[:] = 2.5
        labels = labels.astype(np.float32)
    elif task == "classes":
        labels = random.integers(0, 1 if one_class and number % 2 else max(columns - one_class, 1), rows)
    else:
        labels = (random.random((rows, columns)) < sigmoid(outputs)).astype(np.float32)
        if one_class:
            labels[:, 0] = number % 2
    temperature = float(random.uniform(0.3, 3)) if number % 4 == 3 and task != "regression" else 1.0
    threshold = float(random.uniform(0.1, 0.9)) if number % 5 == 4 and task != "regression" else None
    return Set(task, outputs, labels, temperature, threshold)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def calibration_error(confidence, right):
    bins = np.clip(np.searchsorted(np.arange(1, BINS) / BINS, confidence), 0, BINS - 1)
    error = 0
    for number in range(BINS):
        chosen = bins == number
        if chosen.any():
            gap = abs(right[chosen].mean() - confidence[chosen].mean())
            error += chosen.sum() / len(confidence) * gap
    return error


def report(figures, truth, told, names, labels):
    """classification_report's averages and classes, as four numbers each."""
    expected = metrics.classification_report(
        truth, told, labels=labels, target_names=names, output_dict=True, zero_division=0
    )
    keys = ("precision", "recall", "f1-score", "support")
    result = {}
    for name, scores in expected.items():
        if name != "accuracy":
            result[name] = [scores[key] for key in keys]
    return result


def expected_of(judged, figures):
    """Names of `figures` and what scikit-learn says of them."""
    if judged.task == "regression":
        truth = judged.labels.astype(np.float64)
        told = judged.outputs.astype(np.float64)
        return {
            "rmse": math.sqrt(metrics.mean_squared_error(truth, told)),
            "mae": metrics.mean_absolute_error(truth, told),
            "median_ae": metrics.median_absolute_error(truth, told),
            "r2": metrics.r2_score(truth, told),
        }
    probabilities = np.array(figures["probabilities"])
    scaled = judged.outputs.astype(np.float64) / judged.temperature
    if judged.task == "labels":
        return expected_of_labels(judged, figures, probabilities, scaled)
    if judged.task == "binary":
        classes = 2
        truth = judged.labels[:, 0].astype(int)
        positive = probabilities[:, 0]
        both = np.column_stack([1 - positive, positive])
        most = (judged.outputs[:, 0] > 0).astype(int)
        log_loss = (np.logaddexp(0, scaled[:, 0]) - truth * scaled[:, 0]).mean()
        scores = judged.outputs[:, 0]
        confidence = np.where(most == 1, positive, sigmoid(-scaled[:, 0]))
    else:
        classes = judged.columns
        truth = judged.labels
        both = probabilities
        most = judged.outputs.argmax(axis=1)
        log_loss = (
            np.logaddexp.reduce(scaled, axis=1) - scaled[np.arange(judged.rows), truth]
        ).mean()
        scores = judged.outputs[:, 1].astype(np.float64) - judged.outputs[:, 0]
        confidence = both[np.arange(judged.rows), most]
    told = most
    if judged.threshold is not None and classes == 2:
        told = (both[:, 1] >= judged.threshold).astype(int)
    numbers = list(range(classes))
    result = {
        "accuracy": metrics.accuracy_score(truth, told),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, told),
        "mcc": metrics.matthews_corrcoef(truth, told),
        "confusion_matrix": metrics.confusion_matrix(truth, told, labels=numbers).ravel(),
        "log_loss": log_loss,
        "brier": metrics.brier_score_loss(truth, both, labels=numbers),
        "ece": calibration_error(confidence, most == truth),
    }
    names = [f"class {n}" for n in numbers]
    result |= {
        name: scores if "avg" in name else (scores, None, None)
        for name, scores in report(figures, truth, told, names, numbers).items()
    }
    average = dict(average="binary", pos_label=1) if classes == 2 else dict(
        average="macro", labels=numbers)
    for name in ("precision", "recall", "f1"):
        score = getattr(metrics, f"{name}_score")
        result[name] = score(truth, told, zero_division=0, **average)
    if classes == 2:
        # But for the last point, which is at recall 0.
        precisions, recalls, _ = metrics.precision_recall_curve(truth, scores)
        precisions, recalls = precisions[:-1], recalls[:-1]
        known = truth.any()
        result["precisionAtRecall:0.5"] = (
            precisions[recalls >= 0.5].max() if known else math.nan
        )
        result["recallAtPrecision:0.8"] = (
            recalls[precisions >= 0.8].max(initial=0) if known else math.nan
        )
    ranked = scores[:, None] if classes == 2 else both
    areas = []
    for column, number in enumerate([1] if classes == 2 else numbers):
        one = (truth == number).astype(int)
        areas.append((
            metrics.roc_auc_score(one, ranked[:, column]),
            metrics.average_precision_score(one, ranked[:, column]),
        ))
        name = f"class {number}"
        result[name] = (result[name][0], *areas[-1])
    if classes == 2:
        result["roc_auc"], result["average_precision"] = areas[0]
    else:
        result["roc_auc"] = metrics.roc_auc_score(
            truth, both, multi_class="ovr", labels=numbers)
        result["average_precision"] = np.mean([area[1] for area in areas])
        for kind in ("micro", "weighted"):
            result[f"f1_{kind}"] = metrics.f1_score(
                truth, told, average=kind, labels=numbers, zero_division=0)
        result["top_k_accuracy"] = metrics.top_k_accuracy_score(
            truth, judged.outputs, k=2, labels=numbers)
    return result


def expected_of_labels(judged, figures, probabilities, scaled):
    truth = judged.labels.astype(int)
    most = (judged.outputs > 0).astype(int)
    told = most
    if judged.threshold is not None:
        told = (probabilities >= judged.threshold).astype(int)
    confidence = np.where(most == 1, probabilities, sigmoid(-scaled))
    columns = range(judged.columns)
    each = [
        (
            metrics.roc_auc_score(truth[:, c], judged.outputs[:, c]),
            metrics.average_precision_score(truth[:, c], judged.outputs[:, c]),
        )
        for c in columns
    ]
    result = {
        "accuracy": (truth == told).mean(),
        "confusion_matrix": [],  # There is none.
        "subset_accuracy": metrics.accuracy_score(truth, told),
        "hamming_loss": metrics.hamming_loss(truth, told),
        "log_loss": (np.logaddexp(0, scaled) - truth * scaled).mean(),
        "brier": np.mean(
            [metrics.brier_score_loss(truth[:, c], probabilities[:, c], pos_label=1) for c in columns]
        ),
        "ece": calibration_error(confidence.ravel(), (most == truth).ravel()),
        "roc_auc": metrics.roc_auc_score(truth, judged.outputs, average="macro"),
        "average_precision": metrics.average_precision_score(truth, judged.outputs),
    }
    names = [f"class {c}" for c in columns]
    for name, scores in report(figures, truth, told, names, list(columns)).items():
        result[name] = scores if "avg" in name else (scores, *each[int(name.split()[1])])
    for name in ("precision", "recall", "f1"):
        score = getattr(metrics, f"{name}_score")
        result[name] = score(truth, told, average="macro", zero_division=0)
    for kind in ("micro", "weighted"):
        result[f"f1_{kind}"] = metrics.f1_score(truth, told, average=kind, zero_division=0)
    return result


def best_temperature(judged):
    """As scikit-learn finds it; None where it goes to an end of the search."""
    truth, logits = judged.labels.ravel(), judged.outputs.astype(np.float64)
    if judged.task == "classes" and len(set(truth)) < judged.columns:
        return None  # scikit-learn has no way to say that there are more.
    found = _TemperatureScaling().fit(logits if judged.task == "classes" else logits[:, 0], truth)
    # Its two classes have the logits -x and x.
    beta = float(found.beta_) * (1 if judged.task == "classes" else 2)
    return 1 / beta if 1e-4 < beta < 1e4 else None


def flat(value):
    if isinstance(value, (list, tuple, np.ndarray)):
        return [number for part in value for number in flat(part)]
    return [value]


def difference(ours, theirs):
    ours, theirs = flat(ours), flat(theirs)
    assert len(ours) == len(theirs), (ours, theirs)
    worst = 0
    for a, b in zip(ours, theirs):
        if b is None:
            continue  # Not asked for.
        if a is None or math.isnan(b):
            worst = max(worst, 0 if a is None and math.isnan(b) else math.inf)
        else:
            worst = max(worst, abs(a - b) / max(1, abs(b)))
    return worst


def record(path, sets, lines):
    """Small sets of each task, each followed by its number of figures and these,
    a name and a value; nan where one is undefined."""
    text, kinds = "", defaultdict(int)
    for judged, line in zip(sets, lines):
        kind = judged.task, judged.temperature != 1
        if judged.rows > 60 or kinds[kind] == 2:
            continue
        kinds[kind] += 1
        figures = json.loads(line)
        known = {
            name: value
            for name, value in expected_of(judged, figures).items()
            if isinstance(value, float)
        }
        text += judged.text() + f"{len(known)}\n"
        text += "".join(f"{name} {float(value)!r}\n" for name, value in known.items())
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=200, help="how many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--figures", default=os.environ.get("MLC_FIGURES", "mlc-metrics-figures"))
    parser.add_argument("--record", metavar="FILE")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    random = np.random.default_rng(options.seed)
    sets = [
        random_set(random, TASKS[number % len(TASKS)], number // len(TASKS))
        for number in range(options.sets)
    ]
    lines = subprocess.run(
        [options.figures], input="".join(map(Set.text, sets)), text=True,
        stdout=subprocess.PIPE, check=True,
    ).stdout.splitlines()
    assert len(lines) == len(sets), "a set is missing"
    worst, compared, undefined = defaultdict(float), defaultdict(int), 0
    for number, (judged, line) in enumerate(zip(sets, lines)):
        figures = json.loads(line)
        expected = expected_of(judged, figures)
        temperature = figures.pop("best temperature", None)
        if judged.task in ("binary", "classes") and temperature is not None:
            theirs = best_temperature(judged)
            if theirs is not None:
                compared["temperature"] += 1
                worst["temperature"] = max(worst["temperature"], abs(temperature / theirs - 1))
        for name in set(figures) - set(expected) - {"probabilities", "samples avg", "micro avg"}:
            raise AssertionError(f"nobody judges {name}")
        for name, value in expected.items():
            key = f"{judged.task} {'class' if name.startswith('class ') else name}"
            distance = difference(figures[name], value)
            compared[key] += 1
            undefined += figures[name] is None
            if distance > TOLERANCE:
                print(f"set {number} ({judged.task}, {judged.rows} x {judged.columns}): "
                      f"{name}: {figures[name]}, but scikit-learn {value}")
            worst[key] = max(worst[key], distance)
    for key, distance in sorted(worst.items()):
        print(f"{key:32} {compared[key]:4} sets, largest difference {distance:.1e}")
    bad = worst.pop("temperature") > SEARCHED
    bad += sum(distance > TOLERANCE for distance in worst.values())
    print(f"{len(sets)} sets, {undefined} undefined figures, {bad} figures differ")
    if options.record:
        record(options.record, sets, lines)
    sys.exit(1 if bad else 0)  # not a bool of numpy, of which the status would be 1


if __name__ == "__main__":
    main()
