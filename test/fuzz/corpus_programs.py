"""First inputs of the targets for what programs and the compiler read."""

import base64
import json
import lzma
import struct
from pathlib import Path

MODELS = Path(__file__).resolve().parents[1] / "Integration" / "CPU" / "models"
TYPES = {"F32": "f", "I32": "i", "I64": "q", "U16": "H", "U8": "B", "F16": "e", "I8": "b"}


def safetensors(metadata: dict, tensors: dict) -> bytes:
    """Of NAME: (type, shape, numbers), widest types first."""
    header, data = {"__metadata__": metadata}, b""
    for name, (type, shape, numbers) in tensors.items():
        content = struct.pack(f"<{len(numbers)}{TYPES[type]}", *numbers)
        end = len(data) + len(content)
        header[name] = {"dtype": type, "shape": shape, "data_offsets": [len(data), end]}
        data += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


HASH = base64.b64encode(32 * b"1")
CHECKPOINT = (
    b"mlc/x/1\n2\n" + HASH + b"\n\n\xe2\x80\x94 mlc/x/1 " + base64.b64encode(68 * b"1") + b"\n"
)
LEDGER = b'{"format":"mlc.ledger","version":1}'
LEDGER_RUN = (
    b'{"run":"' + 32 * b"a" + b'","started":"2026-01-01T00:00:00Z","steps":244,"rate":0.08192,'
    b'"noise":2,"delta":1e-05,"unit":"row","adjacency":"zero-out","chain":"' + 16 * b"0" + b'"}'
)
LEDGER_END = b'{"run":"' + 32 * b"a" + b'","executed":7,"chain":"' + 16 * b"0" + b'"}'
STATEMENT = json.dumps(
    {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "w", "digest": {"sha256": 64 * "a"}}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "mlc:train/v1",
                "externalParameters": {"seed": "7", "epochs": "3"},
                "internalParameters": {"steps": 12, "environment": {"device": "cpu"}},
                "resolvedDependencies": [
                    {"name": "data", "uri": "file:d", "digest": {"sha256": 64 * "b"}}
                ],
            },
            "runDetails": {
                "builder": {"id": "mlc:program"},
                "metadata": {"startedOn": "", "finishedOn": ""},
                "byproducts": [
                    {"name": "figures", "annotations": {"loss": 0.1}},
                    {"name": "cost", "annotations": {"seconds": 1.5, "joules": 2}},
                    {
                        "name": "distribution",
                        "annotations": {"rows": 4, "bins": [[2, [0.5, 7], [3, 1, 0]]]},
                    },
                ],
            },
        },
    }
).encode()


def envelope(payload: bytes, signatures: list = []) -> bytes:
    """As the runtime writes it."""
    entries = {"payload": base64.b64encode(payload).decode()}
    entries |= {"payloadType": "application/vnd.in-toto+json", "signatures": signatures}
    return json.dumps(entries, separators=(",", ":")).encode() + b"\n"


DATA = {"format": "mlc.dataset", "version": "1"}
WEIGHTS = {"format": "mlc.weights", "version": "1"}
SPARSE = {
    "indptr": ("I64", [4], [0, 2, 2, 3]),
    "indices": ("I32", [3], [0, 19, 7]),
    "values": ("F32", [3], [1, -0.5, 2]),
    "labels": ("F32", [3, 1], [1, 0, 1]),
}
ONES = SPARSE | {"indices": ("U16", [3], [0, 19, 7])}
del ONES["values"]
REAL = {
    "features": ("F32", [2, 5], [0.5] * 10),
    "labels": ("F32", [2, 2], [1, 2, 3, 4]),
}
CLASSES = {
    "features": ("F32", [2, 4], [0.5] * 8),
    "labels": ("I32", [2], [0, 2]),
}

QUANTIZED = {
    "layer.bias": ("F32", [3], [0, 1, -1]),
    "layer.weight.scale": ("F16", [20], [0.5] * 20),
}
QUANTIZED_COLUMN = QUANTIZED | {"layer.bias": ("F32", [1], [0])}
INT8 = safetensors(
    WEIGHTS | {"widened": "no"}, QUANTIZED | {"layer.weight": ("I8", [20, 3], [-127, 0, 9] * 20)}
)
INT4 = safetensors(
    WEIGHTS | {"widened": "no", "int4/layer.weight": "20,3"},
    QUANTIZED | {"layer.weight": ("U8", [30], [0x97] * 30)},
)

INPUTS = {
    # These are packed by the target.
    "packed": {
        "int8": INT8,
        "int4": INT4,
        "int4 widened": safetensors(
            WEIGHTS | {"int4/layer.weight": "20,1"},
            QUANTIZED_COLUMN | {"layer.weight": ("U8", [10], [0x97] * 10)},
        ),
        "int8 widened": safetensors(
            WEIGHTS, QUANTIZED_COLUMN | {"layer.weight": ("I8", [20, 1], [1] * 20)}
        ),
        "pruned": safetensors(
            WEIGHTS | {"sparse/layer.weight": "20,1"},
            {
                "layer.weight": ("F32", [3], [0.1] * 3),
                "layer.weight.mask": ("U8", [3], [0x81, 0x01, 0]),
                "layer.bias": ("F32", [1], [0]),
            },
        ),
    },
    "safetensors": {
        "int8": INT8,
        "int4": INT4,
        "int4 packed": lzma.compress(INT4),
        "sparse": safetensors(DATA | {"features": "20"}, SPARSE),
        "ones": safetensors(DATA | {"features": "20"}, ONES),
        "real": safetensors(DATA | {"features": "5"}, REAL),
        "classes": safetensors(DATA | {"features": "4"}, CLASSES),
        "weights": safetensors(
            WEIGHTS,
            {"layer.weight": ("F32", [20, 1], [0.1] * 20), "layer.bias": ("F32", [1], [0])},
        ),
        "sealed": safetensors(DATA | {"xxh3": "0" * 16, "xxh3/a": "0" * 16}, {}),
        "hole": safetensors(DATA, {"a": ("U8", [1], [0]), "b": ("I64", [1], [0])}),
    },
    "checkpoint": {
        "as it is": b"",
        "entries": b"epoch=2\nstep=7\nloss_sum=1.5e-3\nmetrics_hash=ff",
        "no number": b"seconds=nan\nposition=1e9\nexamples=\n",
        "removed": b"-state/layer.weight.momentum\n-version\n",
        "short": b"<parameter/layer.weight\n",
        "other run": b"seed=8\nmodel_hash=\n",
        "not letters": b"seed=8\0\x1b[2J",
        "file": safetensors({"format": "mlc.checkpoint", "version": "1"}, {}),
    },
    "record": {
        "envelope": envelope(STATEMENT),
        "statement": STATEMENT,
        "signed": envelope(STATEMENT, [{"keyid": "0123456789ABCDEF", "sig": 86 * "A" + "=="}]),
        "other type": envelope(b"{}").replace(b"in-toto", b"x"),
        "public key": b"untrusted comment: x\n" + base64.b64encode(b"Ed" + 40 * b"1") + b"\n",
        "secret key": b"untrusted comment: x\n"
        + base64.b64encode(b"Ed\0\0B2" + 152 * b"\0") + b"\n",
        "key with a password": b"untrusted comment: x\n"
        + base64.b64encode(b"EdScB2" + 152 * b"1") + b"\n",
    },
    "ledger": {
        "runs": b"\n".join([LEDGER, LEDGER_RUN, LEDGER_END, b""]),
        "run": LEDGER_RUN,
        "key": b"mlc-privacy-key-1 " + 64 * b"a" + b"\n",
    },
    "log": {
        "groups": b"0,women,1\n17,men\n",
        "checkpoint": CHECKPOINT,
        "note of others": b"a\n\nb\n\n\xe2\x80\x94 x x08go/ZJkuA=\n",
        "entries": b"\2\0\3abc\0\0",
        "entry": b'{"time":"2026-12-31T23:59:59.999Z","salt":"","input":"","labels":[1]}',
        "payload": b'{"entry":17,"salt":"' + 64 * b"0" + b'","input":"a \\"b\\""}',
        "erased": b'{"entry":17,"erased":true}   ',
        "proof": b"c2sp.org/tlog-proof@v1\nextra YQ==\nindex 1\n" + HASH + b"\n\n" + CHECKPOINT,
        "consistency": b"old 1\n" + HASH + b"\n\n" + CHECKPOINT,
    },
    "command-line": {
        name: text.replace(" ", "\n").encode()
        for name, text in {
            "train": "ptrain --data d -o x --epochs 3 --threads 2 --metrics m --seed 5",
            "resume": "ptrain --data d --checkpoints c --checkpoint-every 2s --resume",
            "best": "ptrain --data d --validation 0.5 --best b --patience 1 --no-shuffle",
            "eval": "peval --data d --weights w --json --predictions p",
            "predict": "ppredict --data d --weights w --json",
            "text": "ppredict --weights w --text t --threads 1",
            "info": "pinfo --json",
            "verify": "pverify w --data d --key k --retrain",
            "drift": "pdrift --weights w --data d --json",
            "forget": "pforget --data d --rows t -o x --weights w",
            "help": "ptrain --help",
            "data": "dt -o x --max-features 5 --value tfidf --normalize l2 --ngrams 1..2",
            "libsvm": "ds -o x --format libsvm --labels classes",
            "like": "dt -o x --like d --text-column review --label-column label",
            "split": "dt -o x --split 0.5 --split-output y --hash-bits 6 --threads 1",
        }.items()
    },
    "model": {path.stem: path.read_bytes() for path in sorted(MODELS.glob("*.mlir"))}
    | {"bytecode": b"ML\xefR\x01MLIR22\0", "nothing": b"module {}\n"},
}
