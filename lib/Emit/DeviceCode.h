//===- DeviceCode.h - Kernels as code for GPUs ------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_DEVICECODE_H
#define MLC_LIB_EMIT_DEVICECODE_H

#include "mlc/GpuPipeline.h"
#include "mlc/RuntimeABI.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlc {

class StageRunner;

/// A GPU architecture, by its number: 90 is sm_90.
struct GpuArchitecture {
  int64_t number = 0;
  std::string name() const { return ("sm_" + llvm::Twine(number)).str(); }
};

/// `sm_80,sm_90`: those that LLVM makes PTX for. Any other is an error that
/// says what is expected.
llvm::Expected<std::vector<GpuArchitecture>>
parseArchitectures(llvm::StringRef list);

/// How kernels are made.
struct DeviceCodeOptions {
  GpuOptions gpu = {};
  MatmulPrecision precision = MatmulPrecision::F32;
  /// Whether ptxas makes binaries, where it is found.
  bool assemble = true;
  /// Told how long each part takes, where it is not null.
  StageRunner *stages = nullptr;
};

/// See MlcDevice.
struct DeviceCode {
  struct Image {
    GpuArchitecture architecture;
    std::string ptx; ///< With a zero byte at the end.
    /// What ptxas makes of it, which goes on meanwhile; nothing where it is not
    /// found or not asked for.
    std::shared_future<std::optional<std::string>> binary;
  };
  struct Kernel {
    std::string name;
    int64_t blocks = 0, threads = 0;
    /// Where it is no kernel but a product.
    std::optional<MlcProduct> product = {};
  };
  std::string target;
  std::vector<Image> images;
  /// What is launched for a batch, by the entry point's name.
  struct Entry {
    std::string name;
    std::vector<Kernel> launches;
  };
  std::vector<Entry> entries;
  /// For many training steps; without a name where there is none.
  Kernel steps;
  /// The one that keeps shards in shared memory, and its bytes.
  Kernel chip;
  std::vector<int64_t> chipShared;
  Kernel order; ///< Orders an epoch's rows.
  int64_t workspace = 0;
  MatmulPrecision precision = MatmulPrecision::F32;
  /// The same without products; null where there are none.
  std::shared_ptr<DeviceCode> generated;

  bool hasProducts() const { return generated != nullptr; }
};

/// Compiles `model`, a verified module of one `graph.program`, which is left as
/// it is: for each architecture PTX, and the binary that ptxas makes (Ptxas.h).
/// Where some products go to a library, there is code without them too.
/// What is wrong with the model is told by diagnostics before the error, which
/// has no words then.
llvm::Expected<DeviceCode>
makeDeviceCode(mlir::ModuleOp model,
               llvm::ArrayRef<GpuArchitecture> architectures,
               const DeviceCodeOptions &options = {});

/// Defines the constant `mlc_device` (MlcDevice of include/mlc/RuntimeABI.h) in
/// a module in LLVM's dialect.
void addDeviceTable(mlir::ModuleOp module, const DeviceCode &code);

} // namespace mlc

#endif // MLC_LIB_EMIT_DEVICECODE_H
