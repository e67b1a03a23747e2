//===- StepProfile.cpp - The time of a step's regions ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/StepProfile.h"

#include "mlc/RuntimeABI.h"

void mlc_profile(void *profile, int64_t worker, int64_t region) {
  static_cast<mlc::runtime::StepProfile *>(profile)->end(worker, region);
}
