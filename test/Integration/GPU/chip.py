"""The kernel whose blocks keep their shards in shared memory, and wait for words
of one another or for all: the same bits on any number of blocks, what a GPU may
refuse, and what its code looks like."""

import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from compare import Case, difference
from gpu import GpuProgram
from integration import MLC, MODELS, REPOSITORY, attempt, expect_done, read_safetensors
from load_chain import blocks_of, order_of, step_of

EXAMPLE = REPOSITORY / "examples" / "imdb-mlp" / "model.mlir"
# Blocks with one shard, with some, with fewer for the last one, and so many
# shards in one's memory; too few blocks for 1.5 MB.
PROCESSORS = {128: 1, 100: 2, 43: 3, 16: 8}
TOO_FEW = 3


# Blocks wait for words of one another, or all for all.
WORDS, BARRIERS = (), ("--cost", "most-words=0")
WAITS = {WORDS: "wait for single numbers of one another", BARRIERS: "wait for all blocks"}


def ptx_of(model, *options, steps: str = "chip", gpu: str = "sm_90") -> str:
    return expect_done(attempt(
        MLC, "compile", model, "--target", "cuda", "--gpu", gpu, "--gpu-steps", steps,
        "--emit", "ptx", *options,
    )).stdout


def kernel_of(ptx: str, name: str) -> str:
    return re.search(rf"\.entry {name}\(.*?\n}}", ptx, re.DOTALL)[0]


class Chip(unittest.TestCase):
    def test_words_on_any_number_of_blocks(self):
        self.on_any_number_of_blocks(WORDS)

    def test_owners_of_one_row_or_of_all(self):
        with tempfile.TemporaryDirectory() as folder:
            program = GpuProgram.compile(
                MODELS / "unsure.mlir", Path(folder) / "program", "--target", "cpu,cuda",
                "--gpu", "sm_90", "--batch", 13,
            )
            self.assertIn(WAITS[WORDS], program.run("info"))
            case = Case(program, Path(folder), epochs=2)
            runs = []
            for order, processors in enumerate((16, 7, 3, 2, 1)):
                program.fake = f"order={order % 3},processors={processors}"
                runs.append(case.run("--device", "cuda"))
                self.assertEqual(runs[0], runs[-1], program.fake)
            self.assertEqual(difference(runs[0], case.run("--device", "cpu")), "")

    def test_barriers_on_any_number_of_blocks(self):
        self.on_any_number_of_blocks(BARRIERS)

    def on_any_number_of_blocks(self, waits):
        with tempfile.TemporaryDirectory() as folder:
            program = GpuProgram.compile(
                EXAMPLE, Path(folder) / "program", "--target", "cpu,cuda",
                "--gpu", "sm_90", "--batch", 6, "--gpu-steps", "chip", *waits,
            )
            self.assertEqual(program.info["gpu_steps"], "chip")
            self.assertIn("up to 128 blocks", program.run("info"))
            self.assertIn(WAITS[waits], program.run("info"))
            case = Case(program, Path(folder), density=0.05, epochs=1)
            runs = []
            for order, (processors, shards) in enumerate(PROCESSORS.items()):
                program.fake = f"order={order % 3},processors={processors}"
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

    def test_words_of_other_launches_are_none_of_this_one(self):
        """Evaluation writes where words were, an epoch's last batch has other
        rows, and a resumed run begins in memory that is full of something."""
        with tempfile.TemporaryDirectory() as folder:
            program = GpuProgram.compile(
                EXAMPLE, Path(folder) / "program", "--target", "cpu,cuda",
                "--gpu", "sm_90", "--batch", 6, "--gpu-steps", "chip",
            )
            program.fake = "processors=32,order=1"
            case = Case(program, Path(folder), ones=True, density=0.05)

            def train(name, *options):
                weights = case.folder / f"{name}.weights"
                program.run(
                    *("train", "--data", case.data, "--test", case.data, "--epochs", 2),
                    *("--init", case.start, "--device", "cuda", "-o", weights, *options),
                )
                return read_safetensors(weights)[0]

            kept = ("--checkpoints", case.folder / "kept")
            at_once = train("at-once")
            train("begun", *kept, "--max-steps", 4)
            self.assertEqual(train("resumed", *kept, "--resume"), at_once)

    def test_a_step_meets_once(self):
        """And the counter is between a fence of the GPU and a load that acquires,
        whose order an emulation cannot show: all threads of a block have met
        before and meet after. Which columns a batch has is found out before, not
        while all wait, by atomics that are one instruction."""
        ptx = ptx_of(EXAMPLE, *BARRIERS)
        kernel = kernel_of(ptx, "train_chip")
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

    def test_words_are_one_access_of_8_bytes_and_order_nothing(self):
        """Which an emulation cannot show: all blocks meet once, before the first
        step. In a step a word is polled where it is read, by relaxed loads of
        the whole GPU, and published by one relaxed store; there is no fence, and
        what is published nobody reads or writes otherwise."""
        kernel = kernel_of(ptx_of(EXAMPLE), "train_chip_by_words")
        blocks = blocks_of(kernel)
        step = "\n".join(
            line for at in step_of(blocks, order_of(blocks)) for line in blocks[at].code
        )
        self.assertEqual(len(re.findall(r"\bfence\.", kernel)), 1)
        self.assertNotRegex(step, r"\bfence\.|\batom\.\S*global|\bld\.acquire|\bmembar")
        polled = re.findall(r"\bld\.relaxed\S*", step)
        published = re.findall(r"\bst\.relaxed\S*", step)
        # Sums of shards; errors and losses of rows; some in loops of several.
        self.assertEqual(set(polled), {"ld.relaxed.gpu.global.b64"}, polled)
        self.assertEqual(set(published), {"st.relaxed.gpu.global.b64"}, published)
        self.assertGreaterEqual(len(polled), 3)
        self.assertGreaterEqual(len(published), 3)
        # Losses alone are written in a step by plain stores to global memory.
        self.assertEqual(len(re.findall(r"\bst\.global\S*", step)), 1)

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
            ptx = ptx_of(MODELS / f"{name}.mlir", steps="auto", gpu="sm_80")
            self.assertIn(".entry train_chip(", ptx, name)


if __name__ == "__main__":
    unittest.main()
