// SPDX-License-Identifier: Apache-2.0
// TVM's wheel has no support headers, but its runtime sources read and write through this byte stream
// (little endian, as WebAssembly is).
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace tvm {
namespace support {

template <typename T, typename Enable = void>
struct Serializer;
class Stream {
 public:
  virtual ~Stream() = default;
  virtual size_t Read(void* ptr, size_t size) = 0;
  virtual size_t Write(const void* ptr, size_t size) = 0;
  template <typename T>
  void Write(const T& v) {
    Serializer<T>::Write(this, v);
  }
  template <typename T>
  bool Read(T* v) {
    return Serializer<T>::Read(this, v);
  }
  template <typename T>
  void WriteArray(const T* p, size_t n) {
    for (size_t i = 0; i < n; ++i) Serializer<T>::Write(this, p[i]);
  }
  template <typename T>
  bool ReadArray(T* p, size_t n) {
    for (size_t i = 0; i < n; ++i)
      if (!Serializer<T>::Read(this, p + i)) return false;
    return true;
  }
};

}  // namespace support
}  // namespace tvm
#include <tvm/support/serializer.h>
