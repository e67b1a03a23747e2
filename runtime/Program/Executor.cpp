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
                   std::unique_ptr<LoadedDevice> device)
    : program_(program), model_(&model), threads_(threads),
      capacities_(program.input_count, -1) {
  if (device)
    device_ =
        std::make_unique<DeviceProgram>(program, std::move(device), model);
  else
    prepare(threads, nonzeroCapacity);
  capacities_[0] = nonzeroCapacity; // Of calls on a GPU as well.
}

Executor::Executor(const Predictor &predictor, std::int64_t threads,
                   std::unique_ptr<LoadedDevice> device)
    : program_(predictor.program()), predictor_(&predictor), threads_(threads),
      capacities_(program_.input_count, -1) {
  if (!device)
    return;
  copy_ = std::make_unique<Model>(program_, ModelStates::None);
  for (std::int64_t i = 0; i < program_.parameter_count; ++i) {
    const std::span<float> copy = copy_->parameter(i);
    std::copy_n(static_cast<const float *>(predictor.parameters()[i]),
                copy.size(), copy.data());
  }
  model_ = copy_.get();
  device_ =
      std::make_unique<DeviceProgram>(program_, std::move(device), *copy_);
}

void Executor::prepare(std::int64_t workers, std::int64_t nonzeros) {
  if (workers == threads_ && !workers_)
    workers_.emplace(threads_);
  std::int64_t &capacity = capacities_[0];
  if (workers <= workspaceWorkers_ && nonzeros <= capacity)
    return;
  workspaceWorkers_ = std::max(workspaceWorkers_, workers);
  // Twice what is asked for again, so that slowly growing rows are soon at an
  // end.
  if (nonzeros > capacity)
    capacity = capacity < 0 ? nonzeros : 2 * nonzeros;
  workspace_ = {};
  workspace_ =
      makeWorkspace(workspaceOf(program_, predictor_ ? WorkspaceUse::Forward
                                                     : WorkspaceUse::All),
                    workspaceWorkers_, capacity);
}

MlcCall Executor::callOn(const Examples &examples) {
  MlcCall call{};
  examples.describe(call);
  if (predictor_) {
    call.parameters = predictor_->parameters();
    call.capacities = examples.capacities();
  } else {
    call.parameters = model_->parameters();
    call.states = model_->states();
    call.capacities = capacities_.data();
  }
  call.ranks = 1;
  if (device_)
    device_->place(call, examples.rows());
  return call;
}

void Executor::run(ProgramStep step, const MlcCall &given, void *scores) {
  if (device_)
    return device_->run(step, given, scores);
  // One batch is one worker's, who needs no team for it.
  const bool isAlone = predictor_ && given.row_count <= program_.batch;
  prepare(isAlone ? 1 : threads_, given.capacities[0]);
  MlcCall call = given;
  call.workspace = workspace_.data();
  call.capacities = capacities_.data();
  if (isAlone)
    runAlone(functionOf(program_, step), call);
  else
    workers_->run(functionOf(program_, step), call);
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

void Executor::onWorkers(
    const std::function<void(std::int64_t, std::int64_t)> &task) {
  workers_->run([&](std::int64_t worker) { task(worker, threads_); });
}

} // namespace mlc::runtime
