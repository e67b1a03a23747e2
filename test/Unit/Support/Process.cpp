//===- Process.cpp - Runs a program as a user does ------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/Process.h"

#include "Support/TestData.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <pty.h>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace mlc::test {

[[noreturn]] static void execute(const std::string &program,
                                 const std::vector<std::string> &arguments) {
  std::vector<char *> argv = {const_cast<char *>(program.c_str())};
  for (const std::string &argument : arguments)
    argv.push_back(const_cast<char *>(argument.c_str()));
  argv.push_back(nullptr);
  // A shell that runs the tests in the background has it ignored.
  std::signal(SIGINT, SIG_DFL);
  execv(program.c_str(), argv.data());
  _exit(127);
}

static int waitFor(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) != child)
    throw std::runtime_error("waitpid failed");
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void redirect(int descriptor, const std::string &path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0 || dup2(file, descriptor) < 0)
    _exit(126);
  close(file);
}

Result runProgram(const std::string &program,
                  const std::vector<std::string> &arguments,
                  const Start &start) {
  const TemporaryFolder folder;
  const std::string out = start.out.empty() ? folder / "out" : start.out;
  const pid_t child = fork();
  if (child == 0) {
    redirect(STDOUT_FILENO, out);
    redirect(STDERR_FILENO, folder / "error");
    if (start.inChild)
      start.inChild();
    execute(program, arguments);
  }
  if (start.meanwhile)
    start.meanwhile(child);
  Result result;
  result.status = waitFor(child);
  if (start.out.empty())
    result.out = readFile(out);
  result.error = readFile(folder / "error");
  return result;
}

void waitUntil(pid_t child, const std::function<bool()> &condition) {
  using namespace std::chrono_literals;
  siginfo_t ended{};
  while (!condition() && !ended.si_pid) {
    std::this_thread::sleep_for(1ms);
    // Who ended is waited for again, by waitFor.
    if (waitid(P_PID, child, &ended, WEXITED | WNOHANG | WNOWAIT) != 0)
      throw std::runtime_error("waitid failed");
  }
}

bool hasTerminals() {
  int terminal = -1, program = -1;
  if (openpty(&terminal, &program, nullptr, nullptr, nullptr) != 0)
    return false;
  close(terminal);
  close(program);
  return true;
}

Result runOnTerminal(const std::string &program,
                     const std::vector<std::string> &arguments, int columns,
                     Typing typing) {
  winsize size{};
  size.ws_row = 24;
  size.ws_col = columns;
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child < 0)
    throw std::runtime_error("no terminal to run on");
  if (child == 0) {
    setenv("TERM", "xterm", 1);
    execute(program, arguments);
  }
  Result result;
  char buffer[4096];
  // Reading fails once the program has closed its side.
  for (ssize_t count; (count = read(terminal, buffer, sizeof buffer)) > 0;) {
    result.out.append(buffer, count);
    if (typing.keys.empty() ||
        result.out.find(typing.when) == std::string::npos)
      continue;
    if (write(terminal, typing.keys.data(), typing.keys.size()) < 0)
      throw std::runtime_error("cannot type");
    typing.keys.clear();
  }
  result.status = waitFor(child);
  close(terminal);
  return result;
}

} // namespace mlc::test
