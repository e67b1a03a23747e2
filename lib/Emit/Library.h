//===- Library.h - A model as a C library -----------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_LIB_EMIT_LIBRARY_H
#define MLC_LIB_EMIT_LIBRARY_H

#include "LibraryFiles.h"
#include "WeightsFile.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <string>

namespace mlc {

struct PipelineOptions;

/// A library that is being made: what is known before a program is lowered.
struct LibraryPlan {
  LibraryFacts facts;
  std::string image; ///< mlc/ModelImage.h
  bool takesText = false;
  bool foldsText = false; ///< Into the form NFKC_Casefold.
  bool isLatin = false;   ///< It needs no more of this than Latin letters do.
};

/// Reads what the library needs of a verified program and of weights that were
/// checked against it. `name` is what symbols begin with; empty: the program's
/// own name.
llvm::Expected<LibraryPlan> planLibrary(graph::ProgramOp program,
                                        const WeightsFile &weights,
                                        llvm::StringRef name,
                                        const PipelineOptions &options);

/// Takes all entry points but `predict` out of a module after the stage
/// autodiff.
void keepPredictAlone(mlir::ModuleOp module);

/// Writes the files of a library into `folder`, which is made: NAME.h,
/// libNAME.so, libNAME.a, NAME.pc and NAMEConfig.cmake. `object` has the code
/// and the image.
llvm::Error writeLibrary(llvm::StringRef folder, llvm::StringRef object,
                         const LibraryPlan &plan, bool useBlas);

} // namespace mlc

#endif // MLC_LIB_EMIT_LIBRARY_H
