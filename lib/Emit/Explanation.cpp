//===- Explanation.cpp - Prints the choices of passes ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Explanation.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <map>
#include <tuple>
#include <vector>

using namespace mlir;
using remark::detail::Remark;

namespace {

/// The first place in a file that a location names.
FileLineColLoc placeOf(Location location) {
  FileLineColLoc place;
  location->walk([&](Location part) {
    place = dyn_cast<FileLineColLoc>(part);
    return place ? WalkResult::interrupt() : WalkResult::advance();
  });
  return place;
}

class Printer : public remark::detail::MLIRRemarkStreamerBase {
public:
  explicit Printer(llvm::raw_ostream &stream) : stream_(stream) {}
  /// When the context ends.
  ~Printer() override { print(); }

  void streamOptimizationRemark(const Remark &remark) override {
    Line line;
    if (FileLineColLoc place = placeOf(remark.getLocation())) {
      line.number = place.getLine();
      line.column = place.getColumn();
      line.file = place.getFilename().getValue().str();
    }
    for (const Remark::Arg &argument : remark.getArgs())
      line.text += argument.val;
    line.text = remark.getRemarkName().str() + ": " + line.text;
    std::vector<std::string> &steps = lines_[line];
    if (!llvm::is_contained(steps, remark.getFunction()))
      steps.push_back(remark.getFunction().str());
  }

private:
  void print() {
    for (const auto &[line, steps] : lines_) {
      if (!line.file.empty())
        stream_ << line.file << ':' << line.number << ':' << line.column
                << ": ";
      stream_ << "remark: " << line.text << " (" << llvm::join(steps, ", ")
              << ")\n";
    }
  }

  struct Line {
    unsigned number = 0, column = 0;
    std::string file, text;
    bool operator<(const Line &other) const {
      return std::tie(file, number, column, text) <
             std::tie(other.file, other.number, other.column, other.text);
    }
  };

  llvm::raw_ostream &stream_;
  /// The steps that each is of.
  std::map<Line, std::vector<std::string>> lines_;
};

} // namespace

void mlc::printExplanations(MLIRContext &context, llvm::raw_ostream &stream) {
  remark::RemarkCategories all;
  all.analysis = ".*";
  // All that can fail is a filter.
  const bool isOn = succeeded(remark::enableOptimizationRemarks(
      context, std::make_unique<Printer>(stream),
      std::make_unique<remark::RemarkEmittingPolicyAll>(), all));
  assert(isOn && "a filter that takes everything");
  (void)isOn;
}
