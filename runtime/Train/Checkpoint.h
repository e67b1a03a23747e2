//===- Checkpoint.h - A run that can be resumed, in a file ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_TRAIN_CHECKPOINT_H
#define MLC_RUNTIME_TRAIN_CHECKPOINT_H

#include "Data/Safetensors.h"
#include "Program/Model.h"
#include "Train/BestWeights.h"
#include "Train/MetricsFile.h"
#include "Train/OriginEntry.h"
#include "Train/TrainingPoint.h"

#include <map>
#include <span>
#include <string>

namespace mlc::runtime {

/// All of a run that its model does not hold.
struct Checkpoint {
  TrainingPoint point;
  BestSoFar best;
  MetricsPoint metrics; ///< Zero where the run writes none.
};

/// The contents of a checkpoint file: sealed safetensors (Data/Seal.h) of
///   parameter/NAME   F32, each parameter
///   state/NAME       F32 of its parameter's shape, each optimiser state
/// and in `__metadata__` `format` = `mlc.checkpoint`, `version`, the entries of
/// `origin`, the `facts` and, in decimal, those of Checkpoint: epoch, step,
/// position, examples, loss_sum, seconds, first_loss, gradient_norm,
/// plateau_best, plateau_wait, reductions, best_epoch, best_value,
/// metrics_bytes, metrics_hash. Where outliers are skipped also
///   recent/losses, recent/gradient_norms   F32 [RecentValues::size]
/// and watched_steps, skipped_steps, skipped_of_epoch. Numbers read back are
/// the bits written. Valid while the model is not changed and `checkpoint`
/// lives.
SafetensorsContents
checkpointContents(const MlcProgram &program, const Model &model,
                   std::span<const OriginEntry> origin,
                   const Checkpoint &checkpoint,
                   const std::map<std::string, std::string> &facts = {});

/// Copies a file that was found intact into the model. Throws InputError that
/// names the first difference where its run depends on other things than
/// `origin`, and DamagedFile for what checkpointContents cannot have written.
Checkpoint loadCheckpoint(const SafetensorsFile &file,
                          const MlcProgram &program,
                          std::span<const OriginEntry> origin, Model &model);

/// Where the run of a checkpoint stood, whatever it depends on.
TrainingPoint pointOf(const SafetensorsFile &file);
/// Its model and states, for a run that goes on with other data.
void loadModel(const SafetensorsFile &file, const MlcProgram &program,
               Model &model);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_TRAIN_CHECKPOINT_H
