//===- AllocationFaults.cpp - Memory that runs out ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AllocationFaults.h"

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

// Plain globals, since malloc is called before anything is constructed.
std::atomic<bool> counting = false;
std::atomic<std::int64_t> counted = 0;
std::int64_t failing = 0;
bool failingForever = false;
std::atomic<bool> hasFailed = false;

bool refuses() {
  if (!counting)
    return false;
  const std::int64_t number = ++counted;
  if (failing == 0 || (failingForever ? number < failing : number != failing))
    return false;
  hasFailed = true;
  errno = ENOMEM;
  return true;
}

} // namespace

namespace mlc::test {

void failAllocation(std::int64_t nth, bool forever) {
  counted = 0;
  hasFailed = false;
  failing = nth;
  failingForever = forever;
  counting = true;
}

bool stopFailingAllocations() {
  counting = false;
  return hasFailed;
}

std::int64_t allocationsCounted() { return counted; }

} // namespace mlc::test

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

static void *allocate(std::size_t size, std::size_t alignment) {
  void *memory = refuses() ? nullptr
                 : alignment > 0
                     ? std::aligned_alloc(alignment, (size + alignment - 1) /
                                                         alignment * alignment)
                     : std::malloc(size);
  if (!memory)
    throw std::bad_alloc();
  return memory;
}

void *operator new(std::size_t size) { return allocate(size, 0); }
void *operator new[](std::size_t size) { return allocate(size, 0); }
void *operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, std::size_t(alignment));
}
void *operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate(size, std::size_t(alignment));
}
void *operator new(std::size_t size, const std::nothrow_t &) noexcept {
  return refuses() ? nullptr : std::malloc(size);
}
void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete[](void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void *memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void *memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void *memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void *memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void *memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void *memory, const std::nothrow_t &) noexcept {
  std::free(memory);
}

#else

// glibc lets a program have its own malloc and offers its own by these names.
extern "C" {
void *__libc_malloc(std::size_t size);
void *__libc_calloc(std::size_t count, std::size_t size);
void *__libc_realloc(void *memory, std::size_t size);
void *__libc_memalign(std::size_t alignment, std::size_t size);

void *malloc(std::size_t size) {
  return refuses() ? nullptr : __libc_malloc(size);
}
void *calloc(std::size_t count, std::size_t size) {
  return refuses() ? nullptr : __libc_calloc(count, size);
}
void *realloc(void *memory, std::size_t size) {
  return refuses() ? nullptr : __libc_realloc(memory, size);
}
void *aligned_alloc(std::size_t alignment, std::size_t size) {
  return refuses() ? nullptr : __libc_memalign(alignment, size);
}
}

#endif
