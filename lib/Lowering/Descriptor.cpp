//===- Descriptor.cpp - The constant that the runtime reads ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Descriptor.h"
#include "lib/CostModel.h"
#include "mlc/Version.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

static int64_t initializerCode(InitializerKind kind) {
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
  case InitializerKind::Stored: // Files have it; memory is zero before.
    return MLC_INIT_ZEROS;
  }
  llvm_unreachable("an initialiser is one of the above");
}

static int64_t labelKindCode(LabelKind kind) {
  switch (kind) {
  case LabelKind::Real:
  case LabelKind::Count:
    return MLC_LABEL_REAL;
  case LabelKind::Binary:
    return MLC_LABEL_BINARY;
  case LabelKind::Class:
    return MLC_LABEL_CLASS;
  }
  llvm_unreachable("a label is one of the above");
}

int64_t mlc::elementCodeOf(Type tensor) {
  Type element = getElementTypeOrSelf(tensor);
  if (element.isF16())
    return MLC_F16;
  if (element.isInteger(8))
    return MLC_I8;
  if (element.isInteger(4))
    return MLC_I4;
  assert((element.isF32() || element.isInteger(32)) && "another element type");
  return element.isF32() ? MLC_F32 : MLC_I32;
}

static abi::MlcShape shapeOf(ArrayRef<int64_t> sizes) {
  abi::MlcShape shape{.rank = static_cast<int64_t>(sizes.size()),
                      .sizes = {1, 1, 1, 1}};
  llvm::copy(sizes, shape.sizes.begin());
  return shape;
}

/// Of a weight [..., outputs], the terms of an output; of a vector, its length.
static int64_t fanIn(ArrayRef<int64_t> sizes) {
  int64_t terms = sizes[0];
  for (size_t i = 1; i + 1 < sizes.size(); ++i)
    terms *= sizes[i];
  return terms;
}

static double numberOr(FloatAttr number, double otherwise) {
  return number ? number.getValueAsDouble() : otherwise;
}

/// Of a tensor with something of each row.
static abi::MlcShape shapeOfRow(Type type) {
  SmallVector<int64_t> sizes(
      cast<RankedTensorType>(type).getShape().drop_front());
  SizesAttr bounded = sizesAttrOf(type);
  if (bounded)
    sizes[0] = bounded.getMost();
  abi::MlcShape shape = shapeOf(sizes);
  shape.bounded = bounded ? 1 : 0;
  return shape;
}

static abi::Address addRegions(abi::Tables &tables, ArrayAttr regions) {
  std::vector<abi::MlcRegion> rows;
  for (auto region : regions.getAsRange<DictionaryAttr>()) {
    ArrayRef<double> work =
        region.getAs<DenseF64ArrayAttr>("work").asArrayRef();
    rows.push_back(
        {.name = tables.text(region.getAs<StringAttr>("name").getValue()),
         .operations = {work[0], work[1], work[2]},
         .bytes = {work[3], work[4], work[5]}});
  }
  return tables.table<abi::MlcRegion>(rows);
}

TableSizes mlc::tableSizes(ProgramOp program) {
  TableSizes sizes;
  sizes[RoleSource::Inputs] = sizes[RoleSource::Capacities] = 1;
  // The prediction is no label.
  sizes[RoleSource::Labels] = program.getLoss().getBody().getNumArguments() - 1;
  sizes[RoleSource::Outputs] = 1;
  sizes[RoleSource::Parameters] = llvm::range_size(program.getParameters());
  return sizes;
}

std::string mlc::symbolPart(StringRef programName) {
  std::string part;
  for (char byte : programName)
    if (llvm::isAlnum(byte) || byte == '_')
      part += byte;
    else
      part += "$" + llvm::toHex(StringRef(&byte, 1), /*LowerCase=*/true);
  return part;
}

namespace {

/// Makes the tables of MlcProgram.
class ProgramTables {
public:
  ProgramTables(OpBuilder &b, ProgramOp program)
      : program_(program), tables_(b, program.getLoc(), "mlc_constant_") {}

  abi::MlcProgram describe(const DescriptorInfo &info) {
    OptimizerAttrInterface optimizer = program_.getTrain().getOptimizer();
    addParameters();
    addStates(info.states);
    std::vector<abi::MlcLabel> labels{describeLabel()};
    if (program_.getLoss().getWeights())
      labels.push_back(describeWeights());
    if (program_.getLoss().getTeacher())
      labels.push_back(describeTeacher());
    std::vector<abi::MlcEntryPoint> entries;
    for (const DescribedEntry &entry : info.entries) {
      entries.push_back(entry.row);
      entries.back().name = tables_.text(entry.name);
    }
    abi::MlcProgram row{
        .abi_version = MLC_ABI_VERSION,
        .name = tables_.text(program_.getSymName()),
        .compiler = tables_.text("mlc " MLC_VERSION),
        .target = tables_.text(info.target),
        .features = tables_.text(info.features),
        .optimizer = tables_.text(program_.getTrain().getOptimizerText()),
        .model_hash = info.modelHash,
        .compiler_hash = info.compilerHash,
        .input_count = 1,
        .inputs = tables_.table<abi::MlcInput>(describeInput()),
        .label_count = static_cast<int64_t>(labels.size()),
        .labels = tables_.table<abi::MlcLabel>(labels),
        .output_count = 1,
        .outputs = tables_.table<abi::MlcOutput>(describeOutput()),
        .parameter_count = static_cast<int64_t>(parameters_.size()),
        .parameters = tables_.table<abi::MlcParameter>(parameters_),
        .state_count = static_cast<int64_t>(states_.size()),
        .states = tables_.table<abi::MlcState>(states_),
        .entry_count = static_cast<int64_t>(entries.size()),
        .entries = tables_.table<abi::MlcEntryPoint>(entries),
        .rank_shards = CostModel::of(program_).rankShards,
        .worker_shards = CostModel::of(program_).mostShards,
        .batch = static_cast<int64_t>(program_.getTrain().getBatch()),
        .epochs = static_cast<int64_t>(program_.getTrain().getEpochs()),
        .learning_rate = optimizer.getDefaultLearningRate(),
        .schedule = describeSchedule(),
        .accumulate = program_.getTrain().getStepsOfUpdate(),
        .clip_norm = numberOr(program_.getTrain().getClipNormAttr(), 0),
        .clip_value = numberOr(program_.getTrain().getClipValueAttr(), 0),
        .private_clip = numberOr(program_.getTrain().getPrivateClipAttr(), 0),
    };
    if (info.regions) {
      row.region_count = static_cast<int64_t>(info.regions.size());
      row.regions = addRegions(tables_, info.regions);
    }
    if (info.hasKernels)
      row.device = {kDeviceSymbol.str()};
    return row;
  }

private:
  abi::Address describeSchedule() {
    ScheduleAttr schedule = program_.getTrain().getScheduleAttr();
    return schedule ? tables_.text(schedule.getRuntimeText()) : abi::Address();
  }

  abi::MlcInput describeInput() {
    Type type = program_.getPredict().getBody().getArgument(0).getType();
    return {.name = tables_.text("features"),
            .kind = isCsr(type) ? MLC_INPUT_CSR : MLC_INPUT_DENSE,
            .element = elementCodeOf(type),
            .shape = shapeOfRow(type)};
  }

  abi::MlcLabel describeLabel() {
    Type type = program_.getLoss().getBody().getArgument(1).getType();
    const LabelKind kind = program_.getLossFunction().getLabelKind();
    const bool isClass = kind == LabelKind::Class;
    return {.name = tables_.text("labels"),
            .kind = labelKindCode(kind),
            .element = elementCodeOf(type),
            .shape = shapeOfRow(type),
            .limit = isClass ? prediction().getShape().back() : 0,
            .counts = kind == LabelKind::Count};
  }

  abi::MlcLabel describeWeights() {
    Type type = program_.getLoss().getWeights().getType();
    return {.name = tables_.text(MLC_WEIGHTS),
            .kind = MLC_LABEL_REAL,
            .element = elementCodeOf(type),
            .shape = shapeOfRow(type)};
  }

  /// Logits, which are any numbers.
  abi::MlcLabel describeTeacher() {
    return {.name = tables_.text(MLC_TEACHER),
            .kind = MLC_LABEL_REAL,
            .element = elementCodeOf(prediction()),
            .shape = shapeOfRow(prediction())};
  }

  abi::MlcOutput describeOutput() {
    return {.name = tables_.text("prediction"),
            .kind = MLC_OUTPUT_ROWS,
            .element = elementCodeOf(prediction()),
            .shape = shapeOfRow(prediction())};
  }

  RankedTensorType prediction() {
    auto yield =
        cast<YieldOp>(program_.getPredict().getBody().front().getTerminator());
    return cast<RankedTensorType>(yield.getValue().getType());
  }

  static int64_t trainingOf(ParameterOp parameter) {
    if (parameter.getRunning())
      return MLC_TRAINING_RUNNING;
    return parameter.getType().getElementType().isF32() && parameter.isTrained()
               ? MLC_TRAINING_GRADIENT
               : MLC_TRAINING_NONE;
  }

  void addParameters() {
    for (auto [number, parameter] : llvm::enumerate(program_.getParameters())) {
      const abi::MlcShape shape = shapeOf(parameter.getType().getShape());
      InitializerAttr initializer = parameter.getInitializer();
      parameters_.push_back(
          {.name = tables_.text(parameter.getName()),
           .element = elementCodeOf(parameter.getType()),
           .shape = shape,
           .initializer = initializerCode(initializer.getKind()),
           .value = initializer.getValue(),
           .fan_in = fanIn(parameter.getType().getShape()),
           .training = trainingOf(parameter),
           .rate = numberOr(parameter.getRateAttr(), 1),
           .weight_decay = numberOr(parameter.getWeightDecayAttr(), -1),
           .l1 = numberOr(parameter.getL1Attr(), -1)});
      numbers_[parameter.getName()] = number;
    }
  }

  void addStates(ArrayRef<steps::State> all) {
    for (const steps::State &state : all) {
      const int64_t number = numbers_.lookup(state.parameter);
      states_.push_back(
          {.name = tables_.text((state.parameter + "." + state.name).str()),
           .parameter = number,
           .element = parameters_[number].element,
           .shape = parameters_[number].shape});
    }
  }

  ProgramOp program_;
  abi::Tables tables_;
  std::vector<abi::MlcParameter> parameters_;
  std::vector<abi::MlcState> states_;
  llvm::StringMap<int64_t> numbers_; ///< Of parameters.
};

} // namespace

void mlc::buildDescriptor(OpBuilder &builder, ProgramOp program,
                          const DescriptorInfo &info) {
  Location loc = program.getLoc();
  if (info.hasKernels) // defined with the code itself, see lib/Emit
    LLVM::GlobalOp::create(builder, loc, builder.getI8Type(),
                           /*isConstant=*/true, LLVM::Linkage::External,
                           kDeviceSymbol, Attribute());
  const abi::MlcProgram row = ProgramTables(builder, program).describe(info);
  abi::Tables tables(builder, loc, "");
  const std::string symbol = "mlc_program_" + symbolPart(program.getSymName());
  tables.define(symbol, row, LLVM::Linkage::External);
  tables.define("mlc_program", abi::Address{symbol}, LLVM::Linkage::Weak);
}
