//===- Findings.h - What agrees with a record and what not ------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_FINDINGS_H
#define MLC_RUNTIME_AUDIT_FINDINGS_H

#include <string>
#include <vector>

namespace mlc::runtime {

enum class Agreement {
  Agrees,
  Differs,
  NotChecked,    ///< What it takes was not given.
  NotComparable, ///< Neither proven nor disproven.
};

/// What came of comparing one part with what a record says.
struct Finding {
  std::string part;
  Agreement agreement;
  std::string detail; ///< What was found, or what to do; may be empty.
};

/// The findings of a verification, in the order of its parts.
class Findings {
public:
  void add(std::string part, Agreement agreement, std::string detail = "") {
    findings_.push_back({std::move(part), agreement, std::move(detail)});
  }
  /// Agrees, or differs for the reason `detail`.
  void expect(bool agrees, std::string part, std::string detail) {
    add(std::move(part), agrees ? Agreement::Agrees : Agreement::Differs,
        agrees ? "" : std::move(detail));
  }

  const std::vector<Finding> &all() const { return findings_; }
  /// Whether nothing differs or could not be compared.
  bool isGood() const;
  /// The parts that are not good: "data, weights".
  std::string badParts() const;

  /// A line for each.
  std::string text() const;
  /// `{"agrees": true, "parts": [{"part": ..., "result": ..., "detail": ...}]}`
  std::string json() const;

private:
  std::vector<Finding> findings_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_FINDINGS_H
