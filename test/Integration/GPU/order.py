"""The kernel that orders an epoch's rows, against the bijection written anew.

The kernel runs in the emulated driver (test/device), which is called here as
the runtime calls it.
"""

import ctypes
import os
import tempfile
import unittest
from ctypes import byref, c_longlong, c_uint, c_ulonglong, c_void_p
from pathlib import Path

from gpu import FAKE, emulate_kernels
from integration import MLC, MODELS, attempt, expect_done

SHUFFLE = 2  # RandomPurpose of runtime/Program/Random.h
BLOCKS, THREADS = 128, 256


def philox(counter: list[int], key: list[int]) -> int:
    """The first word of Philox4x32-10 (Salmon et al., SC11)."""
    for _ in range(10):
        a, b = 0xD2511F53 * counter[0], 0xCD9E8D57 * counter[2]
        counter = [
            b >> 32 ^ counter[1] ^ key[0], b & 0xFFFFFFFF,
            a >> 32 ^ counter[3] ^ key[1], a & 0xFFFFFFFF,
        ]  # fmt: skip
        key = [(key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return counter[0]


class Order:
    """A keyed bijection of [0, size)."""

    def __init__(self, size: int, seed: int, epoch: int):
        self.size, self.seed, self.epoch = size, seed, epoch
        bits = (size - 1).bit_length()
        self.left, self.right = bits // 2, bits - bits // 2
        self.rounds = 32 if bits <= 8 else 6
        self.words: dict = {}

    def word(self, number: int, half: int) -> int:
        if (number, half) not in self.words:
            key = [self.seed & 0xFFFFFFFF, self.seed >> 32]
            self.words[number, half] = philox([half, number, self.epoch, SHUFFLE], key)
        return self.words[number, half]

    def encrypt(self, state: int) -> int:
        halves = [(state & (1 << self.right) - 1, self.right), (state >> self.right, self.left)]
        for number in range(self.rounds):
            (source, _), (target, bits) = halves
            mixed = target ^ self.word(number, source) & (1 << bits) - 1
            halves = [(mixed, bits), halves[0]]
        return halves[1][0] << self.right | halves[0][0]

    def __getitem__(self, place: int) -> int:
        state = self.encrypt(place)
        while state >= self.size:
            state = self.encrypt(state)
        return state


class Kernel:
    def __init__(self, folder: Path):
        model, library = MODELS / "regression.mlir", folder / "kernels.so"
        emulate_kernels(model, library)
        ptx = expect_done(
            attempt(MLC, "compile", model, "--target", "cuda", "--gpu", "sm_80", "--emit", "ptx")
        ).stdout
        os.environ["MLC_EMULATED_KERNELS"] = str(library)
        self.driver = ctypes.CDLL(str(FAKE), mode=ctypes.RTLD_GLOBAL)
        module, self.function = c_void_p(), c_void_p()
        self.call("cuModuleLoadDataEx", byref(module), ptx.encode(), 0, None, None)
        self.call("cuModuleGetFunction", byref(self.function), module, b"epoch_order")

    def call(self, name: str, *arguments) -> None:
        result = getattr(self.driver, name)(*arguments)
        if result != 0:
            raise AssertionError(f"{name}: {result}")

    def memory(self, size: int) -> c_ulonglong:
        address = c_ulonglong()
        self.call("cuMemAlloc_v2", byref(address), size)
        return address

    def run(self, order: Order, rows: list[int]) -> list[int]:
        values = (ctypes.c_int32 * len(rows))(*rows)
        source, target = self.memory(4 * len(rows)), self.memory(4 * len(rows))
        self.call("cuMemcpyHtoDAsync_v2", source, values, len(bytes(values)), None)
        numbers = (c_longlong * 8)(  # MlcOrder
            source.value, len(rows), target.value, c_longlong(order.seed).value, SHUFFLE,
            order.left, order.right, order.rounds,
        )  # fmt: skip
        slots = self.memory(64)
        self.call("cuMemcpyHtoDAsync_v2", slots, numbers, 64, None)
        epoch = c_longlong(order.epoch)
        arguments = (c_void_p * 2)(ctypes.addressof(slots), ctypes.addressof(epoch))
        self.call("cuLaunchKernel", self.function, BLOCKS, 1, 1, c_uint(THREADS), 1, 1, 0, None,
                  arguments, None)
        self.call("cuMemcpyDtoHAsync_v2", values, target, len(bytes(values)), None)
        for address in (source, target, slots):
            self.call("cuMemFree_v2", address)
        return list(values)


class EpochOrder(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.kernel = Kernel(Path(folder.name))

    def test_the_kernel_is_the_bijection(self):
        # Powers of two and their neighbours, 32 rounds and 6, more rows than
        # threads.
        for size in (1, 2, 3, 5, 255, 256, 257, 1000, BLOCKS * THREADS + 7):
            for seed, epoch in ((0, 1), (7, 2), (0xFEDCBA9876543210, 1)):
                if size > 1000 and epoch == 1:
                    continue
                with self.subTest(size=size, seed=seed, epoch=epoch):
                    order = Order(size, seed, epoch)
                    rows = [3 * row + 1 for row in range(size)]  # some of a set
                    found = self.kernel.run(order, rows)
                    self.assertEqual(found, [rows[order[place]] for place in range(size)])
                    self.assertEqual(sorted(found), rows)


if __name__ == "__main__":
    unittest.main()
