//===- HttpError.h - A request that cannot be answered as it is wished *- C++
//-*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_HTTPERROR_H
#define MLC_RUNTIME_SERVE_HTTPERROR_H

#include <stdexcept>
#include <string>

namespace mlc::runtime {

/// Ends the handling of a request. The message goes to the client as
/// `{"error": MESSAGE}`: it says what was expected, and quotes nothing secret.
class HttpError : public std::runtime_error {
public:
  HttpError(int status, const std::string &message)
      : std::runtime_error(message), status_(status) {}

  /// The HTTP status, 400 to 599.
  int status() const { return status_; }

private:
  int status_;
};

/// Ends the handling of a request that does not say what it should.
[[noreturn]] inline void failRequest(const std::string &message) {
  throw HttpError(400, message);
}

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_HTTPERROR_H
