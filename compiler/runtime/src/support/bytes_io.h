// SPDX-License-Identifier: Apache-2.0
// Streams over memory, which the wheel's runtime sources use to load the VM executable.
#pragma once

#include <tvm/support/io.h>
#include <tvm/ffi/string.h>
#include <algorithm>
#include <cstring>
#include <string>

namespace tvm {
namespace support {

class BytesInStream : public Stream {
 public:
  explicit BytesInStream(const std::string& s) : p_(s.data()), n_(s.size()) {}
  explicit BytesInStream(const ffi::Bytes& b) : p_(b.data()), n_(b.size()) {}
  BytesInStream(const char* p, size_t n) : p_(p), n_(n) {}
  using Stream::Read;
  using Stream::Write;
  size_t Read(void* out, size_t size) final {
    size_t k = std::min(size, n_ - at_);
    if (k) std::memcpy(out, p_ + at_, k);
    at_ += k;
    return k;
  }
  size_t Write(const void*, size_t) final { return 0; }

 private:
  const char* p_;
  size_t n_;
  size_t at_ = 0;
};

class BytesOutStream : public Stream {
 public:
  explicit BytesOutStream(std::string* out) : out_(out) {}
  using Stream::Read;
  using Stream::Write;
  size_t Read(void*, size_t) final { return 0; }
  size_t Write(const void* p, size_t n) final {
    out_->append(static_cast<const char*>(p), n);
    return n;
  }

 private:
  std::string* out_;
};

}  // namespace support
}  // namespace tvm
