//===- TextOptions.cpp - How commands are told to read texts --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/TextOptions.h"

#include "Import/OneOf.h"

#include <algorithm>

namespace mlc::runtime {

void addTextOptions(CLI::App &command, DocumentOptions &options, LabelUse use) {
  constexpr const char *group = "Texts";
  command
      .add_option_function<int>(
          "--format",
          [&options](int format) { options.format = TextFormat(format); },
          "folder, csv, jsonl, lines or libsvm; if not given, told by name and "
          "content")
      ->transform(oneOf(formatNames))
      ->type_name("FORMAT")
      ->group(group);
  command
      .add_option("--text-column", options.fields.text,
                  "CSV column or JSON field of the text (default: review)")
      ->type_name("NAME")
      ->group(group);
  if (use == LabelUse::Needed) {
    command
        .add_option("--label-column", options.fields.label,
                    "CSV column or JSON field of the label (default: label)")
        ->type_name("NAME")
        ->group(group);
    command
        .add_option("--labels-file", options.labelsFile,
                    "CSV or JSON lines with the labels, in the same order")
        ->type_name("FILE")
        ->group(group);
  }
  command
      .add_flag_callback(
          "--replace-invalid",
          [&options] { options.fields.check = TextCheck::Replace; },
          "put U+FFFD for bytes that are not UTF-8, and NUL")
      ->group(group);
}

} // namespace mlc::runtime
