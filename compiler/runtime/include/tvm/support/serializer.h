// SPDX-License-Identifier: Apache-2.0
// How the runtime sources of the wheel write values into a Stream: little endian, a u64 length before
// elements, an enum as i32, a DLDataType as u8, u8, u16.
#pragma once

#include <tvm/support/io.h>
#include <tvm/ffi/container/array.h>
#include <tvm/ffi/container/map.h>
#include <tvm/ffi/string.h>
#include <dlpack/dlpack.h>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tvm {
namespace support {

// Plain scalars: raw little-endian bytes.
template <typename T>
struct Serializer<T, std::enable_if_t<std::is_arithmetic_v<T>>> {
  static constexpr bool enabled = true;
  static void Write(Stream* s, const T& v) { s->Write(static_cast<const void*>(&v), sizeof(T)); }
  static bool Read(Stream* s, T* v) { return s->Read(static_cast<void*>(v), sizeof(T)) == sizeof(T); }
};

template <typename T>
struct Serializer<T, std::enable_if_t<std::is_enum_v<T>>> {
  static constexpr bool enabled = true;
  static void Write(Stream* s, const T& v) {
    int32_t x = static_cast<int32_t>(v);
    s->Write(static_cast<const void*>(&x), 4);
  }
  static bool Read(Stream* s, T* v) {
    int32_t x;
    if (s->Read(static_cast<void*>(&x), 4) != 4) return false;
    *v = static_cast<T>(x);
    return true;
  }
};

template <>
struct Serializer<DLDataType> {
  static constexpr bool enabled = true;
  static void Write(Stream* s, const DLDataType& v) {
    s->Write<uint8_t>(v.code);
    s->Write<uint8_t>(v.bits);
    s->Write<uint16_t>(v.lanes);
  }
  static bool Read(Stream* s, DLDataType* v) {
    return s->Read(&v->code) && s->Read(&v->bits) && s->Read(&v->lanes);
  }
};

template <>
struct Serializer<DLDevice> {
  static constexpr bool enabled = true;
  static void Write(Stream* s, const DLDevice& v) {
    s->Write<int32_t>(static_cast<int32_t>(v.device_type));
    s->Write<int32_t>(v.device_id);
  }
  static bool Read(Stream* s, DLDevice* v) {
    int32_t t = 0, id = 0;
    if (!s->Read(&t) || !s->Read(&id)) return false;
    v->device_type = static_cast<DLDeviceType>(t);
    v->device_id = id;
    return true;
  }
};

template <>
struct Serializer<std::string> {
  static constexpr bool enabled = true;
  static void Write(Stream* s, const std::string& v) {
    s->Write<uint64_t>(v.size());
    s->Write(static_cast<const void*>(v.data()), v.size());
  }
  static bool Read(Stream* s, std::string* v) {
    uint64_t n;
    if (!s->Read(&n)) return false;
    v->resize(static_cast<size_t>(n));
    return n == 0 || s->Read(static_cast<void*>(&(*v)[0]), static_cast<size_t>(n)) == n;
  }
};

template <>
struct Serializer<ffi::String> {
  static constexpr bool enabled = true;
  static void Write(Stream* s, const ffi::String& v) {
    s->Write<uint64_t>(v.size());
    s->Write(static_cast<const void*>(v.data()), v.size());
  }
  static bool Read(Stream* s, ffi::String* v) {
    std::string t;
    if (!Serializer<std::string>::Read(s, &t)) return false;
    *v = ffi::String(std::move(t));
    return true;
  }
};

template <typename T>
struct Serializer<std::vector<T>> {
  static constexpr bool enabled = true;
  static void Write(Stream* s, const std::vector<T>& v) {
    s->Write<uint64_t>(v.size());
    for (const T& x : v) Serializer<T>::Write(s, x);
  }
  static bool Read(Stream* s, std::vector<T>* v) {
    uint64_t n;
    if (!s->Read(&n)) return false;
    v->resize(static_cast<size_t>(n));
    for (T& x : *v)
      if (!Serializer<T>::Read(s, &x)) return false;
    return true;
  }
};

template <typename K, typename V>
struct Serializer<std::unordered_map<K, V>> {
  static constexpr bool enabled = true;
  static void Write(Stream* s, const std::unordered_map<K, V>& m) {
    s->Write<uint64_t>(m.size());
    for (const auto& kv : m) {
      Serializer<K>::Write(s, kv.first);
      Serializer<V>::Write(s, kv.second);
    }
  }
  static bool Read(Stream* s, std::unordered_map<K, V>* m) {
    uint64_t n;
    if (!s->Read(&n)) return false;
    m->clear();
    for (uint64_t i = 0; i < n; ++i) {
      K k;
      V v;
      if (!Serializer<K>::Read(s, &k) || !Serializer<V>::Read(s, &v)) return false;
      m->insert({std::move(k), std::move(v)});
    }
    return true;
  }
};

template <typename T>
struct Serializer<ffi::Array<T>> {
  static constexpr bool enabled = true;
  static void Write(Stream* s, const ffi::Array<T>& v) {
    s->Write<uint64_t>(v.size());
    for (const T& x : v) Serializer<T>::Write(s, x);
  }
  static bool Read(Stream* s, ffi::Array<T>* v) {
    uint64_t n;
    if (!s->Read(&n)) return false;
    ffi::Array<T> out;
    for (uint64_t i = 0; i < n; ++i) {
      T x;
      if (!Serializer<T>::Read(s, &x)) return false;
      out.push_back(x);
    }
    *v = std::move(out);
    return true;
  }
};
// Values without a default constructor (object references) start as an empty reference.
template <typename T, typename = void>
struct Holder_ {
  T v{};
  T* get() { return &v; }
};

template <typename T>
struct Holder_<T, std::enable_if_t<!std::is_default_constructible_v<T>>> {
  T v{ffi::UnsafeInit{}};
  T* get() { return &v; }
};

template <typename K, typename V>
struct Serializer<ffi::Map<K, V>> {
  static constexpr bool enabled = true;
  static void Write(Stream* s, const ffi::Map<K, V>& m) {
    s->Write<uint64_t>(m.size());
    for (const auto& kv : m) {
      Serializer<K>::Write(s, kv.first);
      Serializer<V>::Write(s, kv.second);
    }
  }
  static bool Read(Stream* s, ffi::Map<K, V>* m) {
    uint64_t n;
    if (!s->Read(&n)) return false;
    ffi::Map<K, V> out;
    for (uint64_t i = 0; i < n; ++i) {
      Holder_<K> k;
      Holder_<V> v;
      if (!Serializer<K>::Read(s, k.get()) || !Serializer<V>::Read(s, v.get())) return false;
      out.Set(k.v, v.v);
    }
    *m = std::move(out);
    return true;
  }
};

}  // namespace support
}  // namespace tvm
