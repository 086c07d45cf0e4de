// SPDX-License-Identifier: Apache-2.0
// The three string helpers that the wheel's runtime sources use.
#pragma once

#include <cctype>
#include <string>
#include <sstream>
#include <vector>

namespace tvm {
namespace support {

inline bool StartsWith(const std::string& s, const char* p) { return s.rfind(p, 0) == 0; }
inline bool IsNumber(const std::string& s) {
  for (char c : s)
    if (!std::isdigit(static_cast<unsigned char>(c))) return false;
  return !s.empty();
}
inline std::vector<std::string> Split(const std::string& s, char d) {
  std::vector<std::string> r;
  std::string t;
  std::istringstream is(s);
  while (std::getline(is, t, d)) r.push_back(t);
  return r;
}

}  // namespace support
}  // namespace tvm
