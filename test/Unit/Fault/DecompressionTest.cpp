//===- DecompressionTest.cpp - Memory that ends within a library ----------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AllocationFaults.h"
#include "Import/LineReader.h"
#include "Support/TestData.h"

#include <gtest/gtest.h>
#include <lzma.h>
#include <new>
#include <zlib.h>

namespace mlc::test {
namespace {

constexpr const char *line = "one line of text";

/// liblzma and zlib ask for memory of their own.
class DecompressionTest : public testing::Test {
protected:
  /// Reads the file with each allocation failing in turn.
  void failEachAllocation() {
    int failures = 0;
    for (bool hasFailed = true; hasFailed; ++failures) {
      bool wasTold = false;
      std::string_view read;
      failAllocation(failures + 1, /*forever=*/false);
      try {
        runtime::LineReader lines(path);
        lines.next(read);
        stopFailingAllocations();
        EXPECT_EQ(read, line);
      } catch (const std::bad_alloc &) {
        wasTold = true;
      }
      hasFailed = stopFailingAllocations();
      EXPECT_EQ(wasTold, hasFailed) << "allocation " << failures + 1;
    }
    EXPECT_GT(failures, 4);
  }

  TemporaryFolder folder;
  std::string path = folder / "file";
};

TEST_F(DecompressionTest, Xz) {
  std::uint8_t xz[1000];
  std::size_t size = 0;
  ASSERT_EQ(lzma_easy_buffer_encode(
                0, LZMA_CHECK_CRC64, nullptr,
                reinterpret_cast<const std::uint8_t *>(line),
                std::string_view(line).size(), xz, &size, sizeof(xz)),
            LZMA_OK);
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char *>(xz), std::streamsize(size));
  failEachAllocation();
}

TEST_F(DecompressionTest, Gzip) {
  const gzFile file = gzopen(path.c_str(), "wb");
  // zlib keeps what it gave last only where its caller has no room for all.
  for (int count = 0; count < 20'000; ++count)
    gzprintf(file, "%s\n", line);
  ASSERT_EQ(gzclose(file), Z_OK);
  failEachAllocation();
}

} // namespace
} // namespace mlc::test
