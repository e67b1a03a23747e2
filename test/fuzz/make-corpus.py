#!/usr/bin/env python3
"""Writes the first inputs of each fuzz target into corpus/. All synthetic."""

import bz2
import gzip
import io
import json
import lzma
import pathlib
import struct
import zipfile

from corpus_programs import INPUTS as PROGRAMS
from corpus_requests import INPUTS as REQUESTS

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"


def safetensors(metadata, tensors):
    header, data = {"__metadata__": metadata}, b""
    for name, type, shape, content in tensors:
        header[name] = {
            "dtype": type,
            "shape": shape,
            "data_offsets": [len(data), len(data) + len(content)],
        }
        data += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def vectorizer(**fields):
    common = {"kind": "text", "value": "count", "normalize": "none", "labels": "binary"}
    common |= {"documents": 4, "tokenizer": "words", "ngrams": [1, 2]}
    return {"format": "mlc.dataset", "version": "1", "features": "3"} | {
        "vectorizer": json.dumps(common | fields)
    }


def archive(files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return made.getvalue()


WORDS = b"film\ngood\nisn't it\n"
VOCABULARY = ("vocabulary", "U8", [len(WORDS)], WORDS)
FREQUENCIES = ("vectorizer.df", "I32", [3], struct.pack("<3i", 1, 2, 3))

INPUTS = {
    "csv": {
        "plain": b"label,review\r\n1,good\r\n0,bad\r\n",
        "quoted": b'id,"label",review\n1,2.5,"a ""b"", c\nd"\n\n2,-1,""\n',
        "open": b'label,review\n1,"a\n',
        "utf8": "\ufefflabel,review\n1,café \U0001f600\n".encode(),
        "broken": b"label,review\n1,\xe9\0\xf0\x9f\n",
        "gzip": gzip.compress(b"label,review\n1,good\n", mtime=0),
        "words": b"label,review\nspam,good\nham,bad\nspam,\n",
        "tabs": b"ham\ta, b\nspam\tc d\nham\te f\n",
        "semicolons": b"label;review;x\n1;a b;\n0;c d;\n",
        "cr": b"label,review\r1,good\r0,bad\r",
        "utf16": "\ufefflabel,review\n1,caf\xe9 \U0001f600\n".encode("utf-16-le"),
    },
    "fasttext": {
        "plain": b"__label__a b c\n__label__b __label__a d\n\ne __label__c\n",
        "broken": b"no label\n__label__ x\n__label__\xff y\n",
    },
    "json": {
        "array": b'[{"review": "a", "label": 1},\n {"review": "b", "label": [0]}]\n',
        "objects": b'{"review": "a",\n "label": "x"}\n{"review": "b", "label": "y"}',
        "broken": b'[{"review": "\\ud83d", "label": NaN}, {"a": "}]"',
    },
    "vw": {
        "plain": b"1 |f a b:1 |g c\n\n-1 1.0 'tag| d\n",
        "broken": b"1 2.5 |f a\n1 |f a:2\nx\n",
    },
    "table": {
        "plain": b"x,c,y\n1,a,0\n,b,1\n3.5,c,1\n",
        "target": b"x,c,y\n1,a,10\n2,,30\n",
        "broken": b"x,y\n1e300,a\nq,b\n1,\n",
        "repeated": b"x,c,y,ba,0,0\n3.2,,0,,c,0\n",
    },
    "jsonl": {
        "plain": b'{"label": 1, "review": "good"}\n\n{"review": "\\u00e9", "label": "2"}',
        "deep": b'{"review": "x", "label": 1, "a": [[[[[[[[{"b": null}]]]]]]]]}',
        "broken": b'{"label": 1e999, "review": "\\ud800"}',
        "more": b"{} {}\n[1]\n\xff",
    },
    "libsvm": {
        "plain": b"1 0:2 3:0.5 # c\n-1 2:-1e2\n\n+1\t5:+4\n",
        "ratings": b"9 0:9 1:1 2:4\n10 5:1\n",
        "broken": b"1 3:1 2:1\n1 2147483647:1\n0 1:nan\n",
    },
    "lines": {
        "plain": b"a\r\nb\n\nc",
        "xz": lzma.compress(b"a\nb\n"),
        "xz twice": lzma.compress(b"a\n") + lzma.compress(b"b\n"),
        "xz cut": lzma.compress(b"a\nb\n")[:-9],
        "gzip": gzip.compress(b"a\nb\n", mtime=0),
        "gzip twice": 2 * gzip.compress(b"a\n", mtime=0) + b"\0\0",
        "zstd": b"\x28\xb5\x2f\xfd\0",
        "bzip2": bz2.compress(b"a\nb\n"),
        "zip": archive({"a": b"a\nb\n"}),
        "zip of two": archive({"a": b"a\n", "b": b"b\n"}),
        "zip of two lines": archive({"a\nb": b"a\n", "b": b"b\n"}),
    },
    "embeddings": {
        "glove": b"film 0.5 -1 2e-3\ngood 1 2 3\n",
        "word2vec": b"2 2\nfilm 1 2 \ngood 3 4\nfilm 5 6\n",
        "broken": b"film 1 nan\n",
    },
    "folder": {
        "plain": b"0_9.txt\nA good film.\nReally.",
        "xz": b"12_1.txt.xz\n" + lzma.compress(b"A bad film."),
        "gzip": b"3_7.txt.gz\n" + gzip.compress(b"A film.", mtime=0),
        "broken": b"0_9.txt\ncaf\xe9\nbad\0",
        "name": b"0_.text\n",
    },
    "vocabulary": {
        "plain": "film\ngood film\ncafé\n".encode(),
        "twice": b"film\nbad\nfilm\n",
        "nul": b"\x01\0\0\rfilm\nbad\n",
        "broken": b"film\n\xe9\n\n",
    },
    "text": {
        f"{choice:02x}": bytes([choice])
        + "A good film: isn't it?<br />10/10 &eacute;&#233; :-)\n".encode()
        + "Straße ﬁlm ½ 日本 ___ self-made\nA bad one -- 'x'\n".encode()
        for choice in (0, 1, 2, 3, 5, 12, 16, 33, 68, 132, 200)
    },
    "vectorizer": {
        "words": safetensors(vectorizer(), [VOCABULARY]),
        "tfidf": safetensors(vectorizer(value="tfidf"), [FREQUENCIES, VOCABULARY]),
        "hash": safetensors(
            vectorizer(hash_bits=8, signed_hash=True) | {"features": "256"}, []
        ),
        "libsvm": safetensors(
            vectorizer(kind="libsvm", input_features=5),
            [("vectorizer.columns", "I32", [3], struct.pack("<3i", 0, 2, 4))],
        ),
        "stars": safetensors(vectorizer(labels="stars", scores=[1, 2.5, 4]), [VOCABULARY]),
        "embeddings": safetensors(
            vectorizer(dimensions=1, ngrams=[1, 1]) | {"features": "1"},
            [("vectorizer.embeddings", "F32", [3, 1], struct.pack("<3f", 1, 2, 3)), VOCABULARY],
        ),
        "imdb": safetensors(
            vectorizer(tokenizer="imdb", min_length=2, characters=True),
            [VOCABULARY, ("vectorizer.tokenizer", "U8", [len(WORDS)], WORDS)],
        ),
    },
}


def main():
    for target, inputs in (INPUTS | PROGRAMS | REQUESTS).items():
        folder = CORPUS / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in inputs.items():
            (folder / name.replace(" ", "-")).write_bytes(content)


if __name__ == "__main__":
    main()
