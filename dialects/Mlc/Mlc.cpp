//===- Mlc.cpp - The mlc dialect ------------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/Mlc/Mlc.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/TilingInterface.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlc::mlc_dialect;

#include "dialects/Mlc/MlcDialect.cpp.inc"
#include "dialects/Mlc/MlcEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Mlc/MlcAttrs.cpp.inc"

void MlcDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Mlc/MlcAttrs.cpp.inc"
      >();
}

LogicalResult RoleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               RoleKind kind, StringAttr state,
                               StringAttr parameter) {
  if (!state && !parameter)
    return success();
  if (kind != RoleKind::State)
    return emitError() << "expected names of a state alone, but this is "
                       << stringifyRoleKind(kind);
  if (!state || !parameter || state.empty() || parameter.empty())
    return emitError() << "expected the names of a state and its parameter";
  return success();
}

LogicalResult ShardsAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 int64_t count, int64_t size, int64_t ranks) {
  if (count < 1 || size < 1)
    return emitError() << "expected shards and units above 0, but got " << count
                       << " x " << size;
  if (ranks < 1 || llvm::divideCeil(count, llvm::divideCeil(count, ranks)) !=
                       static_cast<uint64_t>(ranks))
    return emitError() << "expected ranks that each have a part of " << count
                       << " shards, but got " << ranks;
  return success();
}

Attribute TileAttr::parse(AsmParser &parser, Type) {
  SmallVector<int64_t, 2> shape;
  const SMLoc at = parser.getCurrentLocation();
  if (parser.parseLess() ||
      parser.parseDimensionList(shape, /*allowDynamic=*/false,
                                /*withTrailingX=*/false))
    return {};
  if (shape.size() != 2) {
    parser.emitError(at, "expected rows and width, such as 8x32");
    return {};
  }
  bool masked = false;
  if (succeeded(parser.parseOptionalComma())) {
    if (parser.parseKeyword("masked"))
      return {};
    masked = true;
  }
  if (parser.parseGreater())
    return {};
  return parser.getChecked<TileAttr>(at, parser.getContext(), shape[0],
                                     shape[1], masked);
}

void TileAttr::print(AsmPrinter &printer) const {
  printer << '<' << getRows() << 'x' << getWidth()
          << (getMasked() ? ", masked>" : ">");
}

LogicalResult TileAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               int64_t rows, int64_t width, bool masked) {
  if (rows < 1 || width < 1)
    return emitError() << "expected rows and width above 0, but got " << rows
                       << "x" << width;
  if (masked && rows != 1)
    return emitError() << "expected one row of a masked tile, but got " << rows;
  return success();
}

LogicalResult SplitAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                SplitKind kind, unsigned, ShardsAttr shards) {
  if ((kind == SplitKind::Rows) == !shards)
    return success();
  return emitError() << "expected shards of all but rows";
}

namespace {

/// Whether an op writes to tensors of one shape, of at most two dimensions.
bool writesTile(Operation *op) {
  if (!isa<DestinationStyleOpInterface>(op) || op->getNumResults() == 0)
    return false;
  auto first = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  return first && first.getRank() <= 2 &&
         llvm::all_of(op->getResultTypes(), [&](Type type) {
           auto tensor = dyn_cast<RankedTensorType>(type);
           return tensor && tensor.getShape() == first.getShape();
         });
}

bool isCosts(Attribute attr) {
  auto costs = dyn_cast<DictionaryAttr>(attr);
  return costs && llvm::all_of(costs, [](NamedAttribute cost) {
           return isa<IntegerAttr>(cost.getValue());
         });
}

/// Something that an attribute or its holder must be, and its name in errors.
template <typename Subject>
struct Expectation {
  StringLiteral text;
  bool (*holds)(Subject);
};
using Holder = Expectation<Operation *>;
using Content = Expectation<Attribute>;

template <typename... Ops>
bool isOp(Operation *op) {
  return isa<Ops...>(op);
}
template <typename Attr>
bool isAttr(Attribute attr) {
  return isa<Attr>(attr);
}

bool isInteger(Attribute attr) {
  auto number = dyn_cast<IntegerAttr>(attr);
  return number && number.getType().isInteger(64);
}
bool isPositive(Attribute attr) {
  return isInteger(attr) && cast<IntegerAttr>(attr).getInt() > 0;
}
bool isThreeIntegers(Attribute attr) {
  auto numbers = dyn_cast<DenseI64ArrayAttr>(attr);
  return numbers && numbers.size() == 3;
}
bool isThreePositive(Attribute attr) {
  return isThreeIntegers(attr) &&
         llvm::all_of(cast<DenseI64ArrayAttr>(attr).asArrayRef(),
                      [](int64_t number) { return number > 0; });
}

constexpr Holder kAnyOp = {"an op", [](Operation *) { return true; }};
constexpr Holder kFunction = {"a function", isOp<FunctionOpInterface>};
constexpr Holder kProgram = {
    "a function or a module",
    isOp<FunctionOpInterface, ModuleOp, gpu::GPUModuleOp>};
constexpr Holder kModule = {"a module", isOp<ModuleOp, gpu::GPUModuleOp>};
constexpr Holder kForall = {"a scf.forall", isOp<scf::ForallOp>};
constexpr Holder kFor = {"a scf.for", isOp<scf::ForOp>};
constexpr Holder kAlloc = {"a memref.alloc", isOp<memref::AllocOp>};

constexpr Holder kTiled = {"an op that can be tiled", [](Operation *op) {
                             return isa<TilingInterface>(op);
                           }};

constexpr Holder kTileWriter = {
    "an op that writes to tensors of one shape, of at most two dimensions",
    writesTile};

constexpr Content kUnit = {"unit", isAttr<UnitAttr>};
constexpr Content kText = {"a string", isAttr<StringAttr>};
constexpr Content kArray = {"an array", isAttr<ArrayAttr>};
constexpr Content kNumber = {"an integer of 64 bits", isInteger};
constexpr Content kNumbers = {"integers of 64 bits", isAttr<DenseI64ArrayAttr>};
constexpr Content kBytes = {
    "an integer or integers of 64 bits", [](Attribute attr) {
      return isInteger(attr) || isa<DenseI64ArrayAttr>(attr);
    }};
constexpr Content kPositive = {"an integer of 64 bits above 0", isPositive};
constexpr Content kThreePositive = {"three integers of 64 bits above 0",
                                    isThreePositive};
constexpr Content kThreeNumbers = {"three numbers", [](Attribute attr) {
                                     auto numbers =
                                         dyn_cast<DenseF64ArrayAttr>(attr);
                                     return numbers && numbers.size() == 3;
                                   }};
constexpr Content kShards = {"#mlc.shards", isAttr<ShardsAttr>};
constexpr Content kTileContent = {"#mlc.tile", isAttr<TileAttr>};
constexpr Content kCostContent = {"a dictionary of integers", isCosts};
constexpr Content kSplitContent = {"#mlc.split", isAttr<SplitAttr>};
constexpr Content kMemory = {"#mlc.memory", isAttr<MemoryAttr>};

/// The table of Mlc.td; test/Docs compares the two.
struct Entry {
  StringLiteral name;
  Holder holder;
  Content content;
};
constexpr Entry kOfOps[] = {
    {"mlc.batch", kFunction, kPositive},
    {"mlc.length", kFunction, kPositive},
    {"mlc.independent", kFunction, kUnit},
    {"mlc.paths", kFunction, kUnit},
    {"mlc.shard_rule", kFunction, kThreePositive},
    {"mlc.by_words", kFunction, kUnit},
    {"mlc.multiplications", kFunction, kThreeNumbers},
    {"mlc.work", kFunction, kArray},
    {"mlc.workspace", kProgram, kBytes},
    {"mlc.shards", kForall, kShards},
    {"mlc.rows", kForall, kUnit},
    {"mlc.split", kTiled, kSplitContent},
    {"mlc.fused", kTiled, kUnit},
    {"mlc.tile", kTileWriter, kTileContent},
    {"mlc.costs", kModule, kCostContent},
    {"mlc.memory", kAlloc, kMemory},
    {"mlc.copy_of", kAlloc, kNumber},
    {"mlc.leader", kAnyOp, kUnit},
    {"mlc.at_most_one", kFor, kUnit},
    {"mlc.library", kAnyOp, kUnit},
    {"mlc.tree", kAnyOp, kUnit},
    {"mlc.level", kAnyOp, kNumber},
    {"mlc.step", kFunction, kText},
    {"mlc.most_blocks", kFunction, kPositive},
    {"mlc.shared", kFunction, kNumbers},
    {"mlc.once", kAnyOp, kText},
    {"mlc.elements", kAnyOp, kNumber},
    {"mlc.team", kAnyOp, kPositive},
    {"mlc.combiners", kAnyOp, kArray},
    {"mlc.products", kModule, kArray},
};
constexpr StringLiteral kOfValues[] = {"mlc.role"};

/// An iteration is one shard or, where its size is not known, the run of shards
/// of a worker; this one could reach from one rank's shards into the next's.
LogicalResult verifyShards(scf::ForallOp forall, ShardsAttr shards) {
  if (forall.getRank() != 1)
    return forall.emitError("expected shards of one dimension");
  std::optional<int64_t> extent =
      getConstantIntValue(forall.getMixedUpperBound()[0]);
  std::optional<int64_t> step = getConstantIntValue(forall.getMixedStep()[0]);
  if (extent && llvm::divideCeil(*extent, shards.getSize()) !=
                    static_cast<uint64_t>(shards.getCount()))
    return forall.emitError("expected ")
           << shards << " to be all of " << *extent << " units";
  if (step && *step != shards.getSize())
    return forall.emitError("expected iterations of one shard of ")
           << shards.getSize() << " units, but they have " << *step;
  if (!step && shards.getRanks() > 1)
    return forall.emitError("expected iterations of one shard, of which each "
                            "rank has some, but their size is not known");
  return success();
}

LogicalResult verifySplit(TilingInterface op, SplitAttr split) {
  SmallVector<utils::IteratorType> loops = op.getLoopIteratorTypes();
  const utils::IteratorType wanted = split.getKind() == SplitKind::Terms
                                         ? utils::IteratorType::reduction
                                         : utils::IteratorType::parallel;
  if (split.getLoop() < loops.size() && loops[split.getLoop()] == wanted)
    return success();
  return op->emitError("expected ")
         << split << " to be of a " << utils::stringifyIteratorType(wanted)
         << " loop that the op has";
}

LogicalResult verifyOfValue(Operation *op, NamedAttribute attribute) {
  if (!llvm::is_contained(kOfValues, attribute.getName().getValue()))
    return op->emitError("unknown attribute ")
           << attribute.getName() << " of an argument or a result";
  if (!isa<RoleAttr>(attribute.getValue()))
    return op->emitError("expected the attribute ")
           << attribute.getName() << " to be #mlc.role, but got "
           << attribute.getValue();
  return success();
}

} // namespace

void mlc::dropArgumentAttributes(ModuleOp module) {
  module.walk([&](FunctionOpInterface function) {
    for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
      for (StringLiteral name : kOfValues)
        function.removeArgAttr(i, name);
    for (unsigned i = 0, e = function.getNumResults(); i < e; ++i)
      for (StringLiteral name : kOfValues)
        function.removeResultAttr(i,
                                  StringAttr::get(module.getContext(), name));
  });
}

std::optional<Memory> mlc::memoryOf(Operation *alloc) {
  if (auto memory = alloc->getAttrOfType<MemoryAttr>("mlc.memory"))
    return memory.getValue();
  return std::nullopt;
}

void mlc::setMemory(Operation *alloc, Memory memory) {
  alloc->setAttr("mlc.memory", MemoryAttr::get(alloc->getContext(), memory));
}

LogicalResult MlcDialect::verifyOperationAttribute(Operation *op,
                                                   NamedAttribute attribute) {
  StringRef name = attribute.getName();
  const Entry *entry = llvm::find_if(
      kOfOps, [&](const Entry &known) { return known.name == name; });
  if (entry == std::end(kOfOps))
    return op->emitError("unknown attribute ") << name << " of an op";
  if (!entry->holder.holds(op))
    return op->emitError("expected the attribute ")
           << name << " on " << entry->holder.text << ", but this is "
           << op->getName();
  if (!entry->content.holds(attribute.getValue()))
    return op->emitError("expected the attribute ")
           << name << " to be " << entry->content.text << ", but got "
           << attribute.getValue();
  if (auto shards = dyn_cast<ShardsAttr>(attribute.getValue()))
    return verifyShards(cast<scf::ForallOp>(op), shards);
  if (auto split = dyn_cast<SplitAttr>(attribute.getValue()))
    return verifySplit(cast<TilingInterface>(op), split);
  return success();
}

LogicalResult MlcDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                   unsigned,
                                                   NamedAttribute attribute) {
  return verifyOfValue(op, attribute);
}

LogicalResult
MlcDialect::verifyRegionResultAttribute(Operation *op, unsigned, unsigned,
                                        NamedAttribute attribute) {
  return verifyOfValue(op, attribute);
}
