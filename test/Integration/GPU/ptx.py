"""ptxas accepts all code for GPUs, and no register is spilled to memory."""

import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from gpu import EXAMPLES, PTXAS
from integration import MLC, MODELS, REPOSITORY, attempt, expect_done
from load_chain import chain_of
from step_figures import figures_of

GPUS = ("sm_80", "sm_90", "sm_100")


@unittest.skipUnless(PTXAS, "no ptxas; it comes with the CUDA toolkit")
class Ptx(unittest.TestCase):
    def assemble(self, ptx: str, gpu: str, folder) -> str:
        """ptxas's report."""
        file = Path(folder) / f"{gpu}.ptx"
        file.write_text(ptx)
        return expect_done(
            attempt(PTXAS, "-v", f"-arch={gpu}", file, "-o", file.with_suffix(".cubin"))
        ).stderr

    def spills(self, report: str) -> list[int]:
        found = re.findall(r"(\d+) bytes spill stores, (\d+) bytes spill loads", report)
        return [int(number) for pair in found for number in pair]

    def test_every_model_for_every_gpu(self):
        models = [*sorted(MODELS.glob("*.mlir")), *EXAMPLES]
        self.assertGreaterEqual(len(models), 10)
        with tempfile.TemporaryDirectory() as folder:
            for model in models:
                for gpu in GPUS:
                    with self.subTest(f"{model.parent.name}/{model.name} {gpu}"):
                        ptx = expect_done(
                            attempt(MLC, "compile", model, "--target", "cuda",
                                    "--gpu", gpu, "--emit", "ptx")
                        ).stdout
                        self.assertNotRegex(ptx, r"atom\S*\.f(16|32|64)")
                        self.assertNotIn("__nv_", ptx)
                        # 8 bytes are one load, and denormals 0 as on the CPU.
                        self.assertNotRegex(ptx, r"ld\.\S+\.b32\s+%rd\d+, \[%rd\d+\+4\];\s+shl")
                        self.assertNotRegex(ptx, r"(add|sub|mul|fma)(\.rn)?\.f32")
                        spills = self.spills(self.assemble(ptx, gpu, folder))
                        self.assertGreater(len(spills), 0)
                        self.assertEqual(set(spills), {0})

    def test_figures_of_a_step(self):
        """What was gained for the kernel that keeps its shards is not lost."""
        for costs, waits_for_words, barriers, loads, chain in (
            ((), True, 16, 100, 15),
            (("most-words=0",), False, 14, 97, 10),
        ):
            figures = figures_of(
                REPOSITORY / "examples/imdb-mlp/model.mlir", "sm_90", PTXAS, costs
            )
            self.assertEqual(figures["waits_for_words"], waits_for_words)
            self.assertEqual(figures["spilled_bytes"], 0)
            self.assertLessEqual(figures["registers"], 240)
            self.assertLessEqual(figures["shared_bytes_of_a_block"], 24_000)
            self.assertLessEqual(figures["barriers_of_a_block"], barriers)
            self.assertLessEqual(figures["loads_from_global_memory"], loads)
            self.assertLessEqual(figures["longest_chain_of_loads"], chain)
            # Only where a block finds its own units, before the first step.
            self.assertLessEqual(figures["divisions_of_64_bits"], 2)
            # One entry for each five of 64 examples, in two words.
            self.assertEqual(figures["table_entries_a_column"], 14)

    def test_a_wrong_gpu_is_usage(self):
        for gpu in ("sm_70", "sm_81", "90", "sm_90;rm"):
            result = attempt(MLC, "compile", MODELS / "adam.mlir", "--target", "cuda",
                             "--gpu", gpu, "--emit", "ptx")
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn("sm_80", result.stderr)

    def test_wrong_steps_are_usage(self):
        result = attempt(MLC, "compile", MODELS / "adam.mlir", "--target", "cuda",
                         "--gpu-steps", "graph", "--emit", "ptx")
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("auto, launches, kernel or chip", result.stderr)


KERNEL = """
.entry step(.param .u64 a)
{
	.reg .b64 %rd<9>;
	ld.param.b64 %rd1, [a];
	ld.global.b64 %rd2, [%rd1];
	ld.global.b64 %rd3, [%rd1+8];
$HEAD:
	ld.global.b64 %rd4, [%rd2];
	setp.eq.b64 %p1, %rd4, 0;
	@%p1 bra $SHORT;
	ld.global.v2.b64 {%rd5, %rd6}, [%rd4];
	st.shared.b64 [%rd7], %rd6;
	bra.uni $WAIT;
$SHORT:
	ld.global.b64 %rd5, [%rd3];
$WAIT:
	bar.sync 0;
	ld.acquire.gpu.global.b64 %rd8, [%rd1+16];
	setp.lt.u64 %p2, %rd8, %rd5;
	@%p2 bra $WAIT;
	atom.global.add.u64 %rd7, [%rd1], 1;
	setp.lt.u64 %p3, %rd7, 9;
	@%p3 bra $HEAD;
	ld.global.b64 %rd5, [%rd8];
	ld.global.b64 %rd5, [%rd5];
	ret;
}
"""


class LoadChain(unittest.TestCase):
    def test_a_kernel_by_hand(self):
        # In a round: %rd4, then %rd6, and behind the barrier %rd8.
        self.assertEqual(chain_of(KERNEL), 3)
        # Without the barrier nothing waits for %rd6 but its store.
        self.assertEqual(chain_of(KERNEL.replace("bar.sync 0;", "")), 2)
        # A load under a condition waits for what decides it.
        guarded = "@%p1 ld.global.b64 %rd5, [%rd1];\n\tld.global.b64 %rd5, [%rd5];\n\tbar.sync 0;"
        self.assertEqual(chain_of(KERNEL.replace("bar.sync 0;", guarded)), 4)
        # Of a kernel that waits for no other block, all counts.
        self.assertEqual(chain_of(KERNEL.replace("ld.acquire.gpu", "ld")), 6)


if __name__ == "__main__":
    unittest.main()
