//===- BrokenFilesTest.cpp - What is said of texts that are broken --------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The same mistakes in every form that documents and counts come in; tables
// have a test of their own.

#include "Support/BrokenInput.h"

using namespace mlc::test;

namespace {
using Arguments = std::vector<std::string>;
using BrokenFiles = BrokenInput;

const std::string nul(1, '\0');

/// A form, by the name of a file of it, with the text of two good rows: what is
/// put between them is a third row that is broken.
struct Form {
  std::string name, before, after;
  Arguments options = {};
};

const Form csv = {"x.csv", "label,review\n1,a good film\n", "0,a bad film\n"};
const Form tsv = {"x.tsv", "label\treview\n1\ta good film\n",
                  "0\ta bad film\n"};
const Form jsonLines = {"x.jsonl",
                        "{\"text\": \"a good film\", \"label\": 1}\n",
                        "{\"text\": \"a bad film\", \"label\": 0}\n"};
const Form json = {"x.json", "[{\"text\": \"a good film\", \"label\": 1},\n",
                   ",{\"text\": \"a bad film\", \"label\": 0}]"};
const Form fastText = {"x.txt", "__label__p a good film\n",
                       "__label__n a bad film\n"};
const Form vowpal = {"x.vw", "1 |f a good film\n", "-1 |f a bad film\n"};
const Form libsvm = {"x.libsvm", "1 0:1 2:1\n", "0 1:1 2:1\n"};

struct Row {
  Form form;
  std::string text, place, message;
  Arguments more = {};
};
} // namespace

TEST_F(BrokenFiles, ARowAmongOthers) {
  const std::string huge(65 << 20, 'a');
  const Arguments classes = {"--labels", "classes"},
                  numbers = {"--labels", "numbers"};
  const std::vector<Row> rows = {
      // Bytes that no text has.
      {csv, "1,a\xff\n", "3:4", "expected UTF-8"},
      {tsv, "1\ta\xff\n", "3:4", "expected UTF-8"},
      {jsonLines, "{\"text\": \"\xff\", \"label\": 1}\n", "2:11",
       "expected UTF-8"},
      {json, "{\"text\": \"\xff\", \"label\": 1}\n", "2:11", "expected UTF-8"},
      {fastText, "__label__p \xff\n", "2:12", "expected UTF-8"},
      {vowpal, "1 |f \xff\n", "2:6", "expected UTF-8"},
      {libsvm, "1 \xff\n", "2:3", "expected INDEX:VALUE"},
      {csv, "1,a" + nul + "\n", "3:4", "expected text, but got a NUL"},
      {jsonLines, "{\"text\": \"" + nul + "\", \"label\": 1}\n", "2:11",
       "expected text, but got a NUL"},
      {fastText, "__label__p " + nul + "\n", "2:12",
       "expected text, but got a NUL"},
      {vowpal, "1 |f " + nul + "\n", "2:6", "expected text, but got a NUL"},
      // No label.
      {csv, ",a film\n", "3:1", "expected a label"},
      {tsv, "\ta film\n", "3:1", "expected a label"},
      {jsonLines, "{\"text\": \"a film\"}\n", "2:1",
       "expected a field \"label\", but the object has none"},
      {jsonLines, "{\"text\": \"a film\", \"label\": null}\n", "2:29",
       "in \"label\": expected a label, but got null"},
      {json, "{\"text\": \"a film\"}\n", "2:1",
       "expected a field \"label\", but the object has none"},
      {fastText, "a film\n", "2:1", "expected a word such as __label__spam"},
      {vowpal, "|f a film\n", "2:1", "expected a label, but got nothing"},
      {libsvm, "1:1 2:1\n", "2:1", "expected a label, but got \"1:1\""},
      // Labels of another kind than the rows before.
      {csv, "2,a film\n", "3:1", "expected a label of 0 or 1"},
      {tsv, "2\ta film\n", "3:1", "expected a label of 0 or 1"},
      {jsonLines, "{\"text\": \"a film\", \"label\": 2}\n", "2:29",
       "in \"label\": expected a label of 0 or 1"},
      {json, "{\"text\": \"a film\", \"label\": 2}\n", "2:29",
       "in \"label\": expected a label of 0 or 1"},
      {vowpal, "2 |f a film\n", "2:1", "expected a label of 0 or 1"},
      {libsvm, "2 0:1\n", "2:1", "expected a label of 0 or 1"},
      {csv, "many,a film\n", "3:1",
       "expected a label that is a number, as "
       "above, but got \"many\""},
      {jsonLines, "{\"text\": \"a film\", \"label\": \"many\"}\n", "2:29",
       "in \"label\": expected a label that is a number, as above"},
      {vowpal, "many |f a film\n", "2:1", "expected a label that is a number"},
      {libsvm, "many 0:1\n", "2:1", "expected a label"},
      {csv, "0.5,a film\n", "3:1", "expected a class, but got \"0.5\"",
       classes},
      {libsvm, "0.5 0:1\n", "2:1", "expected a class, but got \"0.5\"",
       classes},
      {csv, "1e39,a film\n", "3:1", "expected a label that a float can hold",
       numbers},
      {jsonLines, "{\"text\": \"a film\", \"label\": 1e39}\n", "2:29",
       "in \"label\": expected a label that a float can hold", numbers},
      {vowpal, "1e39 |f a film\n", "2:1",
       "expected a label that a float can "
       "hold",
       numbers},
      {libsvm, "1e39 0:1\n", "2:1", "expected a label that a float can hold",
       numbers},
      {fastText, "__label__" + std::string(300, 'p') + " a film\n", "2:10",
       "expected a label of at most 256 bytes"},
      // The form itself.
      {csv, "1\n", "3:2", "expected 2 fields as in the header, but got 1"},
      {tsv, "1\ta\tb\n", "3:5", "expected 2 fields as in the header"},
      {csv, "1,\"a film\n", "3:3", "the quote that opens here"},
      {csv, "1,a \"good\" film\n", "3:5", "expected no quote inside a field"},
      {jsonLines, "{\"text\": \"a film\", \"label\": 1\n", "2:30",
       "expected a JSON object"},
      {jsonLines, "{\"text\": 3, \"label\": 1}\n", "2:10",
       "expected text in \"text\", but got \"3\""},
      {json, "{\"text\": \"a film\" \"label\": 1}\n", "2:19",
       "expected a JSON object"},
      {json, "3\n", "2:1", "expected a JSON object, but got another value"},
      {vowpal, "1 a film\n", "2:1", "expected a '|' before the words"},
      {vowpal, "1 -2.5 |f a film\n", "2:3",
       "expected a weight, a number of 0 or more"},
      {vowpal, "1 |f film:2\n", "2:11", "expected a word without a value"},
      {libsvm, "1 0:1 0:1\n", "2:7", "index 0 is there twice"},
      {libsvm, "1 2:1 0:1\n", "2:7", "expected an index above 2, but got 0"},
      {libsvm, "1 0:x\n", "2:5", "expected a value after ':'"},
      {libsvm, "1 0:1e99\n", "2:5", "expected a value after ':' that a float"},
      {libsvm, "1 a:1\n", "2:3", "expected INDEX:VALUE"},
      {libsvm, "1 0 1\n", "2:4", "expected ':' after the index"},
      {libsvm, "1 9999999999:1\n", "2:3", "expected an index of at most"},
      {fastText, "__label__p " + huge + "\n", "2:1",
       "expected a line of at most 64 MiB"},
  };
  for (const Row &row : rows)
    expectRefused({row.form.before + row.text + row.form.after, row.place,
                   row.message, row.more, row.form.name},
                  row.form.name);
  EXPECT_EQ(count, 55);
}

TEST_F(BrokenFiles, WholeFiles) {
  const Arguments none, lines = {"--format", "lines"};
  const std::vector<Broken> cases = {
      {"", "", "expected examples, but the file is empty", none, "x"},
      {"", "1:1", "expected a header", none, "x.csv"},
      {"label,review\n", "2:1", "expected documents, but got none", none,
       "x.csv"},
      {"label,review\n1,a\n1,b\n0,c\n0,d\n",
       "",
       "expected features, but no "
       "term of the texts is left",
       {"--min-df", "2"},
       "x.csv"},
      {"label,review\np,a film\np,a plot\n", "",
       "expected at least two "
       "classes, but every label is "
       "\"p\"",
       none, "x.csv"},
      {"label,review,label\n1,a,1\n", "1:14", "expected one column \"label\"",
       none, "x.csv"},
      {"label,a,b\n1,a c,b c\n0,a d,b d\n", "1:1",
       "expected a column "
       "\"review\", or one alone",
       none, "x.csv"},
      {"n,review\n1,a b\n",
       "1:1",
       "expected a column \"grade\", but got \"n\"",
       {"--label-column", "grade"},
       "x.csv"},
      {"", "1:1", "expected documents, but got none", none, "x.jsonl"},
      {"[]", "1:3", "expected documents, but got none", none, "x.json"},
      {"[{\"text\": \"a b\", \"label\": 1}\n", "2:1",
       "the JSON list is never "
       "closed",
       none, "x.json"},
      {"",
       "",
       "expected documents, but got none",
       {"--format", "fasttext"},
       "x.txt"},
      {"", "", "expected documents, but got none", none, "x.vw"},
      {"# nothing\n", "", "expected examples, but got none", none, "x.libsvm"},
      {"a film\n", "", "expected labels, but plain text has none", lines,
       "x.txt"},
      {"good film\nbad film\n", "1:1", "expected CSV, JSON, LIBSVM text, lines",
       none, "x"},
      {"a" + nul + "b\n", "1:2", "expected text, but the file has NUL bytes",
       none, "x"},
      {"PAR1", "", "expected text, but got a Parquet file", none, "x"},
  };
  for (const Broken &broken : cases)
    expectRefused(broken, broken.file);
  EXPECT_EQ(count, 18);
}

/// Rows of another set that the training set's classes do not fit.
TEST_F(BrokenFiles, AnUnknownClass) {
  const std::pair<Form, std::string> unknown[] = {
      {{"x.csv", "label,review\np,a good film\n", "n,a bad film\n"},
       "q,a film\n"},
      {{"x.tsv", "label\treview\np\ta good film\n", "n\ta bad film\n"},
       "q\ta film\n"},
      {{"x.jsonl", "{\"text\": \"a good film\", \"label\": \"p\"}\n",
        "{\"text\": \"a bad film\", \"label\": \"n\"}\n"},
       "{\"text\": \"a film\", \"label\": \"q\"}\n"},
      {{"x.json", "[{\"text\": \"a good film\", \"label\": \"p\"},\n",
        "{\"text\": \"a bad film\", \"label\": \"n\"}]"},
       "{\"text\": \"a film\", \"label\": \"q\"},\n"},
      {fastText, "__label__q a film\n"},
      {{"x.vw", "p |f a good film\n", "n |f a bad film\n"}, "q |f a film\n"},
      {{"x.libsvm", "p 0:1\n", "n 1:1\n", {"--labels", "names"}}, "q 0:1\n"},
  };
  const std::string places[] = {"3:1",  "3:1", "2:29", "2:29",
                                "2:10", "2:1", "2:1"};
  for (std::size_t at = 0; at < std::size(unknown); ++at) {
    const auto &[form, row] = unknown[at];
    writeFile(folder / form.name, form.before + form.after);
    Arguments arguments = {folder / form.name, "-o", folder / "train.st"};
    arguments.insert(arguments.end(), form.options.begin(), form.options.end());
    const Outcome made = runData(arguments);
    ASSERT_EQ(made.status, 0) << made.err;
    const bool isJson = form.name.starts_with("x.json");
    expectRefused({form.before + row + form.after,
                   places[at],
                   std::string(isJson ? "in \"label\": " : "") +
                       "expected one of the classes of the training set "
                       "(\"n\", \"p\"), but got \"q\"",
                   {"--like", "@/train.st"},
                   form.name},
                  form.name);
  }
  EXPECT_EQ(count, 7);
}

TEST_F(BrokenFiles, Folders) {
  const auto expectError = [&](const std::string &file,
                               const std::string &message,
                               const Arguments &more = {}) {
    Arguments arguments = {folder / "f", "-o", folder / "none.st"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = runData(arguments);
    EXPECT_EQ(outcome.status, 1);
    EXPECT_NE(outcome.err.find("error: " + (folder / file) + message),
              std::string::npos)
        << outcome.err;
    EXPECT_FALSE(std::filesystem::exists(folder / "none.st"));
  };
  std::filesystem::create_directories(folder / "f");
  expectError("f", ": expected a folder for each class in it");
  std::filesystem::create_directories(folder / "f/a");
  expectError("f", ": expected a folder for each class in it, or pos/ and "
                   "neg/, but got one folder alone");
  std::filesystem::create_directories(folder / "f/b");
  expectError("f", ": expected texts, but the folders in it are empty");
  writeFile(folder / "f/a/1", "a good film\n");
  expectError("f", ": expected at least two classes, but every label is \"a\"");
  writeFile(folder / "f/b/1", "a bad\nfilm \xff\n");
  expectError("f/b/1", ":2:6: expected UTF-8");
  writeFile(folder / "f/b/1", "a bad " + nul + "\n");
  expectError("f/b/1", ":1:7: expected text, but got a NUL");
  writeFile(folder / "f/b/1", "a bad film\n");
  expectError("f/a/1", ": expected a name such as 0_9.txt",
              {"--labels", "numbers"});
  const Outcome made =
      runData({folder / "f", "-o", folder / "train.st", "--min-df", "1"});
  ASSERT_EQ(made.status, 0) << made.err;
  std::filesystem::create_directories(folder / "f/c");
  writeFile(folder / "f/c/1", "a film\n");
  expectError("f/c/1",
              ": in the name of its folder: expected one of the "
              "classes of the training set",
              {"--like", folder / "train.st"});
}
