//===- SafetensorsTest.cpp - Reading and writing safetensors --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data/Safetensors.h"

#include "Support/Files.h"

#include <cstring>
#include <gtest/gtest.h>

using namespace mlc::runtime;
using namespace mlc::test;

/// A file of this header, padded, and `dataBytes` zeros.
static std::string fileOf(std::string header, std::size_t dataBytes) {
  header.resize((header.size() + 7) / 8 * 8, ' ');
  std::uint64_t length = header.size();
  std::string bytes(sizeof(length), '\0');
  std::memcpy(bytes.data(), &length, sizeof(length));
  return bytes + header + std::string(dataBytes, '\0');
}

static std::string errorOf(const std::string &bytes) {
  TemporaryFolder folder;
  std::string path = folder / "x.safetensors";
  writeFile(path, bytes);
  std::string message = inputError([&] { SafetensorsFile file(path); });
  EXPECT_TRUE(message.starts_with(path + ": ")) << message;
  return message;
}

static const std::vector<float> floats = {1, 2, 3, 4, 5, 6};
static const std::vector<std::int64_t> longs = {-7};
static const std::vector<std::uint16_t> shorts = {65535, 1};
static const std::string bytes = "\x01\x02\x03";

static SafetensorsContents example() {
  SafetensorsContents contents;
  contents.metadata = {{"format", "test"}, {"text", "\"quotes\"\n\xc3\xa9"}};
  contents.tensors = {
      {"bytes", ElementType::U8, {3}, std::as_bytes(std::span(bytes))},
      {"floats", ElementType::F32, {2, 3}, std::as_bytes(std::span(floats))},
      {"shorts", ElementType::U16, {2}, std::as_bytes(std::span(shorts))},
      {"none", ElementType::I32, {0, 5}, {}},
      {"scalar", ElementType::I64, {}, std::as_bytes(std::span(longs))}};
  return contents;
}

TEST(Safetensors, RoundTrip) {
  TemporaryFolder folder;
  std::string path = folder / "x.safetensors";
  writeSafetensors(path, example());
  SafetensorsFile file(path);
  EXPECT_EQ(file.metadata(), example().metadata);
  ASSERT_EQ(file.tensors().size(), 5u);
  // Wider types first.
  EXPECT_EQ(file.tensors()[0].name, "scalar");
  EXPECT_EQ(file.tensors()[3].name, "shorts");
  EXPECT_EQ(file.tensors()[4].name, "bytes");
  const TensorView &matrix = file.get("floats", ElementType::F32);
  EXPECT_EQ(matrix.shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(elements(matrix.as<float>()), floats);
  EXPECT_EQ(elements(file.find("scalar")->as<std::int64_t>()), longs);
  EXPECT_EQ(elements(file.get("shorts", ElementType::U16).as<std::uint16_t>()),
            shorts);
  EXPECT_EQ(file.find("none")->bytes.size(), 0u);
  EXPECT_EQ(file.find("other"), nullptr);
}

/// As compiled code expects of parameters, which it reads where they are.
TEST(Safetensors, WholeCacheLinesBeginOnOne) {
  TemporaryFolder folder;
  const std::vector<float> lines(32, 1.5f);
  for (const char *text : {"", "another", "length of the header"}) {
    SafetensorsContents contents = example();
    contents.metadata["text"] = text;
    for (const char *name : {"line", "lines"})
      contents.tensors.push_back(
          {name,
           ElementType::F32,
           {name[4] ? 32 : 16},
           std::as_bytes(std::span(lines)).first(name[4] ? 128 : 64)});
    writeSafetensors(folder / "x", contents);
    const SafetensorsFile file(folder / "x");
    EXPECT_EQ(file.tensors()[0].name, "line");
    EXPECT_EQ(file.tensors()[1].name, "lines");
    EXPECT_EQ(file.tensors()[2].name, "scalar");
    for (const char *name : {"line", "lines", "scalar"})
      EXPECT_EQ(std::uintptr_t(file.find(name)->bytes.data()) % 64, 0u);
  }
}

TEST(Safetensors, SameContentsSameBytes) {
  TemporaryFolder folder;
  writeSafetensors(folder / "a", example());
  writeSafetensors(folder / "b", example());
  EXPECT_EQ(readFile(folder / "a"), readFile(folder / "b"));
  EXPECT_EQ(SafetensorsFile(folder / "a").hash(),
            SafetensorsFile(folder / "b").hash());
  EXPECT_EQ(SafetensorsFile(folder / "a").hash().size(), 16u);
}

TEST(Safetensors, HeaderIsPaddedAsTheLibraryDoes) {
  TemporaryFolder folder;
  writeSafetensors(folder / "a", example());
  std::string written = readFile(folder / "a");
  std::uint64_t length;
  std::memcpy(&length, written.data(), sizeof(length));
  EXPECT_EQ(length % 8, 0u);
  EXPECT_EQ(written[8], '{');
}

TEST(Safetensors, GetSaysWhatIsMissing) {
  TemporaryFolder folder;
  std::string path = folder / "a";
  writeSafetensors(path, example());
  SafetensorsFile file(path);
  EXPECT_EQ(inputError([&] { file.get("w", ElementType::F32); }),
            path + ": expected a tensor \"w\" of F32, but there is none; check "
                   "that it is the right file");
  EXPECT_EQ(inputError([&] { file.get("floats", ElementType::I32); }),
            path + ": tensor \"floats\": expected elements of I32, but got "
                   "F32; convert it to I32");
}

TEST(Safetensors, ExpectFormat) {
  TemporaryFolder folder;
  std::string path = folder / "a";
  auto errorWith = [&](std::map<std::string, std::string> metadata) {
    writeSafetensors(path, {.tensors = {}, .metadata = std::move(metadata)});
    return inputError([&] { SafetensorsFile(path).expectFormat("right"); });
  };
  EXPECT_NE(errorWith({}).find("one that names no format"), std::string::npos);
  EXPECT_NE(errorWith({{"format", "wrong"}}).find("but got \"wrong\""),
            std::string::npos);
  EXPECT_NE(errorWith({{"format", "right"}}).find("but got none"),
            std::string::npos);
  EXPECT_NE(
      errorWith({{"format", "right"}, {"version", "2"}}).find("but got \"2\""),
      std::string::npos);
}

TEST(Safetensors, RefusesToWriteWhatItCouldNotRead) {
  TemporaryFolder folder;
  SafetensorsContents contents = example();
  contents.tensors[0].name = "not UTF-8 \xff";
  EXPECT_THROW(writeSafetensors(folder / "a", contents), InputError);
  contents = example();
  contents.tensors[0].name = "floats";
  EXPECT_ANY_THROW(writeSafetensors(folder / "a", contents));
  contents = example();
  contents.tensors[1].shape = {7};
  EXPECT_THROW(writeSafetensors(folder / "a", contents), InputError);
  EXPECT_TRUE(folder.names().empty());
}

TEST(Safetensors, DamagedHeaders) {
  struct Case {
    const char *header;
    std::size_t dataBytes;
    const char *message;
  } cases[] = {
      {"", 0, "not valid JSON at its byte 0 (incomplete JSON)"},
      {"{", 0, "not valid JSON"},
      {"{}x", 0, "not valid JSON at its byte 2 (extra data)"},
      {"[]", 0, "not a JSON object of tensors"},
      {"7", 0, "not a JSON object of tensors"},
      {"{\"\xff\":{}}", 0, "not valid JSON"},
      {"{}", 1, "tensors end at byte 0 of the data, but there are 1"},
      {R"({"a":1})", 0, "tensor \"a\" is not described by \"dtype\""},
      {R"({"a":{}})", 0, "tensor \"a\" is not described by"},
      {R"({"a":[]})", 0, "tensor \"a\" is not described by"},
      {R"({"a":{"dtype":"F32","shape":[1]}})", 4, "is not described by"},
      {R"({"a":{"dtype":"F32","data_offsets":[0,4]}})", 4,
       "is not described by"},
      {R"({"":{"dtype":1}})", 0, "tensor \"\" is not described by"},
      {R"({"a":{"dtype":{},"shape":[1]}})", 4, "is not described by"},
      {R"({"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}})", 4,
       "(too deep)"},
      {R"({"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}})", 4,
       "is not described by"},
      {R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4,
       "is not described by"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"b":[]}})", 4,
       "is not described by"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}})", 4,
       "not two rising numbers"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4,
       "not two rising numbers"},
      {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4,
       "its shape takes 8 bytes, but its offsets hold 4"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 3,
       "ends at byte 4 of the data, but there are 3"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 5,
       "tensors end at byte 4 of the data, but there are 5"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8,
       "starts at byte 4 of the data, but the one before it ends at 0"},
      {R"({"a":{"dtype":"F32","shape":[4611686018427387905],)"
       R"("data_offsets":[0,4]}})",
       4, "its shape is too large"},
      {R"({"a":{"dtype":"U8","shape":[9223372036854775807,2],)"
       R"("data_offsets":[0,4]}})",
       4, "its shape is too large"},
      {R"({"a":{"dtype":"U8","shape":[18446744073709551615],)"
       R"("data_offsets":[0,4]}})",
       4, "is not described by"},
      {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
       R"("b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})",
       2, "\"b\" starts at byte 0 of the data"},
      {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
       R"("b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})",
       5, "\"b\" is not aligned to its type"},
      {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
       R"("a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
       2, "tensor \"a\" is there twice"},
      {R"({"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
       1, "has \"dtype\" twice"},
      {R"({"a":{"shape":[1],"shape":[1],"dtype":"U8","data_offsets":[0,1]}})",
       1, "has \"shape\" twice"},
      {R"({"__metadata__":{"a":1}})", 0, "a value that is not a string"},
      {R"({"__metadata__":{"a":[1]}})", 0, "a value that is not a string"},
      {R"({"__metadata__":{"a":"1","a":"2"}})", 0, "has \"a\" twice"},
      {R"({"__metadata__":{},"__metadata__":{}})", 0, "is there twice"},
      {R"({"__metadata__":[]})", 0, "is not described by"},
  };
  for (const Case &broken : cases) {
    std::string message = errorOf(fileOf(broken.header, broken.dataBytes));
    EXPECT_NE(message.find(broken.message), std::string::npos)
        << broken.header << "\n"
        << message;
    EXPECT_TRUE(message.ends_with("; the file is damaged or is not a "
                                  "safetensors file, so make it again"));
  }
}

TEST(Safetensors, OtherElementTypesAreNoDamage) {
  EXPECT_TRUE(
      errorOf(
          fileOf(R"({"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}})",
                 4))
          .ends_with(
              "tensor \"a\" has the element type BF16, but only F32, I32, "
              "I64, U16 and U8 can be read; convert it to F32, in PyTorch "
              "by .float()"));
}

TEST(Safetensors, HostileLengths) {
  EXPECT_NE(errorOf("").find("it has 0 bytes"), std::string::npos);
  EXPECT_NE(errorOf("1234567").find("it has 7 bytes"), std::string::npos);
  EXPECT_NE(errorOf("label,text\n").find("but got text; make a data set"),
            std::string::npos);
  EXPECT_NE(errorOf(std::string(8, '\xff')).find("18446744073709551615 bytes"),
            std::string::npos);
  EXPECT_NE(errorOf(std::string("\x03\0\0\0\0\0\0\0{}", 10)).find("3 bytes"),
            std::string::npos);
  // Deep nesting must not use up the stack, nor long shapes the memory.
  errorOf(fileOf(std::string(1 << 20, '['), 0));
  std::string nested;
  for (int depth = 0; depth < 100000; ++depth)
    nested += "{\"a\":";
  errorOf(fileOf(nested, 0));
  std::string shape = "1";
  for (int rank = 0; rank < 100000; ++rank)
    shape += ",1";
  EXPECT_NE(errorOf(fileOf("{\"a\":{\"shape\":[" + shape + "]}}", 0))
                .find("more than 32 dimensions"),
            std::string::npos);
}

/// Whatever is done to the header: an error, or tensors that fill the file.
TEST(Safetensors, EveryChangedByteIsAnErrorOrHarmless) {
  TemporaryFolder folder;
  std::string path = folder / "x";
  writeSafetensors(path, example());
  const std::string whole = readFile(path);
  const std::size_t dataBytes = 4 * 6 + 8 + 2 * 2 + 3;
  for (std::size_t at = 0; at < whole.size() - dataBytes; ++at)
    for (int flip = 1; flip < 256; flip += at < 8 ? 1 : 7) {
      writeByte(path, at, static_cast<char>(whole[at] ^ flip));
      try {
        SafetensorsFile file(path);
        std::size_t sum = 0;
        for (const TensorView &tensor : file.tensors()) {
          std::size_t bytes = sizeOf(tensor.type);
          for (std::int64_t extent : tensor.shape)
            bytes *= static_cast<std::size_t>(extent);
          EXPECT_EQ(bytes, tensor.bytes.size());
          sum += bytes;
        }
        EXPECT_EQ(sum, dataBytes);
      } catch (const InputError &) {
      }
      writeByte(path, at, whole[at]);
    }
}

TEST(Safetensors, EveryTruncationIsAnError) {
  TemporaryFolder folder;
  writeSafetensors(folder / "x", example());
  const std::string whole = readFile(folder / "x");
  for (std::size_t size = 0; size < whole.size(); ++size)
    errorOf(whole.substr(0, size));
  errorOf(whole + '\0');
}
