// SPDX-License-Identifier: Apache-2.0
// Base64 streams, which the wheel's sources name for tensors in JSON; the coding itself is tvm-ffi's.
#pragma once

#include <tvm/support/io.h>
#include <tvm/ffi/extra/base64.h>
#include <algorithm>
#include <cstring>
#include <string>

namespace tvm {
namespace support {

class Base64OutStream : public Stream {
 public:
  explicit Base64OutStream(Stream* s) : s_(s) {}
  using Stream::Read;
  using Stream::Write;
  size_t Read(void*, size_t) final { return 0; }
  size_t Write(const void* p, size_t n) final {
    buf_.append(static_cast<const char*>(p), n);
    return n;
  }
  void Finish() {
    ffi::String e = ffi::Base64Encode(TVMFFIByteArray{buf_.data(), buf_.size()});
    s_->Write(static_cast<const void*>(e.data()), e.size());
    buf_.clear();
  }

 private:
  Stream* s_;
  std::string buf_;
};

class Base64InStream : public Stream {
 public:
  explicit Base64InStream(Stream* s) : s_(s) {}
  void InitPosition() {
    std::string all;
    char c;
    while (s_->Read(static_cast<void*>(&c), 1) == 1) all.push_back(c);
    ffi::Bytes b = ffi::Base64Decode(TVMFFIByteArray{all.data(), all.size()});
    buf_.assign(b.data(), b.size());
    at_ = 0;
  }
  using Stream::Read;
  using Stream::Write;
  size_t Read(void* out, size_t n) final {
    size_t k = std::min(n, buf_.size() - at_);
    if (k) std::memcpy(out, buf_.data() + at_, k);
    at_ += k;
    return k;
  }
  size_t Write(const void*, size_t) final { return 0; }

 private:
  Stream* s_;
  std::string buf_;
  size_t at_ = 0;
};

}  // namespace support
}  // namespace tvm
