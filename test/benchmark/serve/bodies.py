"""Requests for wrk (requests.lua) from texts."""

import json
import struct
from pathlib import Path


def write(path: Path, target: str, headers: dict, bodies: list[bytes]) -> Path:
    lines = [target, *(f"{name}: {value}" for name, value in headers.items()), ""]
    path.write_text("\n".join(lines + [body.hex() for body in bodies]) + "\n")
    return path


def as_json(texts: list[str]) -> bytes:
    tensor = {"name": "text", "datatype": "BYTES", "shape": [len(texts), 1], "data": texts}
    return json.dumps({"inputs": [tensor]}, ensure_ascii=False).encode()


def as_binary(texts: list[str]) -> bytes:
    """As tritonclient sends it; the length of the JSON in front, for requests.lua."""
    elements = b"".join(
        struct.pack("<I", len(text)) + text for text in (text.encode() for text in texts)
    )
    tensor = {"name": "text", "datatype": "BYTES", "shape": [len(texts), 1],
              "parameters": {"binary_data_size": len(elements)}}  # fmt: skip
    wanted = {"name": "logits", "parameters": {"binary_data": True}}
    header = json.dumps({"inputs": [tensor], "outputs": [wanted]}, separators=(",", ":")).encode()
    return f"#{len(header)}#".encode() + header + elements
