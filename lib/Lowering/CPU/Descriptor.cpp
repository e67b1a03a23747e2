//===- Descriptor.cpp - The constant that the runtime reads ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Descriptor.h"
#include "mlc/RuntimeABI.h"
#include "mlc/Version.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace {

/// A struct of RuntimeABI.h under construction: all fields are 8 bytes wide,
/// but for the nested ones.
class Struct {
public:
  explicit Struct(OpBuilder &b, Location loc) : b(b), loc(loc) {}

  void add(int64_t value) {
    fields.push_back(LLVM::ConstantOp::create(b, loc, b.getI64Type(),
                                              b.getI64IntegerAttr(value)));
  }
  void add(double value) {
    fields.push_back(LLVM::ConstantOp::create(b, loc, b.getF64Type(),
                                              b.getF64FloatAttr(value)));
  }
  /// The address of a symbol.
  void add(StringRef symbol) {
    fields.push_back(LLVM::AddressOfOp::create(
        b, loc, LLVM::LLVMPointerType::get(b.getContext()), symbol));
  }
  void add(Value nested) { fields.push_back(nested); }
  void addNull() {
    fields.push_back(LLVM::ZeroOp::create(
        b, loc, LLVM::LLVMPointerType::get(b.getContext())));
  }

  static LLVM::LLVMStructType typeOf(MLIRContext *context,
                                     ArrayRef<Type> types) {
    return LLVM::LLVMStructType::getLiteral(context, types);
  }

  Value build() {
    SmallVector<Type> types;
    for (Value field : fields)
      types.push_back(field.getType());
    Value result = LLVM::UndefOp::create(b, loc, typeOf(b.getContext(), types));
    for (auto [index, field] : llvm::enumerate(fields))
      result = LLVM::InsertValueOp::create(b, loc, result, field, index);
    return result;
  }

private:
  OpBuilder &b;
  Location loc;
  SmallVector<Value> fields;
};

/// Adds globals beside the descriptor.
class Globals {
public:
  Globals(OpBuilder &b, Location loc) : b(b), loc(loc) {}

  /// A string that ends with a zero byte; returns its symbol.
  std::string addString(StringRef text) {
    std::string name = "mlc_string_" + std::to_string(count++);
    std::string bytes = text.str();
    bytes.push_back('\0');
    LLVM::GlobalOp::create(
        b, loc, LLVM::LLVMArrayType::get(b.getI8Type(), bytes.size()),
        /*isConstant=*/true, LLVM::Linkage::Internal, name,
        b.getStringAttr(bytes));
    return name;
  }

  using Fill = llvm::function_ref<Value(OpBuilder &)>;
  void add(StringRef name, Type type, LLVM::Linkage linkage, Fill fill) {
    auto global = LLVM::GlobalOp::create(b, loc, type, /*isConstant=*/true,
                                         linkage, name, Attribute());
    OpBuilder::InsertionGuard guard(b);
    Block *block = b.createBlock(&global.getInitializerRegion());
    b.setInsertionPointToStart(block);
    Value value = fill(b);
    LLVM::ReturnOp::create(b, loc, value);
  }

  /// A table with one struct, of `fields` types, for each of `fills`.
  void addTable(StringRef name, ArrayRef<Type> fields,
                ArrayRef<std::function<void(Struct &)>> fills) {
    auto row = Struct::typeOf(b.getContext(), fields);
    auto type = LLVM::LLVMArrayType::get(row, fills.size());
    add(name, type, LLVM::Linkage::Internal, [&](OpBuilder &b) -> Value {
      Value table = LLVM::UndefOp::create(b, loc, type);
      for (auto [index, fill] : llvm::enumerate(fills)) {
        Struct entry(b, loc);
        fill(entry);
        table =
            LLVM::InsertValueOp::create(b, loc, table, entry.build(), index);
      }
      return table;
    });
  }

private:
  OpBuilder &b;
  Location loc;
  int64_t count = 0;
};

int64_t initializerCode(InitializerKind kind) {
  switch (kind) {
  case InitializerKind::Zeros:
    return MLC_INIT_ZEROS;
  case InitializerKind::Constant:
    return MLC_INIT_CONSTANT;
  case InitializerKind::Uniform:
    return MLC_INIT_UNIFORM;
  case InitializerKind::UniformFanIn:
    return MLC_INIT_UNIFORM_FAN_IN;
  case InitializerKind::Normal:
    return MLC_INIT_NORMAL;
  }
  llvm_unreachable("an initialiser is one of the above");
}

int64_t labelKindCode(LabelKind kind) {
  switch (kind) {
  case LabelKind::Real:
    return MLC_LABEL_REAL;
  case LabelKind::Binary:
    return MLC_LABEL_BINARY;
  case LabelKind::Class:
    return MLC_LABEL_CLASS;
  }
  llvm_unreachable("a label is one of the above");
}

/// The table of MlcRegion; returns its symbol.
std::string addRegions(Globals &globals, OpBuilder &b, ArrayAttr regions) {
  std::vector<std::function<void(Struct &)>> rows;
  for (auto region : regions.getAsRange<DictionaryAttr>()) {
    std::string name =
        globals.addString(region.getAs<StringAttr>("name").getValue());
    auto work = region.getAs<DenseF64ArrayAttr>("work");
    rows.push_back([=](Struct &row) {
      row.add(StringRef(name));
      for (double amount : work.asArrayRef())
        row.add(amount);
    });
  }
  Type f64 = b.getF64Type();
  globals.addTable("mlc_regions",
                   {LLVM::LLVMPointerType::get(b.getContext()), f64, f64, f64,
                    f64, f64, f64},
                   rows);
  return "mlc_regions";
}

} // namespace

void mlc::buildDescriptor(OpBuilder &builder, ProgramOp program,
                          const DescriptorInfo &info) {
  Location loc = program.getLoc();
  Globals globals(builder, loc);
  Type i64 = builder.getI64Type(), f64 = builder.getF64Type();
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  OptimizerAttrInterface optimizer = program.getTrain().getOptimizer();

  std::vector<std::function<void(Struct &)>> parameters, states;
  llvm::StringMap<int64_t> numbers;
  for (auto [number, parameter] : llvm::enumerate(program.getParameters())) {
    std::string name = globals.addString(parameter.getName());
    RankedTensorType type = parameter.getType();
    InitializerAttr initializer = parameter.getInitializer();
    parameters.push_back([=](Struct &row) {
      row.add(StringRef(name));
      row.add(type.getRank());
      row.add(type.getDimSize(0));
      row.add(type.getRank() == 2 ? type.getDimSize(1) : int64_t(1));
      row.add(initializerCode(initializer.getKind()));
      row.add(static_cast<double>(initializer.getValue()));
    });
    numbers[parameter.getName()] = number;
  }
  for (const steps::State &state : info.states) {
    std::string name =
        globals.addString((state.parameter + "." + state.name).str());
    int64_t owner = numbers.lookup(state.parameter);
    states.push_back([=](Struct &row) {
      row.add(StringRef(name));
      row.add(owner);
    });
  }
  globals.addTable("mlc_parameters", {pointer, i64, i64, i64, i64, f64},
                   parameters);
  globals.addTable("mlc_states", {pointer, i64}, states);

  const std::string regionTable =
      info.regions ? addRegions(globals, builder, info.regions) : "";

  std::string name = globals.addString(program.getSymName());
  std::string compiler = globals.addString("mlc " MLC_VERSION);
  std::string target = globals.addString(info.target);
  std::string features = globals.addString(info.features);
  std::string descent = globals.addString(optimizer.getText());
  Type input = program.getPredict().getBody().getArgument(0).getType();
  auto yield =
      cast<YieldOp>(program.getPredict().getBody().front().getTerminator());

  auto workspaceType = Struct::typeOf(builder.getContext(), {i64, i64, i64});
  auto type = Struct::typeOf(
      builder.getContext(),
      {i64,     pointer, pointer, pointer, pointer,       pointer, i64,
       i64,     pointer, i64,     pointer, i64,           i64,     i64,
       i64,     i64,     i64,     f64,     workspaceType, pointer, pointer,
       pointer, pointer, i64,     pointer, pointer});
  if (info.hasKernels) // defined with the code itself, see lib/Emit
    LLVM::GlobalOp::create(builder, loc, builder.getI8Type(),
                           /*isConstant=*/true, LLVM::Linkage::External,
                           "mlc_device", Attribute());
  globals.add(
      "mlc_program", type, LLVM::Linkage::External, [&](OpBuilder &b) -> Value {
        Struct row(b, loc);
        row.add(int64_t(MLC_ABI_VERSION));
        for (const std::string &text :
             {name, compiler, target, features, descent})
          row.add(StringRef(text));
        row.add(info.modelHash);
        row.add(static_cast<int64_t>(parameters.size()));
        row.add("mlc_parameters");
        row.add(static_cast<int64_t>(states.size()));
        row.add("mlc_states");
        row.add(int64_t(isCsr(input) ? MLC_INPUT_CSR : MLC_INPUT_DENSE));
        row.add(cast<RankedTensorType>(input).getDimSize(1));
        row.add(labelKindCode(program.getLossFunction().getLabelKind()));
        row.add(yield.getValue().getType().getDimSize(1));
        row.add(int64_t(program.getTrain().getBatch()));
        row.add(int64_t(program.getTrain().getEpochs()));
        row.add(optimizer.getDefaultLearningRate());
        Struct workspace(b, loc);
        workspace.add(info.workspaceShared);
        workspace.add(info.workspaceOwn);
        workspace.add(info.workspacePerNonzero);
        row.add(workspace.build());
        for (StringRef entry : {"mlc_train", "mlc_evaluate", "mlc_predict"})
          info.hasEntries ? row.add(entry) : row.addNull();
        if (info.regions)
          row.add("mlc_train_profiled");
        else
          row.addNull();
        row.add(int64_t(info.regions ? info.regions.size() : 0));
        if (info.regions)
          row.add(StringRef(regionTable));
        else
          row.addNull();
        info.hasKernels ? row.add("mlc_device") : row.addNull();
        return row.build();
      });
}
