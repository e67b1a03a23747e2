//===- DeviceProducts.cpp - A program's products by cuBLASLt --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The library's matrices are column-major: a row-major matrix is its transpose
// there. So result = left * right is computed as result' = right' * left', with
// the library's A being right and its B left, and no data is moved.
//
//===----------------------------------------------------------------------===//

#include "Device/DeviceProducts.h"

#include <algorithm>
#include <fmt/format.h>

namespace mlc::runtime {

/// What the library is given to work in: what NVIDIA advises for sm_90, and
/// more than older ones use.
constexpr std::size_t workspaceBytes = 32 << 20;
/// What addresses are known to be multiples of, where they are not outputs.
constexpr std::uint64_t alignment = 64;

static bool isThere(const MlcOperand &operand) {
  return operand.slot != MLC_NO_OPERAND;
}

static cublas::Epilogue epilogueOf(const MlcProduct &product) {
  const bool hasBias = isThere(product.bias), hasMask = isThere(product.mask);
  if (product.flags & MLC_PRODUCT_RELU) {
    if (hasMask)
      return hasBias ? cublas::ReluMaskBias : cublas::ReluMask;
    return hasBias ? cublas::ReluBias : cublas::Relu;
  }
  if (isThere(product.sums))
    return cublas::SumsOfA;
  return hasMask   ? cublas::ReluGradient
         : hasBias ? cublas::Bias
                   : cublas::Default;
}

static cublas::ComputeType computeTypeOf(MlcPrecision precision) {
  switch (precision) {
  case MLC_PRECISION_F32:
    return cublas::F32;
  case MLC_PRECISION_TF32:
    return cublas::FastTf32;
  case MLC_PRECISION_BF16:
    return cublas::FastBf16;
  }
  return cublas::F32;
}

/// The address of an operand; 0 where there is none. Memory of all rows begins
/// at the batch's `first` one.
static std::int64_t addressOf(const MlcOperand &operand, std::int64_t first,
                              DeviceProducts::Slots slots) {
  if (!isThere(operand))
    return 0;
  return slots[operand.slot] + operand.offset + first * operand.row_bytes;
}

class ProductPlan {
public:
  ProductPlan(const CublasLibrary &library, cublas::ComputeType computeType,
              const MlcProduct &product, std::int64_t rows,
              DeviceProducts::Slots slots)
      : library_(library) {
    try {
      describe(computeType, product, rows, slots);
      choose(product);
    } catch (...) {
      release();
      throw;
    }
  }
  ~ProductPlan() { release(); }
  ProductPlan(const ProductPlan &) = delete;
  ProductPlan &operator=(const ProductPlan &) = delete;

  void run(std::int64_t a, std::int64_t b, std::int64_t d,
           const DeviceMemory &workspace, cuda::Stream stream) const {
    const float one = 1, zero = 0;
    const auto at = [](std::int64_t address) {
      return reinterpret_cast<void *>(address);
    };
    check(library_.matmul(library_.handle(), descriptor_, &one, at(a), a_,
                          at(b), b_, &zero, at(d), d_, at(d), d_, &algorithm_,
                          at(std::int64_t(workspace.address())), workspaceBytes,
                          stream));
  }

private:
  void check(cublas::Status status) const {
    if (status != cublas::Success)
      throw NoCublas(fmt::format("cuBLASLt: the product {} failed (status {})",
                                 shape_, int(status)));
  }
  template <typename T>
  void set(cublas::MatmulAttribute attribute, T value) {
    check(library_.descriptorSet(descriptor_, attribute, &value, sizeof value));
  }

  /// A row-major matrix.
  cublas::Layout layout(std::int64_t rows, std::int64_t columns) {
    cublas::Layout made = nullptr;
    check(library_.layoutCreate(&made, cublas::realF32, columns, rows,
                                /*leading dimension=*/columns));
    return made;
  }

  void describe(cublas::ComputeType computeType, const MlcProduct &product,
                std::int64_t batch, DeviceProducts::Slots slots) {
    const auto sizeOf = [&](std::int64_t size) { return size ? size : batch; };
    const std::int64_t rows = sizeOf(product.rows),
                       columns = sizeOf(product.columns),
                       terms = sizeOf(product.terms);
    shape_ = fmt::format("[{}, {}] * [{}, {}]", rows, terms, terms, columns);
    check(
        library_.descriptorCreate(&descriptor_, computeType, cublas::realF32));
    const bool left = product.flags & MLC_PRODUCT_TRANSPOSE_LEFT,
               right = product.flags & MLC_PRODUCT_TRANSPOSE_RIGHT;
    set(cublas::TransposeA, right ? cublas::transposed : cublas::plain);
    set(cublas::TransposeB, left ? cublas::transposed : cublas::plain);
    set(cublas::EpilogueKind, epilogueOf(product));
    const MlcOperand &vector =
        isThere(product.sums) ? product.sums : product.bias;
    if (isThere(vector))
      set(cublas::BiasPointer, addressOf(vector, 0, slots));
    if (isThere(product.mask)) {
      constexpr std::int64_t bits = 128;
      set(cublas::MaskPointer, addressOf(product.mask, 0, slots));
      set(cublas::MaskLeadingDimension, (columns + bits - 1) / bits * bits);
    }
    a_ = right ? layout(columns, terms) : layout(terms, columns);
    b_ = left ? layout(terms, rows) : layout(rows, terms);
    d_ = layout(rows, columns);
  }

  /// Asks the heuristic once. Sums are never added up by who comes first: the
  /// bits are the same on every run.
  void choose(const MlcProduct &product) {
    check(library_.preferenceCreate(&preference_));
    const auto prefer = [&](cublas::PreferenceAttribute attribute, auto value) {
      check(
          library_.preferenceSet(preference_, attribute, &value, sizeof value));
    };
    prefer(cublas::WorkspaceBytes, std::uint64_t(workspaceBytes));
    prefer(cublas::ReductionSchemes, cublas::reductionInComputeType);
    // Any batch of a call may be the one whose outputs are written.
    const std::uint32_t result =
        product.result.row_bytes ? sizeof(float) : alignment;
    prefer(cublas::AlignmentA, std::uint32_t(alignment));
    prefer(cublas::AlignmentB, std::uint32_t(alignment));
    prefer(cublas::AlignmentC, result);
    prefer(cublas::AlignmentD, result);
    cublas::HeuristicResult found{};
    int count = 0;
    const cublas::Status status =
        library_.heuristic(library_.handle(), descriptor_, a_, b_, d_, d_,
                           preference_, 1, &found, &count);
    if (status != cublas::Success || count == 0 ||
        found.state != cublas::Success)
      throw NoCublas(fmt::format(
          "cuBLASLt has no algorithm for the product {} (status {})", shape_,
          int(status != cublas::Success ? status : found.state)));
    algorithm_ = found.algorithm;
  }

  void release() {
    if (preference_)
      library_.preferenceDestroy(preference_);
    for (cublas::Layout layout : {a_, b_, d_})
      if (layout)
        library_.layoutDestroy(layout);
    if (descriptor_)
      library_.descriptorDestroy(descriptor_);
  }

  const CublasLibrary &library_;
  std::string shape_; ///< For people.
  cublas::MatmulDescriptor descriptor_ = nullptr;
  cublas::Layout a_ = nullptr, b_ = nullptr, d_ = nullptr;
  cublas::Preference preference_ = nullptr;
  cublas::Algorithm algorithm_{};
};

DeviceProducts::DeviceProducts(const CudaDevice &device, MlcPrecision precision)
    : device_(device), computeType_(computeTypeOf(precision)),
      workspace_(device) {
  workspace_.reserve(workspaceBytes, "products");
}

DeviceProducts::~DeviceProducts() = default;

const ProductPlan &DeviceProducts::planFor(const MlcProduct &product,
                                           std::int64_t rows, Slots slots) {
  std::unique_ptr<ProductPlan> &plan = plans_[{&product, rows}];
  if (!plan)
    plan = std::make_unique<ProductPlan>(library_, computeType_, product, rows,
                                         slots);
  return *plan;
}

void DeviceProducts::prepare(const MlcProduct &product, std::int64_t rows,
                             Slots slots) {
  planFor(product, rows, slots);
}

void DeviceProducts::run(const MlcProduct &product, std::int64_t rows,
                         std::int64_t first, Slots slots) {
  const auto at = [&](const MlcOperand &operand) {
    return addressOf(operand, first, slots);
  };
  planFor(product, rows, slots)
      .run(at(product.right), at(product.left), at(product.result), workspace_,
           device_.stream());
}

} // namespace mlc::runtime
