//===- DecisionQueue.h - Decisions on their way to a log --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_AUDIT_DECISIONQUEUE_H
#define MLC_RUNTIME_AUDIT_DECISIONQUEUE_H

#include "Audit/DecidedRow.h"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace mlc::runtime {

/// Copies of decisions, one behind the other in one piece of memory, so that
/// adding one takes no more than copying what it has.
class DecisionQueue {
public:
  void add(const DecidedRow &decision);
  /// Calls `take` with each, in their order.
  void forEach(const std::function<void(const DecidedRow &)> &take) const;
  std::size_t bytes() const { return memory_.size(); }
  /// Empties it, and keeps the memory that usual ones need.
  void clear();

private:
  template <typename Element>
  void put(std::span<const Element> elements);

  std::vector<std::byte> memory_;
};

} // namespace mlc::runtime

#endif // MLC_RUNTIME_AUDIT_DECISIONQUEUE_H
