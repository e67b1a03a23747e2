#!/usr/bin/env python3
"""Prints what test/Unit/Private/NoiseTest.cpp expects of noise and rows, from
other implementations of the same specification (runtime/Private/Noise.h,
KeyStream.h): BLAKE2b of hashlib, ChaCha20 of `cryptography`, mpmath.

It knows nothing of the discrete sampler, whose values the test judges by their
distribution.
"""

import hashlib
import struct

import mpmath
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

NOISE, ROWS = 1, 3
KEY = bytes(range(32))


def stream(purpose: int, step: int, parameter: int, block: int, size: int) -> bytes:
    key = hashlib.blake2b(
        key=KEY, digest_size=32, salt=struct.pack("<QQ", purpose, 0), person=b"mlcnoise" + bytes(8)
    ).digest()
    nonce = struct.pack("<IQI", block, step, parameter)
    return Cipher(algorithms.ChaCha20(key, nonce), None).encryptor().update(bytes(size))


def gaussian(step: int, parameter: int, place: int) -> float:
    pair, second = divmod(place, 2)
    block, at = divmod(pair, 4)
    bits = stream(NOISE, step, parameter, block, 64)[16 * at : 16 * at + 16]
    radius_bits, angle_bits = struct.unpack("<QQ", bits)

    def uniform(word: int) -> mpmath.mpf:
        return (mpmath.mpf(word >> 12) + 0.5) / mpmath.mpf(2) ** 52

    radius = mpmath.sqrt(-2 * mpmath.log(uniform(radius_bits)))
    angle = (uniform(angle_bits) - mpmath.mpf(1) / 2) * mpmath.pi / 2
    along, beside = radius * mpmath.cos(angle), radius * mpmath.sin(angle)
    if angle_bits & 1:
        along = -along
    if angle_bits & 2:
        along, beside = beside, along
    return float(beside if second else along)


def rows(step: int, count: int, rate: float) -> list[int]:
    limit = int(rate * 2**64)
    words = struct.unpack(f"<{count}Q", stream(ROWS, step, 0, 0, 8 * count))
    return [row for row, word in enumerate(words) if word < limit]


mpmath.mp.prec = 120
for step, parameter, place in [(0, 0, 0), (0, 0, 1), (1, 0, 0), (0, 1, 0), (5, 2, 1000003),
                               (2**40, 2**31, 2**34 + 5)]:  # fmt: skip
    value = struct.unpack("f", struct.pack("f", 1.5 * gaussian(step, parameter, place)))[0]
    print(f"      {{{step}u, {parameter}u, {place}, {value.hex()}f}},")
print(rows(3, 100, 0.08192), rows(4, 12, 0.5))
