//===- DecisionQueue.cpp - Decisions on their way to a log ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/DecisionQueue.h"

#include <cstring>

namespace mlc::runtime {

namespace {

/// What stands before each of a decision's lists: 8 bytes, to which they are
/// padded, too, so that each list is aligned.
using Count = std::uint64_t;

/// Reads what `put` wrote.
class Reader {
public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  bool isAtEnd() const { return bytes_.empty(); }

  template <typename Element>
  std::span<const Element> take() {
    Count count;
    std::memcpy(&count, bytes_.data(), sizeof(count));
    const auto *first =
        reinterpret_cast<const Element *>(bytes_.subspan(sizeof(count)).data());
    const std::size_t size = count * sizeof(Element);
    bytes_ = bytes_.subspan(sizeof(count) + (size + sizeof(Count) - 1) /
                                                sizeof(Count) * sizeof(Count));
    return {first, count};
  }
  std::string_view takeText() {
    const auto letters = take<char>();
    return {letters.data(), letters.size()};
  }

private:
  std::span<const std::byte> bytes_;
};

} // namespace

template <typename Element>
void DecisionQueue::put(std::span<const Element> elements) {
  const Count count = elements.size();
  const std::size_t begin = memory_.size();
  const std::size_t padded = (elements.size_bytes() + sizeof(Count) - 1) /
                             sizeof(Count) * sizeof(Count);
  memory_.resize(begin + sizeof(count) + padded);
  std::memcpy(memory_.data() + begin, &count, sizeof(count));
  if (count > 0)
    std::memcpy(memory_.data() + begin + sizeof(count), elements.data(),
                elements.size_bytes());
}

void DecisionQueue::add(const DecidedRow &decision) {
  const std::int64_t header[] = {decision.time, decision.input.kind};
  put(std::span<const std::int64_t>(header));
  put(std::span<const char>(decision.weights));
  put(std::span<const char>(decision.input.text));
  put(decision.input.values);
  put(decision.input.columns);
  put(decision.outputs);
  put(decision.labels);
  put(std::span<const char>(decision.explanation));
}

void DecisionQueue::forEach(
    const std::function<void(const DecidedRow &)> &take) const {
  Reader read(memory_);
  while (!read.isAtEnd()) {
    DecidedRow decision;
    const auto header = read.take<std::int64_t>();
    decision.time = header[0];
    decision.input.kind = DecisionInput::Kind(header[1]);
    decision.weights = read.takeText();
    decision.input.text = read.takeText();
    decision.input.values = read.take<float>();
    decision.input.columns = read.take<std::int32_t>();
    decision.outputs = read.take<float>();
    decision.labels = read.take<std::int64_t>();
    decision.explanation = read.takeText();
    take(decision);
  }
}

void DecisionQueue::clear() {
  constexpr std::size_t keptBytes = 4 << 20;
  memory_.clear();
  if (memory_.capacity() > keptBytes)
    memory_ = {};
}

} // namespace mlc::runtime
