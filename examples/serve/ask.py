#!/usr/bin/env python3
"""Asks a server of this example through NVIDIA's client, as other servers of the
Open Inference Protocol are asked.

    pip install tritonclient[http]
    ask.py http://127.0.0.1:8000 TEXT...
"""

import sys

import numpy as np
import tritonclient.http as http


def main() -> None:
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    address, texts = sys.argv[1].removeprefix("http://"), sys.argv[2:]
    client = http.InferenceServerClient(address)
    model = client.get_model_repository_index()[0]["name"]
    rows = np.array([[text.encode()] for text in texts], dtype=np.object_)
    tensor = http.InferInput("text", list(rows.shape), "BYTES")
    tensor.set_data_from_numpy(rows)
    answer = client.infer(model, [tensor])
    names = client.get_model_metadata(model).get("parameters", {}).get("names", ["0", "1"])
    for text, label, probability in zip(
        texts, answer.as_numpy("labels")[:, 0], answer.as_numpy("probabilities")[:, 0]
    ):
        print(f"{names[label]} (probability of {names[1]}: {probability:.3f}): {text}")


main()
