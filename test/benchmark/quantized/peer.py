"""The same network in ONNX Runtime, one thread: f32, and 8 bits by its dynamic
quantisation. It has no sparse rows, so each review is a dense one. Prints the
weights' name and the nanoseconds a review, of the median of some seconds.

    peer.py WIDTH UNITS ENTRIES BATCH
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

SECONDS = 4


def write_model(path: Path, width: int, units: int) -> None:
    draws = np.random.default_rng(1)
    weights = {"w": (width, units), "b": (units,), "v": (units, 1)}
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["x", "w"], ["p"]),
            helper.make_node("Add", ["p", "b"], ["h"]),
            helper.make_node("Relu", ["h"], ["a"]),
            helper.make_node("MatMul", ["a", "v"], ["y"]),
        ],
        "network",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", width])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 1])],
        [
            numpy_helper.from_array(draws.standard_normal(shape, dtype=np.float32), name)
            for name, shape in weights.items()
        ],
    )
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path
    )


def nanoseconds(path: Path, batches: list[np.ndarray]) -> float:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    times = []
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        for x in batches:
            begin = time.perf_counter_ns()
            session.run(None, {"x": x})
            times.append((time.perf_counter_ns() - begin) / len(x))
    return float(np.median(times))


def main(width: int, units: int, entries: int, batch: int) -> None:
    draws = np.random.default_rng(2)
    batches = []
    for _ in range(16):
        x = np.zeros((batch, width), np.float32)
        for row in x:
            row[draws.choice(width, entries, replace=False)] = 1
        batches.append(x)
    with tempfile.TemporaryDirectory() as temporary:
        wide, small = Path(temporary, "wide.onnx"), Path(temporary, "int8.onnx")
        write_model(wide, width, units)
        quantize_dynamic(wide, small, weight_type=QuantType.QInt8, per_channel=True)
        for name, path in (("wide", wide), ("int8", small)):
            print(name, f"{nanoseconds(path, batches):.0f}")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
