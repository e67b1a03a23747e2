//===- SignatureTest.cpp - What a program takes and gives -----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Signature.h"

#include "Program/ProgramStep.h"
#include "Support/HandmadeProgram.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>

namespace mlc::runtime {
namespace {

using test::ChangeableProgram;
using test::sparseProgram;

std::string refusal(const MlcProgram &program) {
  try {
    expectSupported(program);
    return "";
  } catch (const InputError &error) {
    return error.what();
  }
}

TEST(SignatureTest, SaysWhatTheRuntimeDoesNotKnow) {
  ChangeableProgram changed(sparseProgram());
  EXPECT_EQ(refusal(changed.program), "");
  changed.input.kind = MLC_INPUT_IDS;
  EXPECT_EQ(refusal(changed.program),
            "program 'sparse' reads ids, which this runtime does not know; "
            "link it with the runtime of its compiler, hand 1.0");
  changed.input.kind = MLC_INPUT_CSR;
  changed.program.label_count = 0;
  EXPECT_NE(refusal(changed.program).find("one input, one label"),
            std::string::npos);
  // A second label that is neither weights nor a teacher's answer.
  const MlcLabel labels[2] = {labelOf(changed.program),
                              labelOf(changed.program)};
  const MlcLabel *own = std::exchange(changed.program.labels, labels);
  changed.program.label_count = 2;
  EXPECT_NE(refusal(changed.program).find("one input, one label"),
            std::string::npos);
  changed.program.labels = own;
  changed.program.label_count = 1;
  MlcParameter parameters[2] = {sparseProgram().parameters[0],
                                sparseProgram().parameters[0]};
  const std::string scales = std::string(parameters[0].name) + ".scale";
  parameters[1].name = scales.c_str();
  parameters[1].element = MLC_F16;
  changed.program.parameters = parameters;
  changed.program.parameter_count = 2;
  for (MlcElement element : {MLC_I8, MLC_I4}) {
    parameters[0].element = element;
    EXPECT_EQ(refusal(changed.program), "") << element;
  }
  // Scales of nothing, and numbers that no product reads.
  for (MlcElement element : {MLC_F32, MLC_BF16}) {
    parameters[0].element = element;
    EXPECT_NE(refusal(changed.program).find("neither f32 nor quantised"),
              std::string::npos)
        << element;
  }
  changed.program.parameters = sparseProgram().parameters;
  changed.program.parameter_count = sparseProgram().parameter_count;
  MlcState state = sparseProgram().states[0];
  state.element = MLC_BF16;
  changed.program.states = &state;
  changed.program.state_count = 1;
  EXPECT_NE(refusal(changed.program).find("states that are not f32"),
            std::string::npos);
}

TEST(SignatureTest, FindsEntryPointsByName) {
  ChangeableProgram changed(sparseProgram());
  const MlcProgram &program = changed.program;
  EXPECT_EQ(entryOf(program, ProgramStep::Evaluate), &program.entries[1]);
  EXPECT_EQ(functionOf(program, ProgramStep::ProfiledTrain),
            program.entries[0].profiled);
  EXPECT_NO_THROW(expectEntry(program, ProgramStep::Train));
  changed.entry("train").name = "explain";
  EXPECT_EQ(functionOf(program, ProgramStep::Train), nullptr);
  EXPECT_THROW(expectEntry(program, ProgramStep::Train), InputError);
  EXPECT_NO_THROW(expectEntry(program, ProgramStep::Predict));
}

TEST(SignatureTest, BytesOfElements) {
  EXPECT_EQ(bytesOf(MLC_F32, 3), 12u);
  EXPECT_EQ(bytesOf(MLC_U16, 3), 6u);
  EXPECT_EQ(bytesOf(MLC_I64, 3), 24u);
  EXPECT_EQ(bytesOf(MLC_I4, 3), 2u); // The last one has a byte of its own.
  EXPECT_EQ(bytesOf(MLC_I4, 0), 0u);
}

} // namespace
} // namespace mlc::runtime
