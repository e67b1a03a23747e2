//===- CountedAllocations.cpp - How often memory was asked for ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/CountedAllocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

static std::atomic<std::int64_t> counted = 0;

std::int64_t mlc::test::allocations() { return counted; }

void *operator new(std::size_t size, const std::nothrow_t &) noexcept {
  ++counted;
  return std::malloc(size);
}

void *operator new(std::size_t size) {
  if (void *memory = operator new(size, std::nothrow))
    return memory;
  throw std::bad_alloc();
}

void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, std::size_t) noexcept { std::free(memory); }

// The linker gives these names (--wrap).
extern "C" void *__real_aligned_alloc(std::size_t alignment, std::size_t size);
extern "C" void *__wrap_aligned_alloc(std::size_t alignment, std::size_t size) {
  ++counted;
  return __real_aligned_alloc(alignment, size);
}
