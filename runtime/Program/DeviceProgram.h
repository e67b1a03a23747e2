//===- DeviceProgram.h - A program on a GPU ---------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_PROGRAM_DEVICEPROGRAM_H
#define MLC_RUNTIME_PROGRAM_DEVICEPROGRAM_H

#include "Device/DeviceChoice.h"
#include "Device/DeviceData.h"
#include "Device/DeviceProducts.h"
#include "Program/DeviceRows.h"
#include "Program/Model.h"
#include "Program/ProgramStep.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// A program's kernels, parameters, states, data and workspace on one GPU. It
/// works on the same MlcCall as a program's entry points do, whose pointers are
/// the host's: what they point to is copied as often as it changes. Throws
/// InputError for all that a GPU may refuse.
class DeviceProgram {
public:
  /// `model` is what the program learns; it is copied to the device before the
  /// next step whenever it was changed, and back when it is looked at.
  DeviceProgram(const MlcProgram &program, std::unique_ptr<LoadedDevice> loaded,
                Model &model);
  ~DeviceProgram();
  DeviceProgram(const DeviceProgram &) = delete;
  DeviceProgram &operator=(const DeviceProgram &) = delete;

  const CudaDevice &device() const { return loaded_->device; }

  /// Copies the data set of `rows` rows that the call's fields point to.
  void place(const MlcCall &call, std::int64_t rows);

  /// The lists of rows that calls point to.
  DeviceRows &rows() { return *rowLists_; }

  /// Runs a step for each batch of a call on data that was placed, and waits.
  /// Evaluation tells in `scores`, where that is not null, 4 bytes a batch
  /// (MlcDeviceCall), and its outputs may stay on the GPU (null).
  void run(ProgramStep step, const MlcCall &call, void *scores = nullptr);

private:
  /// A launch and what it needs from the driver.
  struct Kernel {
    cuda::Function function = nullptr;
    unsigned blocks = 0, threads = 0;
    const MlcProduct *product = nullptr; ///< Instead of a kernel.
    unsigned sharedBytes = 0;            ///< Of each block.
  };
  /// What is launched for a batch.
  struct Launches {
    std::vector<Kernel> kernels;
    cuda::GraphExec graph = nullptr; ///< Of graphSteps batches; made on demand.
    bool areWarm = false; ///< They ran at least once without a graph.
  };
  /// Which rows of a call a batch is.
  struct Batch {
    std::int64_t first, rows;
  };

  /// By entry point.
  using LaunchTable = std::map<std::string_view, Launches>;

  const CudaDriver &driver() const { return device().driver(); }
  static Kernel findKernel(const DeviceCode &code, const MlcKernel &kernel);
  static LaunchTable launchTable(const DeviceCode &code);
  void chooseProducts();
  void prepareProducts(std::int64_t rows);
  bool canMultiply(std::int64_t rows);
  const DeviceCode &generatedCode();
  void findSteps();
  void findChip();
  void copyModelIn();
  void copyModelOut();
  std::vector<std::int64_t> slotsFor(const MlcCall &call,
                                     const DeviceTables &data) const;
  Launches &launchesOf(ProgramStep step, std::int64_t rows);
  void launch(const Launches &launches, std::int64_t offset, Batch batch);
  void makeGraph(Launches &launches);
  bool launchTogether(std::int64_t count);
  void runSteps(ProgramStep step, std::int64_t rows);

  const MlcProgram &program_;
  std::unique_ptr<LoadedDevice> loaded_;
  Model &model_;
  std::unique_ptr<DeviceProducts> products_; ///< Null: all is generated.
  /// Code without products, where the library does not compute them: at all, or
  /// for some numbers of rows.
  std::unique_ptr<DeviceCode> generated_;
  const DeviceCode *code_; ///< That of `loaded_`, or `generated_`.
  LaunchTable launches_;   ///< Of `code_`.
  /// Of `generated_`, for batches whose products the library does not compute.
  LaunchTable generatedLaunches_;
  /// Smaller batches' rows, and whether the library computes their products.
  std::map<std::int64_t, bool> canMultiply_;
  /// MlcDevice's `chip`, or `steps` where this GPU cannot run that; without a
  /// function where it can run neither.
  Kernel steps_;
  std::vector<DeviceMemory> tensors_; ///< Parameters, then states.
  DeviceMemory workspace_, slots_, losses_, outputs_, scores_, learningRates_,
      doneTable_;
  std::vector<std::int64_t> slotValues_; ///< That slots_ holds.
  std::unique_ptr<DeviceRows> rowLists_;
  std::vector<std::int64_t> doneValues_; ///< That doneTable_ holds.
  DeviceData data_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_PROGRAM_DEVICEPROGRAM_H
