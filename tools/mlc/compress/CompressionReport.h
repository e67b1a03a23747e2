//===- CompressionReport.h - What a smaller model costs ---------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_TOOLS_MLC_COMPRESS_COMPRESSIONREPORT_H
#define MLC_TOOLS_MLC_COMPRESS_COMPRESSIONREPORT_H

#include "CompressOptions.h"
#include "PairedFigures.h"

#include <cstdint>
#include <string>

namespace mlc {

/// What mlc compress tells of a teacher and its pupil.
struct CompressionReport {
  const CompressOptions &options; ///< The pupil's, also what a search found.
  std::int64_t teacherFeatures = 0, teacherUnits = 0; ///< 0 units: linear.
  std::uintmax_t teacherBytes = 0, pupilBytes = 0; ///< Of the weights' files.
  PairedFigures figures;

  std::string table() const; ///< For people.
  std::string json() const;  ///< An object in a line: report.json.

private:
  std::int64_t features() const;
  std::int64_t units() const;
};

} // namespace mlc

#endif // MLC_TOOLS_MLC_COMPRESS_COMPRESSIONREPORT_H
