//===- PlainC.c - The runtime's interface is C ----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The header asserts its layout for a C compiler, too.
#include "mlc/RuntimeABI.h"
