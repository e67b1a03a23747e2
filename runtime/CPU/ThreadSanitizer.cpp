//===- ThreadSanitizer.cpp - What its library may lack --------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <cstring>

// Code that LLVM instruments calls these, which GCC's library of the thread
// sanitizer does not have in all versions. It watches the C library's functions
// of these names, so those do. Linked where they are missing only.

extern "C" {
void *__tsan_memcpy(void *to, const void *from, std::size_t size) {
  return std::memcpy(to, from, size);
}
void *__tsan_memmove(void *to, const void *from, std::size_t size) {
  return std::memmove(to, from, size);
}
void *__tsan_memset(void *to, int byte, std::size_t size) {
  return std::memset(to, byte, size);
}
}
