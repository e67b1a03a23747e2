"""The kernel whose blocks keep their shards in shared memory: the same bits on
any number of blocks, what a GPU may refuse, and what its code looks like."""

import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from compare import Case, difference
from gpu import GpuProgram
from integration import MLC, MODELS, REPOSITORY, attempt, expect_done

EXAMPLE = REPOSITORY / "examples" / "imdb-mlp" / "model.mlir"
# Blocks with one shard, with some, with fewer for the last one, and so many
# shards in one's memory; too few blocks for 1.5 MB.
PROCESSORS = {128: 1, 100: 2, 43: 3, 16: 8}
TOO_FEW = 3


class Chip(unittest.TestCase):
    def test_the_example_on_any_number_of_blocks(self):
        with tempfile.TemporaryDirectory() as folder:
            program = GpuProgram.compile(
                EXAMPLE, Path(folder) / "program", "--target", "cpu,cuda",
                "--gpu", "sm_90", "--batch", 6, "--gpu-steps", "chip",
            )
            self.assertEqual(program.info["gpu_steps"], "chip")
            self.assertIn("up to 128 blocks", program.run("info"))
            case = Case(program, Path(folder), density=0.05, epochs=1)
            runs = []
            for order, (processors, shards) in enumerate(PROCESSORS.items()):
                program.fake = f"order={order},processors={processors}"
                runs.append(case.run("--device", "cuda"))
                self.assertEqual(runs[0], runs[-1], program.fake)
                blocks, shared = self.launched(program, case)
                # More blocks than have shards would only wait.
                self.assertEqual(blocks, -(-128 // shards))
                self.assertGreaterEqual(shared, shards * 12_000)
            on_cpu = case.run("--device", "cpu")
            self.assertEqual(difference(runs[0], on_cpu), "")
            # Not enough memory on the chip, or none at all: other launches.
            for fake in (f"processors={TOO_FEW}", "processors=128,shared=0"):
                program.fake = fake
                self.assertEqual(self.launched(program, case)[1], 0, fake)
            # A block on each multiprocessor, although more would find room.
            program.fake = "processors=2,blocks=4,shared=0"
            self.assertEqual(self.launched(program, case)[0], 2)

    def test_batches_of_two_words_of_masks(self):
        """Whose examples fill all groups of which tables have the sums; and rows
        with values, which are added one by one."""
        with tempfile.TemporaryDirectory() as folder:
            program = GpuProgram.compile(
                EXAMPLE, Path(folder) / "program", "--target", "cpu,cuda",
                "--gpu", "sm_90", "--batch", 33, "--gpu-steps", "chip",
            )
            program.fake = "processors=16"
            for ones in (True, False):
                case = Case(program, Path(folder), ones, density=0.02, epochs=1)
                runs = [case.run("--device", device) for device in ("cuda", "cpu")]
                self.assertEqual(difference(*runs), "", ones)

    def launched(self, program, case) -> tuple[int, int]:
        """The blocks of the kernel that trains, and the shared bytes of each."""
        told = program.attempt(
            *("train", "--data", case.data, "--init", case.start, "--epochs", 1),
            *("--device", "cuda", "-o", case.folder / "again"),
            env={"MLC_FAKE_CUDA": program.fake + ",tell=1"},
        )
        expect_done(told)
        found = re.search(r"fake CUDA: (\d+) blocks, (\d+) bytes each", told.stderr)
        return int(found[1]), int(found[2])

    def test_a_step_meets_once(self):
        """And the counter is between a fence of the GPU and a load that acquires,
        whose order an emulation cannot show: all threads of a block have met
        before and meet after. Which columns a batch has is found out before, not
        while all wait, by atomics that are one instruction."""
        ptx = expect_done(
            attempt(MLC, "compile", EXAMPLE, "--target", "cuda", "--gpu", "sm_90",
                    "--gpu-steps", "chip", "--emit", "ptx")
        ).stdout
        kernel = re.search(r"\.entry train_chip\(.*?\n}", ptx, re.DOTALL)[0]
        words = re.findall(
            r"bar\.sync|barrier\.sync|fence\.\S+|atom\.\S+|ld\.(?:relaxed|acquire)\S+", kernel
        )
        text = " ".join(words)
        self.assertEqual(len(re.findall(r"atom\.\S*global\S*add", text)), 1, text)
        self.assertRegex(
            text,
            r"bar\S* fence\.acq_rel\.gpu; atom\.\S*add\.u64 ld\.acquire\.gpu\S* bar",
        )
        masks = [at for at, word in enumerate(words) if re.match(r"atom\.shared\.or", word)]
        self.assertTrue(masks, text)
        self.assertEqual({words[at] for at in masks}, {"atom.shared.or.b32"})
        self.assertLess(max(masks), words.index("fence.acq_rel.gpu;"), text)
        # Weights are read from the chip, and what crosses from elsewhere.
        self.assertIn(".extern .shared .align 16 .b8 mlc_shared[]", ptx)
        self.assertIn("ld.shared", kernel)

    def test_what_does_not_fit_is_an_error_where_it_was_asked_for(self):
        wide = EXAMPLE.read_text().replace("1000x", "100000x")
        with tempfile.TemporaryDirectory() as folder:
            model = Path(folder) / "model.mlir"
            model.write_text(wide)
            command = ("compile", model, "--target", "cuda", "--gpu", "sm_90", "--emit", "ptx")
            refused = attempt(MLC, *command, "--gpu-steps", "chip")
            self.assertEqual(refused.returncode, 1)
            self.assertRegex(refused.stderr, r"model\.mlir:\d+:\d+: error: expected a step that can keep")
            self.assertIn("use --gpu-steps auto", refused.stderr)
            ptx = expect_done(attempt(MLC, *command)).stdout
            self.assertNotIn("train_chip", ptx)

    def test_a_lazy_optimizer_is_not_split(self):
        command = ("compile", MODELS / "lazy.mlir", "--target", "cuda", "--gpu", "sm_90")
        refused = attempt(MLC, *command, "--emit", "ptx", "--gpu-steps", "chip")
        self.assertEqual(refused.returncode, 1)
        self.assertRegex(refused.stderr, r"lazy\.mlir:\d+:\d+: error: expected .* lazy")
        self.assertIn("use --gpu-steps auto", refused.stderr)
        ptx = expect_done(attempt(MLC, *command, "--emit", "ptx")).stdout
        self.assertNotIn("train_chip", ptx)

    def test_small_models_are_kept_on_the_chip(self):
        for name in ("adam", "classes", "everything", "regression"):
            ptx = expect_done(
                attempt(MLC, "compile", MODELS / f"{name}.mlir", "--target", "cuda",
                        "--gpu", "sm_80", "--emit", "ptx")
            ).stdout
            self.assertIn(".entry train_chip(", ptx, name)


if __name__ == "__main__":
    unittest.main()
