//===- FakeCublas.cpp - cuBLASLt without a GPU ----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of cuBLASLt that the runtime uses (runtime/Device/CublasApi.h),
// as a library that stands in for it beside the emulated driver (FakeCuda.cpp):
// MLC_CUBLASLT_LIBRARY names it. Products are checked in all they say (sizes,
// leading dimensions, alignments, memory, epilogue, workspace, algorithm), and
// what is wrong is told on stderr. They are recorded and replayed with the
// driver's launches.
//
// Of MLC_FAKE_CUDA, beside the driver's words:
//   cublas=N      what cublasLtCreate returns
//   cublas13=N    the same, of a library whose file's name ends in .13
//   algorithms=0  the heuristic finds none
//   unknown=N     the heuristic finds none where a matrix has N rows or columns
// The first product must not be recorded: the library may set itself up then.
//
//===----------------------------------------------------------------------===//

#include "FakeDriver.h"
#include "FakeGemm.h"

#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <string_view>

using namespace mlc::runtime::cublas;
using mlc::emulator::FakeDescriptor;
using mlc::emulator::FakeDriver;
using mlc::emulator::FakeGemm;
using mlc::emulator::FakeLayout;
using mlc::emulator::setting;
namespace cuda = mlc::runtime::cuda;

namespace {

struct FakePreference {
  std::uint64_t workspaceBytes = 0;
  /// All, as the library's own.
  std::uint32_t reductionSchemes = 7;
  std::uint32_t alignmentA = 256, alignmentB = 256, alignmentD = 256;
};

/// What an Algorithm holds: what was promised when it was chosen.
struct FakeAlgorithm {
  std::uint64_t workspaceBytes;
  std::uint32_t alignmentA, alignmentB, alignmentD, isUnordered;
  std::uint64_t rows, columns;
};
static_assert(sizeof(FakeAlgorithm) <= sizeof(Algorithm));

Status refuse(const char *what) {
  std::fprintf(stderr, "fake cuBLASLt: %s\n", what);
  return InvalidValue;
}

const FakeLayout &layoutOf(Layout layout) {
  return *reinterpret_cast<FakeLayout *>(layout);
}

/// Copies an attribute of this very size.
template <typename T>
Status assign(T &target, const void *value, std::size_t bytes) {
  if (bytes != sizeof target)
    return refuse("an attribute of another size");
  std::memcpy(&target, value, bytes);
  return Success;
}

} // namespace

extern "C" {

Status cublasLtCreate(Handle *handle) {
  *handle = reinterpret_cast<Handle>(&FakeDriver::get());
  Dl_info info;
  if (::dladdr(reinterpret_cast<void *>(cublasLtCreate), &info) &&
      std::string_view(info.dli_fname).ends_with(".13"))
    return Status(setting("cublas13", 0));
  return Status(setting("cublas", 0));
}
Status cublasLtDestroy(Handle) { return Success; }

Status cublasLtMatmulDescCreate(MatmulDescriptor *made, ComputeType type,
                                int scaleType) {
  if ((type != F32 && type != FastTf32 && type != FastBf16) ||
      scaleType != realF32)
    return refuse("an unknown compute type");
  *made = reinterpret_cast<MatmulDescriptor>(new FakeDescriptor{type});
  return Success;
}
Status cublasLtMatmulDescDestroy(MatmulDescriptor descriptor) {
  delete reinterpret_cast<FakeDescriptor *>(descriptor);
  return Success;
}
Status cublasLtMatmulDescSetAttribute(MatmulDescriptor descriptor,
                                      MatmulAttribute attribute,
                                      const void *value, std::size_t bytes) {
  FakeDescriptor &known = *reinterpret_cast<FakeDescriptor *>(descriptor);
  switch (attribute) {
  case TransposeA:
    return assign(known.transposeA, value, bytes);
  case TransposeB:
    return assign(known.transposeB, value, bytes);
  case EpilogueKind:
    return assign(known.epilogue, value, bytes);
  case BiasPointer:
    return assign(known.vector, value, bytes);
  case MaskPointer:
    return assign(known.mask, value, bytes);
  case MaskLeadingDimension:
    return assign(known.maskDimension, value, bytes);
  }
  return refuse("an unknown attribute of a product");
}

Status cublasLtMatrixLayoutCreate(Layout *made, int type, std::uint64_t rows,
                                  std::uint64_t columns, std::int64_t leading) {
  if (type != realF32)
    return refuse("a matrix of another type");
  *made = reinterpret_cast<Layout>(new FakeLayout{rows, columns, leading});
  return Success;
}
Status cublasLtMatrixLayoutDestroy(Layout layout) {
  delete reinterpret_cast<FakeLayout *>(layout);
  return Success;
}

Status cublasLtMatmulPreferenceCreate(Preference *made) {
  *made = reinterpret_cast<Preference>(new FakePreference);
  return Success;
}
Status cublasLtMatmulPreferenceDestroy(Preference preference) {
  delete reinterpret_cast<FakePreference *>(preference);
  return Success;
}
Status cublasLtMatmulPreferenceSetAttribute(Preference preference,
                                            PreferenceAttribute attribute,
                                            const void *value,
                                            std::size_t bytes) {
  FakePreference &known = *reinterpret_cast<FakePreference *>(preference);
  switch (attribute) {
  case WorkspaceBytes:
    return assign(known.workspaceBytes, value, bytes);
  case ReductionSchemes:
    return assign(known.reductionSchemes, value, bytes);
  case AlignmentA:
    return assign(known.alignmentA, value, bytes);
  case AlignmentB:
    return assign(known.alignmentB, value, bytes);
  case AlignmentC:
  case AlignmentD:
    return assign(known.alignmentD, value, bytes);
  }
  return refuse("an unknown preference");
}

Status cublasLtMatmulAlgoGetHeuristic(Handle, MatmulDescriptor, Layout a,
                                      Layout b, Layout c, Layout d,
                                      Preference preference, int wanted,
                                      HeuristicResult *results, int *count) {
  *count = 0;
  if (!(layoutOf(c) == layoutOf(d)) || !a || !b || wanted < 1)
    return refuse("a heuristic for nothing");
  const auto unknown = std::uint64_t(setting("unknown", 0));
  for (Layout matrix : {a, b, d})
    if (layoutOf(matrix).rows == unknown || layoutOf(matrix).columns == unknown)
      return NotSupported;
  if (setting("algorithms", 1) == 0)
    return NotSupported;
  const auto &known = *reinterpret_cast<FakePreference *>(preference);
  constexpr std::uint32_t inPlace = 1;
  const FakeAlgorithm chosen{known.workspaceBytes,
                             known.alignmentA,
                             known.alignmentB,
                             known.alignmentD,
                             known.reductionSchemes & inPlace,
                             layoutOf(d).rows,
                             layoutOf(d).columns};
  results[0] = {};
  std::memcpy(&results[0].algorithm, &chosen, sizeof chosen);
  *count = 1;
  return Success;
}

Status cublasLtMatmul(Handle, MatmulDescriptor descriptor, const void *alpha,
                      const void *aData, Layout a, const void *bData, Layout b,
                      const void *beta, const void *cData, Layout c,
                      void *dData, Layout d, const Algorithm *algorithm,
                      void *workspace, std::size_t workspaceBytes,
                      cuda::Stream) {
  FakeAlgorithm chosen;
  std::memcpy(&chosen, algorithm, sizeof chosen);
  const FakeGemm gemm{*reinterpret_cast<FakeDescriptor *>(descriptor),
                      layoutOf(a),
                      layoutOf(b),
                      layoutOf(d),
                      static_cast<const float *>(aData),
                      static_cast<const float *>(bData),
                      static_cast<float *>(dData),
                      chosen.isUnordered != 0};
  if (*static_cast<const float *>(alpha) != 1 ||
      *static_cast<const float *>(beta) != 0 || cData != dData ||
      !(layoutOf(c) == layoutOf(d)))
    return refuse("a product that adds to something");
  if (chosen.rows != gemm.d.rows || chosen.columns != gemm.d.columns)
    return refuse("an algorithm that was chosen for another product");
  constexpr std::size_t workspaceAlignment = 256;
  const auto place = reinterpret_cast<cuda::DevicePointer>(workspace);
  if (workspaceBytes < chosen.workspaceBytes ||
      place % workspaceAlignment != 0 ||
      !FakeDriver::get().isAllocated(place, workspaceBytes))
    return refuse("a workspace that is no memory of the GPU, or too small");
  const std::string problem =
      gemm.problem(chosen.alignmentA, chosen.alignmentB, chosen.alignmentD);
  if (!problem.empty())
    return refuse(problem.c_str());
  constexpr Status executionFailed = Status(13);
  static bool isSetUp = false;
  if (!isSetUp && FakeDriver::get().isRecording()) {
    refuse("the first product of a process is recorded");
    return executionFailed;
  }
  isSetUp = true;
  const cuda::Result result = FakeDriver::get().submit([gemm] {
    gemm.run();
    return true;
  });
  return result == cuda::Success ? Success : executionFailed;
}

} // extern "C"
