//===- Executor.cpp - Calls a program's entry points ----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program/Executor.h"

#include "Program/Workspace.h"

#include <algorithm>
#include <span>

namespace mlc::runtime {

Executor::Executor(const MlcProgram &program, Model &model,
                   std::int64_t threads, std::int64_t nonzeroCapacity,
                   std::unique_ptr<CudaDevice> device)
    : program_(program), model_(&model), threads_(threads) {
  if (device)
    device_ =
        std::make_unique<DeviceProgram>(program, std::move(device), model);
  else
    prepare(threads, nonzeroCapacity);
  nonzeroCapacity_ = nonzeroCapacity; // Of calls on a GPU as well.
}

Executor::Executor(const Predictor &predictor, std::int64_t threads,
                   std::unique_ptr<CudaDevice> device)
    : program_(predictor.program()), predictor_(&predictor), threads_(threads) {
  if (!device)
    return;
  copy_ = std::make_unique<Model>(program_, ModelStates::None);
  for (std::int64_t i = 0; i < program_.parameter_count; ++i) {
    const std::span<float> copy = copy_->parameter(i);
    std::copy_n(predictor.parameters()[i], copy.size(), copy.data());
  }
  model_ = copy_.get();
  device_ =
      std::make_unique<DeviceProgram>(program_, std::move(device), *copy_);
}

void Executor::prepare(std::int64_t workers, std::int64_t nonzeros) {
  if (workers == threads_ && !workers_)
    workers_.emplace(threads_);
  if (workers <= workspaceWorkers_ && nonzeros <= nonzeroCapacity_)
    return;
  workspaceWorkers_ = std::max(workspaceWorkers_, workers);
  // Twice what is asked for again, so that slowly growing rows are soon at an
  // end.
  if (nonzeros > nonzeroCapacity_)
    nonzeroCapacity_ = nonzeroCapacity_ < 0 ? nonzeros : 2 * nonzeros;
  workspace_ = {};
  workspace_ =
      makeWorkspace(program_.workspace, workspaceWorkers_, nonzeroCapacity_,
                    predictor_ ? WorkspaceUse::Forward : WorkspaceUse::Train);
}

MlcCall Executor::callOn(const Examples &examples) {
  MlcCall call{};
  examples.describe(call);
  if (predictor_) {
    call.parameters = predictor_->parameters();
    call.nonzero_capacity = examples.nonzeroCapacity(program_.batch);
  } else {
    call.parameters = model_->parameters();
    call.states = model_->states();
    call.nonzero_capacity = nonzeroCapacity_;
  }
  if (device_)
    device_->place(call, examples.rows());
  return call;
}

void Executor::run(ProgramStep step, const MlcCall &given, void *scores) {
  if (device_)
    return device_->run(step, given, scores);
  // One batch is one worker's, who needs no team for it.
  const bool isAlone = predictor_ && given.row_count <= program_.batch;
  prepare(isAlone ? 1 : threads_, given.nonzero_capacity);
  MlcCall call = given;
  call.workspace = workspace_.data();
  call.nonzero_capacity = nonzeroCapacity_;
  if (isAlone)
    runAlone(entryOf(program_, step), call);
  else
    workers_->run(entryOf(program_, step), call);
}

std::shared_ptr<PlacedRows>
Executor::place(std::span<const std::int32_t> rows) {
  return device_ ? device_->rows().place(rows) : nullptr;
}

void Executor::order(const EpochOrder &order, std::span<std::int32_t> result) {
  if (device_)
    return device_->rows().order(order, result);
  if (!order.isShuffled)
    return order.fill(0, result);
  const Permutation permutation = order.permutation();
  const std::int64_t rows = result.size(), workers = threads_;
  workers_->run([&](std::int64_t worker) {
    const std::int64_t begin = rows * worker / workers;
    const std::int64_t end = rows * (worker + 1) / workers;
    order.fill(permutation, begin, result.subspan(begin, end - begin));
  });
}

} // namespace mlc::runtime
