"""The same model as people serve it in Python: FastAPI, ONNX Runtime, uvicorn.

    WEIGHTS=FILE uvicorn peer:app        POST /predict {"text": ...}

Of the Open Inference Protocol it has nothing, which is less to do. Texts are
taken apart as far as Python does it fast; logits are the server's where words
are letters and apostrophes.
"""

import os
import re
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from fastapi import FastAPI
from onnx import TensorProto, helper, numpy_helper
from pydantic import BaseModel

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Integration"))

from integration import read_safetensors

tensors, _ = read_safetensors(os.environ["WEIGHTS"])
columns = {
    word: column
    for column, word in enumerate(bytes(tensors["vocabulary"].data).decode().splitlines())
}
WORDS = re.compile(r"\w+(?:'\w+)*")


def make_session() -> onnxruntime.InferenceSession:
    """relu(x W1 + b1) W2 + b2."""
    arrays = {
        name: np.array(tensors[name].data, dtype=np.float32).reshape(tensors[name].shape)
        for name in ("layer1.weight", "layer1.bias", "layer2.weight", "layer2.bias")
    }
    nodes = [
        helper.make_node("Gemm", ["x", "layer1.weight", "layer1.bias"], ["a"]),
        helper.make_node("Relu", ["a"], ["h"]),
        helper.make_node("Gemm", ["h", "layer2.weight", "layer2.bias"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes, "model",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, len(columns)])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 1])],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 10
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


session = make_session()
app = FastAPI()


class Review(BaseModel):
    text: str


@app.post("/predict")
def predict(review: Review) -> dict:
    row = np.zeros((1, len(columns)), dtype=np.float32)
    for word in WORDS.findall(review.text.lower()):
        if (column := columns.get(word)) is not None:
            row[0, column] = 1
    logit = float(session.run(None, {"x": row})[0][0, 0])
    return {"logit": logit, "probability": 1 / (1 + np.exp(-logit))}
