#!/usr/bin/env python3
"""Plants one error after another in the compiler and reports whether the suite
catches it: mutated gradient rules and optimisers, swapped operands, dropped
barriers, wrong remainders, memory reused too early.

    test/smith/planted.py                 all of PLANTED, some hours on two cores
    test/smith/planted.py NAME...         some of them
    test/smith/planted.py --list          their names

Works in a copy of the repository's last commit (--tree, reused where it is
there) and builds what the error touches. What is likely to catch it runs first:
for an error in lib/ behind the differentiation mlc-smith, on the models of found/
and on random ones, and then the graph tests; for others the other way round.
Prints a line for each error and `N caught, N not caught`; status 0 if all were
caught. An error whose place in the source is no longer there is reported as stale,
one that does not build as such, and both count as not caught: bring the entry up
to date.
"""

import re
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import planting
from planting import REPOSITORY, build, run


@dataclass(frozen=True)
class Planted(planting.Planted):
    lit: str = ""  # A test of test/ that must fail, where numbers stay right.
    gpu: bool = False  # in code for GPUs, which an emulated one runs


OPERATIONS = "dialects/Graph/Operations.cpp"
FORMULAS = "dialects/Graph/ActivationFormulas.h"
PATHS = "dialects/Graph/PathRules.cpp"
NORMALIZATION = "dialects/Graph/Normalization.cpp"
OPTIMIZERS = "dialects/Graph/Optimizers.cpp"
RATES = "dialects/Graph/RatesByElement.cpp"
APPLY = "lib/Autodiff/ApplyOptimizer.cpp"
ACCUMULATE = "lib/Autodiff/AccumulateGradients.cpp"
CLIP = "lib/Autodiff/ClipGradients.cpp"
PRIVATE = "lib/Autodiff/MakePrivate.cpp"
NORMS = "lib/Autodiff/RowNorms.cpp"
ROWS = "lib/Linalg/Rows.cpp"
PHILOX = "lib/Linalg/Philox.cpp"
SPMD = "lib/Spmd/SpmdWorkers.cpp"
BARRIERS = "lib/Spmd/BarrierPlan.cpp"
GPU = "lib/Lowering/GPU/"
TILE = "lib/Tile/"

PLANTED = [
    # Gradient rules.
    Planted("relu-gradient-swapped", OPERATIONS,
            "ifPositive(y, dy, dy.filled(0.0))", "ifPositive(y, dy.filled(0.0), dy)"),
    Planted("sigmoid-gradient-factor-lost", FORMULAS,
            "return y * (1.0 - y);", "return 1.0 - y;"),
    Planted("gelu-gradient-constant", FORMULAS,
            "std::sqrt(2.0 * std::numbers::pi)", "std::sqrt(std::numbers::pi)"),
    Planted("softmax-gradient-sum-lost", OPERATIONS,
            "y * (dy - TensorExpr(b, sum))", "y * (dy - TensorExpr(b, sum) * 0.0)"),
    Planted("sub-gradient-sign", OPERATIONS, "(dy * -1.0).value()", "(dy * 1.0).value()"),
    Planted("mul-gradient-operand", OPERATIONS,
            "gradients.add(getLhs(), (dy * c).value())",
            "gradients.add(getLhs(), (dy * a).value())"),
    Planted("mse-gradient-factor", "dialects/Graph/Losses.cpp",
            "((y - t) * 2.0).value()", "((y - t) * 1.0).value()"),
    Planted("loss-gradient-count", "dialects/Graph/LossSupport.cpp",
            "arith::DivFOp::create(b, loc, dl, count)",
            "arith::MulFOp::create(b, loc, dl, count)"),
    Planted("gradients-of-two-uses-not-added", "lib/Autodiff/ReverseMode.cpp",
            "sum = sum ? (TensorExpr(builder_, sum)",
            "sum = sum ? (TensorExpr(builder_, sum) * 0.0"),
    # Means of gradients along a path.
    Planted("mean-step-counts-both-ends", PATHS,
            "TensorExpr rise = upper - lower;\n  TensorExpr chord = rise / ifPositive(length",
            "TensorExpr rise = upper + lower * 0.0;\n  TensorExpr chord = rise / ifPositive(length"),
    Planted("mean-slope-never-a-chord", PATHS, "TensorExpr tooFar = abs(way) + -kShort;",
            "TensorExpr tooFar = abs(way) * -1.0 + -kShort;"),
    Planted("mean-of-a-product-at-its-end", PATHS, "return (begin + end) * 0.5;",
            "return end * 1.0;"),
    Planted("mean-of-selu-without-share", PATHS, "TensorExpr share = (1.0 - step) * slope;",
            "TensorExpr share = slope;"),
    Planted("path-at-its-begin-alone", "lib/Autodiff/PathMode.cpp",
            "made = line_.at(builder(), operand, line_.end);",
            "made = line_.at(builder(), operand, line_.begin);"),
    # Optimisers.
    Planted("adam-correction-of-other-beta", OPTIMIZERS,
            "scalars.biasCorrection(adam.getBeta2(), step.number)",
            "scalars.biasCorrection(adam.getBeta1(), step.number)"),
    Planted("adamw-decay-sign", OPTIMIZERS,
            "scalars.sub(scalars.number(1.0), lost)",
            "scalars.sub(lost, scalars.number(1.0))"),
    Planted("nesterov-ignored", OPTIMIZERS,
            "getNesterov() ? g + buffer * getMomentum() : buffer",
            "getNesterov() ? buffer : buffer"),
    Planted("ftrl-forgets-first-weights", RATES,
            "ifPositive(n, z, begin * -1.0)", "z"),
    Planted("ftrl-rate-of-the-last-step", RATES,
            "quotient(pull, root * perRoot + atZero)",
            "quotient(pull, sqrt(n) * perRoot + atZero)"),
    Planted("ftrl-moves-what-has-no-gradient", RATES,
            "ifPositive(square, linear, z)", "ifPositive(square, linear, linear)"),
    Planted("l1-without-the-rate", APPLY,
            "arith::MulFOp::create(builder_, loc, rate, share)",
            "arith::MulFOp::create(builder_, loc, share, share)"),
    Planted("l1-in-the-place-of-the-update", APPLY,
            "nearerToZero(update.parameter, rate, l1)", "nearerToZero(parameter, rate, l1)"),
    Planted("average-of-old-weights", APPLY,
            "average(old.back(), update.parameter,", "average(old.back(), parameter,"),
    Planted("average-begins-at-nothing", APPLY,
            "constant(builder_.getI64IntegerAttr(1)));", "constant(builder_.getI64IntegerAttr(0)));"),
    # Ops made into loops.
    Planted("dropout-rows-alike", PHILOX,
            "{low(example), high(example)", "{low(position), high(example)"),
    Planted("dropout-not-scaled", PHILOX,
            "constant(1.0 / (1.0 - probability))", "constant(1.0)"),
    Planted("mean-loss-count", "dialects/Graph/LossSupport.cpp",
            "b.getF32FloatAttr(static_cast<float>(getTermsPerRow()))",
            "b.getF32FloatAttr(static_cast<float>(getTermsPerRow() + 1))"),
    Planted("places-of-a-row-count-once", "dialects/Graph/LossOps.td",
            "return ::mlc::graph::knownElements(\n"
            "          ::llvm::cast<::mlir::ShapedType>(getLabel().getType()));", "return 1;"),
    Planted("cross-entropy-maximum-lost", ROWS,
            "(log(sum) + largest).value()", "(log(sum) + log(sum)).value()"),
    Planted("bce-sign", "dialects/Graph/Losses.cpp",
            "log1p(exp(abs(y) * -1.0))", "log1p(exp(abs(y) * 1.0))"),
    Planted("one-hot-inverted", ROWS,
            "arith::CmpIPredicate::eq, column, args[0]",
            "arith::CmpIPredicate::ne, column, args[0]"),
    Planted("softmax-of-wrong-rows", ROWS,
            "TensorExpr e = exp(x - TensorExpr(b, spreadRows(b, largest, x.value())))",
            "TensorExpr e = exp(x + TensorExpr(b, spreadRows(b, largest, x.value())))"),
    # Memory.
    Planted("workspace-of-neighbours-shared", "lib/Spmd/PlanWorkspace.cpp",
            "other->first <= buffer->last && buffer->first <= other->last",
            "other->first < buffer->last && buffer->first < other->last"),
    Planted("updated-while-still-read", "lib/Linalg/UpdateInPlace.cpp",
            "return user == loop || user->isBeforeInBlock(loop);", "return true;",
            # Bufferization copies what is still read: that costs time only.
            lit="Linalg/update-in-place.mlir"),
    # Workers.
    Planted("barriers-dropped", BARRIERS,
            "return !(x.part && y.part && *x.part == *y.part);", "return false;"),
    Planted("barrier-after-first-worker-dropped", BARRIERS,
            "if (ops_[one.op].isFirst && ops_[other.op].isFirst)",
            "if (ops_[one.op].isFirst || ops_[other.op].isFirst)"),
    Planted("barriers-between-steps-dropped", "lib/Spmd/BarrierPlan.h",
            "static constexpr int kSteps = 3;", "static constexpr int kSteps = 1;"),
    Planted("last-shard-forgotten", SPMD,
            "arith::CeilDivUIOp::create(b, loc, extent, step)",
            "arith::DivUIOp::create(b, loc, extent, step)"),
    Planted("last-batch-full", "lib/Lowering/CPU/EntryPoints.cpp",
            "batchRows_ = arith::MinUIOp::create(b, loc, rest, batch);",
            "batchRows_ = arith::MaxUIOp::create(b, loc, rest, batch);"),
    # Ranks, and sizes beside the batch.
    Planted("shards-of-another-rank", SPMD,
            "return {arith::AddIOp::create(b, loc, begin, run.begin),", "return {run.begin,"),
    Planted("leader-of-each-rank", SPMD,
            "Value number = numberOfWorker(b, getOperation());", "Value number = worker_;"),
    Planted("private-memory-of-another-rank", "lib/Spmd/PlanWorkspace.cpp",
            "Value number = numberOfWorker(b, function);", "Value number = worker_;"),
    Planted("sums-of-ranks-in-one-tree", TILE + "SplitSum.cpp",
            "sums.push_back(treeOf(leaves, Value()));", "llvm::append_range(sums, leaves);",
            # The bits are others, but the same for all ranks.
            lit="Tile/tile-shards-ranks.mlir"),
    Planted("bound-of-a-product-forgotten", "lib/Support/Bounds.cpp",
            "return product(of(binary.getLHS()), of(binary.getRHS()));",
            "return of(binary.getLHS());"),
    Planted("mean-gradient-not-divided", "dialects/Graph/Reshape.cpp",
            "(dy / dy.spread(secondSize(b, getLoc(), getInput()))).value()", "dy.value()"),
    # Whole numbers. IntegerSumsTest sees these, too.
    Planted("sums-of-16-bits-too-long", TILE + "VectorizeIntegers.cpp",
            "std::numeric_limits<int16_t>::max() / kMostNumber;", "259;",
            lit="Tile/quantized.mlir"),
    Planted("values-cut-off", TILE + "VectorizeIntegers.cpp",
            "values = math::RoundEvenOp::create(b, loc, values);", "",
            lit="Tile/quantized.mlir"),
    Planted("bytes-with-a-sign-first", TILE + "IntegerSums.cpp",
            "addProducts(lower[part], lowerBytes, numbers)",
            "addProducts(lower[part], numbers, lowerBytes)", lit="Tile/quantized.mlir"),
    Planted("raise-stays-in-the-sum", TILE + "IntegerSums.cpp",
            "b.getI32IntegerAttr(-kRaise)",
            "b.getI32IntegerAttr(kRaise)", lit="Tile/quantized.mlir"),
    Planted("columns-of-two-rows-out-of-order", TILE + "IntegerSums.cpp",
            "(inPart < half ? 0 : width / 2)", "(inPart < half ? width / 2 : 0)",
            lit="Tile/quantized.mlir"),
    # Machine code.
    Planted("remainder-from-the-start", "lib/Tile/SplitOffRest.cpp",
            "rest.setLowerBound(end);", ""),
    Planted("library-transposition-lost", "lib/Lowering/CPU/GemmToBlas.cpp",
            "constant(rhsTransposed ? kTranspose : kNoTranspose)",
            "constant(rhsTransposed ? kNoTranspose : kNoTranspose)"),
    # Code for GPUs.
    Planted("grid-barrier-dropped", GPU + "EmulateKernels.cpp",
            "func::CallOp::create(b, op->getLoc(), kBarrier, TypeRange());", "", gpu=True),
    Planted("last-block-forgotten", GPU + "ThreadWork.cpp",
            "llvm::divideCeil(elements * team, kBlockThreads)",
            "elements * team / kBlockThreads", gpu=True),
    Planted("thread-beyond-the-last-element", GPU + "ThreadWork.cpp",
            "arith::CmpIOp::create(b_, loc_, arith::CmpIPredicate::ult,\n"
            "                                            element, count);",
            "arith::CmpIOp::create(b_, loc_, arith::CmpIPredicate::ule,\n"
            "                                            element, count);", gpu=True),
    Planted("sum-begins-in-every-thread", GPU + "ThreadWork.cpp",
            "init.set(arith::SelectOp::create(b_, loc_, isFirst, init.get(), none));",
            "(void)none, (void)isFirst;", gpu=True),
    Planted("last-batch-full-on-gpu", GPU + "KernelArguments.cpp",
            "arith::MinUIOp::create(b, loc, rest, constant(batch_))",
            "arith::MaxUIOp::create(b, loc, rest, constant(batch_))", gpu=True),
    Planted("launches-not-in-turn", GPU + "LaunchLevels.cpp",
            "return access.writes ? std::max(read, written) : written;",
            "return access.writes ? written : -1;", gpu=True),
    Planted("loss-without-weights", "lib/Linalg/Losses.cpp",
            "op.buildWeighted(b, op.buildTerms(b))", "op.buildTerms(b)"),
    Planted("second-word-of-masks-lost", GPU + "ColumnSums.cpp",
            "index(masks_.wordCount())", "index(1)", gpu=True),
    Planted("other-column-found", GPU + "ColumnSums.cpp",
            "arith::CmpIPredicate::ugt,", "arith::CmpIPredicate::uge,", gpu=True),
    Planted("block-barrier-dropped", GPU + "EmulateKernels.cpp",
            "func::CallOp::create(b, op->getLoc(), kBlockBarrier, TypeRange());", "", gpu=True),
    Planted("readers-do-not-wait-for-writers", GPU + "BlockBarriers.cpp",
            "(writes || found->second)", "(writes && found->second)", gpu=True),
    Planted("shards-not-written-back", GPU + "ChipLayout.cpp",
            "copy(view, buffer, own, kEnd);", "", gpu=True),
    Planted("rows-of-owners-not-of-the-batch", GPU + "RowOwners.cpp",
            "arith::AddIOp::create(b_, loc_, index, first_)",
            "arith::MaxUIOp::create(b_, loc_, index, index)",
            lit="Lowering/GPU/row-owners.mlir"),
    Planted("published-before-others-words-are-read", GPU + "BlockBarriers.cpp",
            "(publishes_ && before.awaits_)", "(publishes_ && false)",
            lit="Lowering/GPU/block-barriers.mlir"),
    Planted("one-copy-of-what-crosses-blocks", "lib/Spmd/PlanWorkspace.cpp",
            "arith::AndIOp::create(b, loc, number, constant(1))",
            "arith::AndIOp::create(b, loc, number, constant(0))", gpu=True),
    Planted("partial-sums-lost", "lib/Tile/SplitSum.cpp",
            "arith::AddFOp::create(body, loc_, args[1], args[0])",
            "arith::AddFOp::create(body, loc_, args[0], args[0])", gpu=True),
    # Code that large sizes reach, or small ones with random thresholds.
    Planted("copied-block-unset", TILE + "BlockTerms.cpp",
            "linalg::YieldOp::create(inner, place, elements[0]);",
            "linalg::YieldOp::create(inner, place, elements[1]);"),
    Planted("packed-rows-in-the-place-of-others", TILE + "PackOperands.cpp",
            "arith::DivUIOp::create(b_, loc, row, width)",
            "arith::RemUIOp::create(b_, loc, row, width)"),
    Planted("packed-rows-of-the-first-tile", TILE + "PackOperands.cpp",
            "replace(*slice, loop.getResult(0), {tile});",
            "replace(*slice, loop.getResult(0), {((void)tile, b_.getIndexAttr(0))});"),
    Planted("first-term-not-packed", TILE + "PackOperands.cpp",
            "b_, loc, zero, terms, one, packed,", "b_, loc, one, terms, one, packed,"),
    Planted("room-for-one-packed-term", TILE + "PackOperands.cpp",
            "return slice ? boundOf(slice->op.getResult(), 0) : std::nullopt;",
            "return slice ? std::optional<int64_t>(1) : std::nullopt;"),
    Planted("many-partial-sums-lost", TILE + "SplitSum.cpp",
            "arith::AddFOp::create(body, loc_, args[1], args[0])",
            "arith::AddFOp::create(body, loc_, args[0], args[0])"),
    Planted("ones-of-lists-lost", TILE + "EntryLoops.cpp",
            "return number(1.0f);", "return number(0.0f);"),
    Planted("narrow-rows-beyond-the-last", TILE + "NarrowRows.cpp",
            "arith::MinUIOp::create(b, loc, left, index(rows_))",
            "arith::MaxUIOp::create(b, loc, left, index(rows_))"),
    Planted("sums-of-the-first-narrow-rows", TILE + "NarrowRows.cpp",
            "arith::MulIOp::create(b, loc, first, index(width_));",
            "arith::RemUIOp::create(b, loc, first, index(width_));"),
    Planted("sums-of-touched-columns-not-cleared", TILE + "TouchedSums.cpp",
            "return insert(number(0.0f), list, place);", "return list;"),
    Planted("rows-of-large-weights-left-out", TILE + "TouchedRows.cpp",
            "words.add(op.getFirst(), op.getCount()));", "op.getCount());"),
    Planted("library-takes-the-other-transposition", GPU + "LibraryProducts.cpp",
            "isTransposed(op, 1, /*column=*/1)", "isTransposed(op, 1, /*column=*/2)", gpu=True),
    Planted("last-block-of-a-launch-forgotten", GPU + "KernelBuilder.cpp",
            "b_.getDenseI32ArrayAttr({static_cast<int32_t>(blocksOf(level)), 1, 1})",
            "b_.getDenseI32ArrayAttr(\n"
            "          {std::max(1, static_cast<int32_t>(blocksOf(level)) - 1), 1, 1})", gpu=True),
    # Parameters that are trained in ways of their own.
    Planted("frozen-parameter-decays", APPLY,
            "      add(parameters_[parameter], steps::kParameter);",
            "      add(arith::MulFOp::create(builder_, step_.getLoc(), parameters_[parameter],\n"
            "                                parameters_[parameter]),\n"
            "          steps::kParameter);"),
    Planted("own-decay-ignored", APPLY,
            "if (FloatAttr decay = declared.getWeightDecayAttr())",
            "if (FloatAttr decay; decay)"),
    Planted("own-rate-ignored", APPLY, "if (!factor)", "if (true)"),
    # What becomes of gradients before the update.
    Planted("updates-counted-as-steps", APPLY,
            "number_ = arith::DivSIOp::create(builder_, loc, rounded, constant(steps_));",
            "number_ = rounded;"),
    Planted("accumulation-divided-wrongly", ACCUMULATE,
            "gradient * (1.0 / static_cast<double>(count))",
            "gradient * (1.0 / static_cast<double>(count + 1))"),
    # Normalisation of batches.
    Planted("running-variance-biased", NORMALIZATION,
            "batch.variance * batch.variance.spread(batch.rows.unbiased());", "batch.variance;"),
    Planted("momentum-the-other-way", NORMALIZATION,
            "(mean + (batch.mean - mean) * momentum)",
            "(batch.mean + (mean - batch.mean) * momentum)"),
    Planted("running-statistics-in-training", "lib/Autodiff/MakeGradients.cpp",
            "      op.setByBatch();", "      (void)op;"),
    Planted("statistics-of-the-batch-in-evaluation", NORMALIZATION,
            "    if (!op.getByBatch())\n      return;\n", ""),
    Planted("gradient-through-the-mean-lost", NORMALIZATION,
            "TensorExpr common = dy - repeated(b, mean.value(), dy);",
            "TensorExpr common = dy; (void)mean;"),
    Planted("gradient-through-the-variance-lost", NORMALIZATION,
            "return common - z * repeated(b, along.value(), dy);",
            "return (void)along, common;"),
    Planted("one-row-has-statistics", NORMALIZATION,
            "arith::CmpIPredicate::sgt", "arith::CmpIPredicate::sge"),
    Planted("accumulated-not-cleared", ACCUMULATE,
            "choose(b, isLast, sum.filled(0.0).value(), sum.value())",
            "choose(b, isLast, sum.value(), sum.value())"),
    Planted("clipped-above-alone", CLIP,
            "min(max(TensorExpr(b_, gradient), -bound), bound)",
            "min(TensorExpr(b_, gradient), bound)"),
    Planted("norm-of-one-parameter-alone", CLIP,
            "sum = sum ? arith::AddFOp::create(b_, loc, sum, squares).getResult()\n"
            "                : squares;",
            "sum = squares;"),
    # What a row adds in private training.
    Planted("private-bias-left-out", PRIVATE,
            "      TensorExpr next(b, square);",
            "      if (squares && !terms.of(i).front().isProduct())\n"
            "        continue;\n"
            "      TensorExpr next(b, square);"),
    Planted("private-clip-by-batch", PRIVATE,
            "    TensorExpr norm = sqrt(*squares);",
            "    Value all = SumBatchOp::create(b, step.getLoc(), squares->value());\n"
            "    TensorExpr norm = sqrt(TensorExpr(b, RepeatRowOp::create(\n"
            "        b, step.getLoc(), column, all, squares->value())));"),
    Planted("private-means-of-the-batch", PRIVATE, "    countOneRow(step);\n",
            "    (void)countOneRow;\n"),
    Planted("private-bias-not-clipped", PRIVATE,
            "      return term.op->setOperand(0, scaled(term.right(), true));",
            "      return;"),
    Planted("private-rows-that-fill-up-count", PRIVATE,
            " * TensorExpr(b, counts);", " + TensorExpr(b, counts) * 0.0;"),
    Planted("private-pairs-of-uses-left-out", NORMS,
            "add(sum, pairsOf(other, term) * 2.0);", "add(sum, pairsOf(other, term) * 0.0);"),
    Planted("private-products-of-places-added", NORMS,
            "return sumOfRow((ofLeft * ofRight).value());",
            "return sumOfRow((ofLeft + ofRight).value());"),
    Planted("private-places-with-themselves-alone", NORMS,
            "    TensorExpr own = pairsOf(term, term);\n",
            "    TensorExpr own = pairsOf(term, term);\n"
            "    if (placesOf(term.left()) > 1)\n"
            "      own = sumOfRow((expr(dot(term.left(), term.left())) *\n"
            "                      expr(dot(term.right(), term.right())))\n"
            "                         .value());\n"),
    Planted("private-places-apart", NORMS,
            "    sum = sum ? *sum + places : places;",
            "    sum = sum ? *sum - places : places;"),
    Planted("private-rounding-forgotten", PRIVATE,
            "clip * (1 - norms.error())", "clip"),
    Planted("private-sum-not-cleared", PRIVATE,
            "choose(b, isLast, sum.filled(0.0).value(), sum.value())",
            "choose(b, isLast, sum.value(), sum.value())"),
    Planted("private-divided-by-less", PRIVATE,
            "(sum * (1.0 / batch)).value()", "(sum * (2.0 / batch)).value()"),
    Planted("private-updates-in-each-batch", "lib/Autodiff/UpdateSteps.h",
            "    return steps::findArgument(step, steps::kCallEnds);",
            "    return {};"),
    Planted("private-rows-mixed", "lib/Autodiff/RowTerms.cpp",
            "if (!isRowWise(op) || isOf(mixed_) ||",
            "if ((!isRowWise(op) && false) || isOf(mixed_) ||",
            lit="Autodiff/private-errors.mlir"),
    Planted("reference-schedule-off-by-one", "lib/Reference/RateFactor.cpp",
            "return (k + 1) / warmup;", "return k / warmup;"),
    # The loop around compiled code.
    Planted("position-counts-full-batches", "runtime/Train/Trainer.cpp",
            "point_.position += count;", "point_.position += batch_;"),
]  # fmt: skip


def lit_failure(tree: Path, test: str) -> str | None:
    build(tree, ["mlc-opt"])
    result = run("/usr/lib/llvm-22/bin/lit", "build/test", "--filter", test, cwd=tree)
    return f"lit: {test}" if "FAIL: mlc" in result.stdout else None


def unit_failure(tree: Path, program: str, tests: str = "*") -> str | None:
    build(tree, [program])
    result = run(tree / "build" / "bin" / program, f"--gtest_filter={tests}", "--gtest_brief=1",
                 "--gtest_fail_fast")  # fmt: skip
    return f"{program}: {planting.failed_test(result.stdout)}" if result.returncode else None


def graph_failure(tree: Path) -> str | None:
    return unit_failure(tree, "mlc-graph-tests")


def smith_failure(tree: Path, programs: int, gpu: bool) -> str | None:
    build(tree, ["mlc-smith"])
    smith = tree / "build" / "bin" / "mlc-smith"
    for model in sorted((REPOSITORY / "test" / "smith" / "found").glob("*.mlir")) if not gpu else []:
        for options in re.findall(r"RUN: mlc-smith --model %s (.*?) \|", model.read_text()):
            result = run(smith, "--model", model, *options.split())
            if result.returncode != 0:
                return f"{model.name}: {result.stdout.splitlines()[0].split(': ', 1)[1]}"
    result = run(smith, "--programs", programs, "--seed", 1, "--stop", *["--gpu"] * gpu)
    return f"mlc-smith: {result.stdout.splitlines()[0]}" if result.returncode else None


def first_failure(tree: Path, planted: Planted, programs: int) -> str | None:
    if planted.lit:
        return lit_failure(tree, planted.lit)
    if planted.gpu:
        return smith_failure(tree, programs, gpu=True)
    # What rounding does to norms is seen in compiled code alone.
    if planted.file in (PRIVATE, NORMS):
        return graph_failure(tree) or unit_failure(tree, "mlc-check-tests", "PrivateRowsTest.*")
    # Those first that are likely to catch it: of passes, mlc-smith alone runs those
    # that come after the differentiation.
    if planted.file.startswith("lib/") and not planted.file.startswith("lib/Autodiff/"):
        return smith_failure(tree, programs, gpu=False) or graph_failure(tree)
    return graph_failure(tree) or smith_failure(tree, programs, gpu=False)


def main() -> int:
    parser = planting.parser_of(__doc__.splitlines()[0])
    parser.add_argument("--programs", type=int, default=150, help="of mlc-smith")
    options = parser.parse_args()
    suite = planting.Suite(
        planted=PLANTED,
        configure=["cmake", "--preset", "release"],
        targets=["mlc-graph-tests", "mlc-smith"],
        first_failure=partial(first_failure, programs=options.programs),
    )
    return planting.main(parser, options, suite)


if __name__ == "__main__":
    sys.exit(main())
