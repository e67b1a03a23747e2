#!/usr/bin/env python3
"""Plants one error after another in what a GPU's order of an epoch, scores,
products by the library, learning rates, tables of sums and words between thread
blocks are made of, and reports whether the tests here catch it.

    test/Integration/GPU/planted.py            all of PLANTED, half an hour
    test/Integration/GPU/planted.py NAME...    some of them
    test/Integration/GPU/planted.py --list     their names

Works in a copy of the repository's last commit (--tree, reused where it is
there). Prints a line for each error and `N caught, N not caught`; status 0 if
all were caught. An error whose place in the source is no longer there is
reported as stale, one that does not build as such, and both count as not caught.
Errors in kernels that mlc-smith catches are in test/smith/planted.py.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import planting

DEVICE = "runtime/Device/"
GPU = "lib/Lowering/GPU/"
MODELS = "products.py Products.test_every_model_trains_as_on_the_cpu"
SCORES = "scores.py Scores."
WORDS = "chip.py Chip.test_owners_of_one_row_or_of_all"
PTX_OF_WORDS = "chip.py Chip.test_words_are_one_access_of_8_bytes_and_order_nothing"
SUBSETS = "chip.py Chip.test_batches_of_two_words_of_masks"


@dataclass(frozen=True)
class Planted(planting.Planted):
    test: str = ""  # a file of this folder, and one of its tests


PLANTED = [
    Planted("learning-rate-of-the-first-step", "lib/Lowering/StepArguments.cpp",
            "integer(advance(info))));", "integer(constant(0))));",
            "learning_rates.py LearningRates"),
    # Products by the library.
    Planted("left-side-not-transposed", DEVICE + "DeviceProducts.cpp",
            "set(cublas::TransposeB, left ? cublas::transposed : cublas::plain);",
            "set(cublas::TransposeB, cublas::plain);", MODELS),
    Planted("sums-by-who-comes-first", DEVICE + "DeviceProducts.cpp",
            "prefer(cublas::ReductionSchemes, cublas::reductionInComputeType);",
            "prefer(cublas::ReductionSchemes, std::uint32_t(7));",
            "products.py Products.test_the_same_bits_on_every_run"),
    Planted("precision-ignored", DEVICE + "DeviceProducts.cpp",
            "    return cublas::FastTf32;", "    return cublas::F32;",
            "products.py Products.test_precision_is_asked_for"),
    Planted("outputs-taken-for-aligned", DEVICE + "DeviceProducts.cpp",
            "product.result.row_bytes ? sizeof(float) : alignment",
            "alignment", MODELS),
    Planted("mask-of-64-bits", DEVICE + "DeviceProducts.cpp",
            "constexpr std::int64_t bits = 128;", "constexpr std::int64_t bits = 64;", MODELS),
    Planted("outputs-of-the-first-batch", DEVICE + "DeviceProducts.cpp",
            " + first * operand.row_bytes", "", MODELS),
    Planted("last-batch-recorded-as-full", "runtime/Program/DeviceProgram.cpp",
            "           {first, size});", "           {first, batch});",
            "products.py Products.test_graphs_and_smaller_last_batches"),
    Planted("no-code-without-the-library", "runtime/Program/DeviceProgramLoad.cpp",
            "    code_ = &generatedCode();\n", "    throw;\n",
            "products.py Products.test_without_the_library_generated_code_takes_its_place"),
    Planted("gradient-mask-lost", GPU + "LibraryProducts.cpp",
            "product = remake(b, product, relu.getResult(1), product.getOutputs());",
            "product = remake(b, product, Value(), product.getOutputs());", MODELS),
    Planted("bias-lost", GPU + "LibraryProducts.cpp",
            "op.getDpsInputs()[1], bias, /*mask=*/Value()",
            "op.getDpsInputs()[1], Value(), /*mask=*/Value()",
            "products.py Products.test_each_step_agrees_with_the_reference"),
    Planted("product-out-of-turn", GPU + "Kernels.cpp", "launch++", "launch", MODELS),
    Planted("last-batch-left-to-the-library", "runtime/Program/DeviceProgramLoad.cpp",
            "found->second = false;", "found->second = true;",
            "products.py "
            "Products.test_a_last_batch_that_the_library_cannot_do_is_generated_code_s"),
    Planted("one-library-tried", DEVICE + "CublasLibrary.cpp",
            '{"libcublasLt.so.13", "libcublasLt.so.12"}', '{"libcublasLt.so.13"}',
            "products.py Products.test_the_next_library_is_tried"),
    Planted("first-product-recorded", "runtime/Program/DeviceProgram.cpp",
            "recordable >= graphSteps && !launches.areWarm", "recordable < 0",
            "learning_rates.py LearningRates"),
    # What a driver may refuse, and how many blocks there are.
    Planted("binary-code-or-nothing", DEVICE + "DeviceCode.cpp",
            "if (result == cuda::OutOfMemory)", "if (result != cuda::Success)",
            "errors.py Errors.test_ptx_runs_where_the_driver_refuses_binary_code"),
    Planted("blocks-without-room-end-it", "runtime/Program/DeviceProgram.cpp",
            "if (result == cuda::TooManyBlocks) {", "if (result == cuda::LaunchFailed) {",
            "errors.py Errors.test_where_blocks_find_no_room_steps_are_launched_one_by_one"),
    Planted("blocks-that-only-wait", "runtime/Program/DeviceProgramLoad.cpp",
            "return (shards + each - 1) / each;",
            "return std::min(shards, together + 0 * each);", "chip.py"),
    Planted("several-blocks-on-a-multiprocessor", "runtime/Program/DeviceProgramLoad.cpp",
            "device().multiprocessors());", "kernel.blocks);", "chip.py"),
    Planted("masks-made-while-all-wait", GPU + "ColumnMasks.cpp",
            "b.setInsertionPointToStart(op->getBlock());", "b.setInsertionPoint(op);", "chip.py"),
    Planted("loads-of-4-bytes", "lib/Emit/DeviceCode.cpp",
            "layout.getStringRepresentation()", '""', "ptx.py"),
    # What stays on the GPU, and what is evaluated there.
    Planted("rows-copied-for-each-call", "runtime/Program/DeviceRows.cpp",
            "  if (const PlacedRows *placed = holder(rows))",
            "  if (const PlacedRows *placed = nullptr)",
            SCORES + "test_an_epoch_reads_back_losses_and_counts_alone"),
    Planted("outputs-read-back", "runtime/Program/ForwardPass.cpp",
            "executor_.device() && !observe", "false",
            SCORES + "test_an_epoch_reads_back_losses_and_counts_alone"),
    Planted("batches-of-evaluation-one-by-one", "runtime/Program/DeviceProgram.cpp",
            "!products_                   ? count", "!products_                   ? 0",
            SCORES + "test_batches_are_evaluated_by_graphs"),
    Planted("first-largest-is-last", GPU + "CountScores.cpp",
            "SelectOp::create(b_, loc_, isLarger, column, place)",
            "SelectOp::create(b_, loc_, isLarger, place, column)",
            SCORES + "test_the_gpu_counts_as_the_host_does"),
    Planted("sign-of-an-output-swapped", GPU + "CountScores.cpp",
            "CmpFPredicate::OGT, output, 0.0f", "CmpFPredicate::OLT, output, 0.0f",
            SCORES + "test_the_gpu_counts_as_the_host_does"),
    Planted("place-of-a-row-judged-by-the-first", GPU + "CountScores.cpp",
            "Value found = firstLargest(outputs, example, begin, classes);",
            "Value found = firstLargest(outputs, example, Value(), classes);",
            SCORES + "test_the_gpu_counts_as_the_host_does"),
    # Tables of sums of subsets.
    Planted("last-group-of-subsets-lost", GPU + "SubsetSums.cpp",
            "group < kGroups;", "group < kGroups - 1;", SUBSETS),
    Planted("subset-has-its-neighbour", GPU + "SubsetSums.cpp",
            "isSet(at[2], place)", "isSet(at[2], place == 4 ? 3 : place)", SUBSETS),
    # Words between thread blocks.
    Planted("own-copies-not-written-back", GPU + "ChipLayout.cpp",
            "copy(view, argument, own, kEnd);", "",
            "chip.py Chip.test_words_on_any_number_of_blocks"),
    Planted("word-read-too-early", GPU + "ChipKernel.cpp",
            "ValueRange{address, number}",
            "ValueRange{address, arith::SubIOp::create(b_, loc_, number, "
            "arith::ConstantOp::create(b_, loc_, b_.getI32IntegerAttr(1)))}", WORDS),
    Planted("step-number-missing", GPU + "ChipKernel.cpp",
            "arith::AddIOp::create(b_, loc_, loop.getInductionVar(), index(1))",
            "index(1)", WORDS),
    Planted("two-steps-in-one-word", GPU + "ChipKernel.cpp",
            "arith::AddIOp::create(b_, loc_, loop.getInductionVar(), index(1))",
            "arith::AddIOp::create(b_, loc_, arith::DivUIOp::create(b_, loc_, "
            "loop.getInductionVar(), index(2)), index(1))", WORDS),
    Planted("owner-adds-its-own-shard-first", GPU + "ExchangeToWords.cpp",
            "SmallVector<Value> target(at);",
            "SmallVector<Value> target(at);\n"
            "          if (first && at.size() > 1)\n"
            "            target[1] = arith::RemUIOp::create(b, loc,\n"
            "                arith::AddIOp::create(b, loc, at[1], first), to[1]);", WORDS),
    Planted("word-lost", GPU + "ExchangeToWords.cpp",
            "step(type.getRank(), index(1)), to{count};",
            "step(type.getRank(), index(1)), to{first ? count : index(batch())};", WORDS),
    Planted("words-of-the-last-launch", GPU + "ExchangeToWords.cpp",
            'fill->setAttr(kOnce, b_.getStringAttr(kBegin));',
            'fill.erase();', "chip.py Chip.test_words_of_other_launches_are_none_of_this_one"),
    Planted("word-polled-plainly", GPU + "GridBarriers.cpp",
            "load(b, loc, address, LLVM::AtomicOrdering::monotonic)",
            "LLVM::LoadOp::create(b, loc, b.getI64Type(), address).getResult()", PTX_OF_WORDS),
    Planted("words-for-one-block", GPU + "GridBarriers.cpp",
            'kAllBlocks = "device"', 'kAllBlocks = "block"', PTX_OF_WORDS),
    Planted("every-epoch-in-one-order", GPU + "EpochOrder.cpp",
            "low(epoch_)", "low(purpose_)", "order.py"),
    Planted("halves-of-a-key-swapped", GPU + "EpochOrder.cpp",
            "ValueRange{mixed, from, toMask, fromMask}",
            "ValueRange{mixed, from, fromMask, toMask}", "order.py"),
]  # fmt: skip


TARGETS = ["mlc", "mlc-opt", "mlc-fake-cuda", "mlc-fake-cublaslt"]


def first_failure(tree: Path, planted: Planted) -> str | None:
    planting.build(tree, TARGETS)
    build = tree / "build"
    environment = os.environ | {
        "PATH": f"{build / 'bin'}:/usr/lib/llvm-22/bin:{os.environ['PATH']}",
        "MLC": "mlc",
        "MLC_BUILD": str(build),
    }
    tests = [planted.test] if planted.test else sorted({p.test for p in PLANTED})
    for test in tests:
        result = planting.run(
            sys.executable, *test.split(), cwd=tree / "test" / "Integration" / "GPU",
            env=environment,
        )  # fmt: skip
        if result.returncode != 0:
            return test
    return None


def main() -> int:
    parser = planting.parser_of(__doc__.splitlines()[0])
    suite = planting.Suite(
        planted=PLANTED,
        configure=["cmake", "--preset", "release"],
        targets=TARGETS,
        first_failure=first_failure,
    )
    return planting.main(parser, parser.parse_args(), suite)


if __name__ == "__main__":
    sys.exit(main())
