//===- CalibrateOptions.cpp - The options of calibrate --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/CalibrateOptions.h"

#include "Commands/SharedOptions.h"
#include "Commands/TextOptions.h"

#include <CLI/CLI.hpp>

namespace mlc::runtime {

void addCalibrateOptions(CLI::App &command, CalibrateCommand &calibrate) {
  addFile(command, "--data", calibrate.data,
          "rows with labels that the weights did not learn")
      ->required();
  addWeights(command, calibrate.weights);
  addFile(command, "-o,--output", calibrate.output,
          "write the weights here, with the temperature and the threshold that "
          "eval and predict then use; and beside them FILE.run.json, where the "
          "weights have such a record")
      ->required();
  addFile(command, "--sign", calibrate.sign,
          "sign that with this secret key, which mlc key new makes");
  CLI::Option *threshold =
      command
          .add_option("--threshold", calibrate.threshold,
                      "from which probability on to say yes: the best for f1, "
                      "balanced_accuracy, accuracy or mcc; precision>=0.9, "
                      "recall>=0.9; cost:fp=1,fn=5; or a probability")
          ->type_name("RULE");
  command
      .add_flag("--each-label", calibrate.ofEachLabel,
                "of several labels, choose a threshold for each by itself")
      ->needs(threshold);
  addTextOptions(command, calibrate.documents, LabelUse::Needed);
  addThreads(command, calibrate.threads);
  addDevice(command, calibrate.device);
  command.add_flag("--json", calibrate.json, "print a JSON object");
}

} // namespace mlc::runtime
