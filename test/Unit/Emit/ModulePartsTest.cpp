//===- ModulePartsTest.cpp ------------------------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Emit/ModuleParts.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

#include <gtest/gtest.h>

using namespace llvm;
using namespace mlc;

namespace {

/// A program of two entry points, both of which call @dot.
constexpr StringLiteral program = R"(
@one = internal constant float 1.0
@table = constant [2 x ptr] [ptr @train, ptr @predict]

declare void @barrier()

define internal float @dot(float %x) {
  %y = load float, ptr @one
  %z = fmul float %x, %y
  ret float %z
}
define internal float @train_0(float %x) {
  %y = call float @dot(float %x)
  %z = fadd float %y, %x
  ret float %z
}
define internal float @train(float %x) {
  call void @barrier()
  %y = call float @train_0(float %x)
  ret float %y
}
define internal float @predict(float %x) {
  %y = call float @dot(float %x)
  ret float %y
}
)";

class ModuleParts : public testing::Test {
protected:
  std::unique_ptr<Module> parse(const Twine &text) {
    SMDiagnostic error;
    std::unique_ptr<Module> module =
        parseAssemblyString(text.str(), error, context_);
    if (!module)
      error.print("", errs());
    return module;
  }

private:
  LLVMContext context_;
};

bool defines(const Module &module, StringRef name) {
  const GlobalValue *value = module.getNamedValue(name);
  return value && !value->isDeclaration();
}

TEST_F(ModuleParts, LargestEntryIsApart) {
  std::unique_ptr<Module> whole = parse(program);
  auto [largest, others] = divide(*whole);
  ASSERT_TRUE(largest && others);
  EXPECT_FALSE(verifyModule(*largest, &errs()));
  EXPECT_FALSE(verifyModule(*others, &errs()));
  for (StringRef name : {"train", "train_0", "dot", "one"})
    EXPECT_TRUE(defines(*largest, name)) << name.str();
  for (StringRef name : {"predict", "dot", "one", "table"})
    EXPECT_TRUE(defines(*others, name)) << name.str();
  for (StringRef name : {"predict", "table"})
    EXPECT_FALSE(defines(*largest, name)) << name.str();
  for (StringRef name : {"train", "train_0"})
    EXPECT_FALSE(defines(*others, name)) << name.str();
}

TEST_F(ModuleParts, MeetWhenTheyAreLinkedAndNobodySeesThem) {
  std::unique_ptr<Module> whole = parse(program);
  auto [largest, others] = divide(*whole);
  ASSERT_TRUE(largest && others);
  EXPECT_EQ(others->getFunction("train")->getVisibility(),
            GlobalValue::HiddenVisibility);
  EXPECT_EQ(largest->getFunction("train")->getVisibility(),
            GlobalValue::HiddenVisibility);
  EXPECT_TRUE(largest->getFunction("dot")->hasLocalLinkage());
  ASSERT_FALSE(Linker::linkModules(*others, std::move(largest)));
  EXPECT_TRUE(defines(*others, "train"));
  EXPECT_FALSE(verifyModule(*others, &errs()));
}

TEST_F(ModuleParts, OneEntryIsNotDivided) {
  EXPECT_FALSE(divide(*parse("define void @only() {\n  ret void\n}\n")).first);
}

TEST_F(ModuleParts, SharedVariablesAreNotDivided) {
  EXPECT_FALSE(
      divide(*parse(program + "@count = internal global i64 0\n")).first);
}

} // namespace
