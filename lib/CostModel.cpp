//===- CostModel.cpp - The figures by which passes choose -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CostModel.h"
#include "dialects/Mlc/Mlc.h"
#include "mlc/Passes.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace mlc {
#define GEN_PASS_DEF_SETCOSTS
#include "mlc/Passes.h.inc"
} // namespace mlc

using namespace mlir;
using namespace mlc;

static constexpr Cost kTable[] = {
    {"many-rows", &CostModel::manyRows, 1, 1 << 16},
    {"most-mask-words", &CostModel::mostMaskWords, 0, 1 << 14},
    {"most-shards", &CostModel::mostShards, 1, 8},
    {"shard-line", &CostModel::shardLine, 1, 16},
    {"shortest-split", &CostModel::shortestSplit, 1, 64},
    {"heavy-row", &CostModel::heavyRow, 1, 4096},
    {"most-leaves", &CostModel::mostLeaves, 1, 16},
    {"library-row", &CostModel::libraryRow, 1, 1 << 20},
    {"many-registers", &CostModel::manyRegisters, 1, 64},
    {"block-elements", &CostModel::blockElements, 1, 1 << 18},
    {"block-terms", &CostModel::blockTerms, 1, 256},
    {"block-rows", &CostModel::blockRows, 1, 128},
    {"product-rows", &CostModel::productRows, 1, 8},
    {"few-product-rows", &CostModel::fewProductRows, 1, 6},
    {"product-registers", &CostModel::productRegisters, 1, 4},
    {"row-registers", &CostModel::rowRegisters, 1, 4},
    {"term-sums", &CostModel::termSums, 1, 4},
    {"few-term-sums", &CostModel::fewTermSums, 1, 2},
    {"short-row", &CostModel::shortRow, 1, 64},
    {"most-packed-bytes", &CostModel::mostPackedBytes, 0, 4 << 20},
    {"rows-ahead", &CostModel::rowsAhead, 1, 8},
    {"row-lines", &CostModel::rowLines, 1, 4},
    {"nonzeros-ahead", &CostModel::nonzerosAhead, 1, 64},
    {"near-bytes", &CostModel::nearBytes, 0, 1 << 19},
    {"tile-iterations", &CostModel::tileIterations, 1, 16},
    {"library-product", &CostModel::libraryProduct, 1, 1 << 23},
    {"wanted-threads", &CostModel::wantedThreads, 1, 1 << 15},
    {"most-state-bytes", &CostModel::mostStateBytes, 0, 8 << 20},
    {"most-block-shards", &CostModel::mostBlockShards, 1, 128},
    {"block-shard-line", &CostModel::blockShardLine, 1, 16},
    {"shortest-block-split", &CostModel::shortestBlockSplit, 1, 64},
    {"shared-bytes", &CostModel::sharedBytes, 0, 163 << 10},
    {"gpu-blocks", &CostModel::gpuBlocks, 1, 108},
    {"most-common-work", &CostModel::mostCommonWork, 0, 1 << 17},
    {"most-chip-ops", &CostModel::mostChipOps, 0, 60},
    {"subset-columns", &CostModel::subsetColumns, 0, 1},
    {"equal-ops", &CostModel::equalOps, 1, 8},
    {"rank-shards", &CostModel::rankShards, 1, 4},
    {"most-words", &CostModel::mostWords, 0, 1 << 13},
};
static_assert(sizeof(CostModel) == std::size(kTable) * sizeof(int64_t),
              "each cost has its name");

ArrayRef<Cost> mlc::allCosts() { return kTable; }

namespace {

class SetCostsPass : public mlc::impl::SetCostsBase<SetCostsPass> {
  using SetCostsBase::SetCostsBase;

  void runOnOperation() override {
    if (llvm::Error error =
            setCosts(getOperation(),
                     SmallVector<std::string>(costs.begin(), costs.end()))) {
      getOperation().emitError(llvm::toString(std::move(error)));
      signalPassFailure();
    }
  }
};

} // namespace

static const Cost *findCost(StringRef name) {
  const Cost *found = llvm::find_if(
      kTable, [&](const Cost &cost) { return cost.name == name; });
  return found == std::end(kTable) ? nullptr : found;
}

CostModel CostModel::of(Operation *op) {
  CostModel model;
  for (; op; op = op->getParentOp())
    if (auto costs = op->getAttrOfType<DictionaryAttr>(mlc::kCosts)) {
      for (NamedAttribute entry : costs)
        if (const Cost *cost = findCost(entry.getName()))
          model.*cost->value = cast<IntegerAttr>(entry.getValue()).getInt();
      break;
    }
  return model;
}

static llvm::Error unknown(StringRef name) {
  const Cost *nearest =
      llvm::min_element(kTable, [&](const Cost &x, const Cost &y) {
        return name.edit_distance(x.name) < name.edit_distance(y.name);
      });
  return llvm::createStringError("unknown cost '" + name + "'; did you mean " +
                                 nearest->name + "?");
}

/// The cost and the value that a setting names.
static llvm::Expected<std::pair<const Cost *, int64_t>>
parse(StringRef setting) {
  auto [name, text] = setting.split('=');
  const Cost *cost = findCost(name);
  if (!cost)
    return unknown(name);
  int64_t value = 0;
  if (text.getAsInteger(10, value) || value < cost->least)
    return llvm::createStringError(
        "expected " + cost->name + "=N with a whole number of " +
        llvm::Twine(cost->least) + " or more, but got '" + setting + "'");
  return std::pair(cost, value);
}

llvm::Error mlc::checkCosts(ArrayRef<std::string> settings) {
  for (const std::string &setting : settings)
    if (auto parsed = parse(setting); !parsed)
      return parsed.takeError();
  return llvm::Error::success();
}

llvm::Error mlc::setCosts(ModuleOp module, ArrayRef<std::string> settings) {
  if (settings.empty())
    return llvm::Error::success();
  Builder b(module.getContext());
  NamedAttrList all(module->getAttrOfType<DictionaryAttr>(mlc::kCosts));
  for (const std::string &setting : settings) {
    auto parsed = parse(setting);
    if (!parsed)
      return parsed.takeError();
    all.set(parsed->first->name, b.getI64IntegerAttr(parsed->second));
  }
  module->setAttr(mlc::kCosts, all.getDictionary(module.getContext()));
  return llvm::Error::success();
}
