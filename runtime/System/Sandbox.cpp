//===- Sandbox.cpp - Giving up what a server does not need ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "System/Sandbox.h"

#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace mlc::runtime {

// The filter is a list of numbers, so that it is written here and not by
// libseccomp: that is under the LGPL, which would bind everybody who hands on a
// program that is linked with it.
// Source: https://docs.kernel.org/userspace-api/seccomp_filter.html

/// What a server that has started asks of the system.
static constexpr int allowed[] = {
    // Connections and files that are open.
    SYS_read,
    SYS_write,
    SYS_readv,
    SYS_writev,
    SYS_recvfrom,
    SYS_recvmsg,
    SYS_sendto,
    SYS_sendmsg,
    SYS_accept,
    SYS_accept4,
    SYS_shutdown,
    SYS_close,
    SYS_getsockname,
    SYS_getpeername,
    SYS_setsockopt,
    SYS_getsockopt,
    SYS_ioctl,
    SYS_fcntl,
    SYS_fstat,
    SYS_lseek,
    SYS_fsync,
    // Waiting.
    SYS_epoll_wait,
    SYS_epoll_pwait,
    SYS_epoll_ctl,
    SYS_poll,
    SYS_ppoll,
    SYS_timerfd_settime,
    SYS_futex,
    SYS_nanosleep,
    SYS_clock_nanosleep,
    SYS_sched_yield,
    SYS_restart_syscall,
    // Memory; mmap and mprotect are looked at below.
    SYS_munmap,
    SYS_mremap,
    SYS_madvise,
    SYS_brk,
    // Clocks, and what this process is.
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_gettimeofday,
    SYS_time,
    SYS_getpid,
    SYS_gettid,
    SYS_getrusage,
    SYS_getrandom,
    SYS_getcpu,
    SYS_sched_getaffinity,
    SYS_uname,
    // Signals and the end.
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_sigaltstack,
    SYS_tgkill,
    SYS_exit,
    SYS_exit_group,
#ifdef SYS_rseq
    SYS_rseq,
#endif
};

static std::vector<sock_filter> makeFilter() {
  std::vector<sock_filter> filter;
  const auto load = [&](std::size_t offset) {
    filter.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, unsigned(offset)));
  };
  const auto end = [&](unsigned result) {
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, result));
  };
  constexpr unsigned refuse = SECCOMP_RET_ERRNO | EPERM;
  // Numbers mean other calls in 32-bit code, which has no business here.
  load(offsetof(seccomp_data, arch));
  filter.push_back(
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0));
  end(SECCOMP_RET_KILL_PROCESS);
  load(offsetof(seccomp_data, nr));
  // Each jumps over the next statement where it is another call; the numbers of
  // the x32 interface are equal to none of these.
  for (int number : allowed) {
    filter.push_back(
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, unsigned(number), 0, 1));
    end(SECCOMP_RET_ALLOW);
  }
  // The third argument says what may be done with the memory.
  for (int number : {SYS_mmap, SYS_mprotect}) {
    filter.push_back(
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, unsigned(number), 0, 4));
    load(offsetof(seccomp_data, args[2]));
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0));
    end(SECCOMP_RET_ALLOW);
    end(refuse);
  }
  // fstat, as glibc calls it: of what is open, and of no name.
  filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_newfstatat, 0, 4));
  load(offsetof(seccomp_data, args[3]));
  filter.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, AT_EMPTY_PATH, 0, 1));
  end(SECCOMP_RET_ALLOW);
  end(refuse);
  end(refuse);
  return filter;
}

bool enterSandbox() {
  std::vector<sock_filter> filter = makeFilter();
  const sock_fprog program{static_cast<unsigned short>(filter.size()),
                           filter.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                 SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}

} // namespace mlc::runtime
