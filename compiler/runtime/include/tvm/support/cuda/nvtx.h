// SPDX-License-Identifier: Apache-2.0
// The runtime sources of the wheel mark profiling ranges, which mean nothing in a browser.
#pragma once

#include <string>

namespace tvm {
namespace support {

class NVTXScopedRange {
 public:
  explicit NVTXScopedRange(const char*) {}
  explicit NVTXScopedRange(const std::string&) {}
};

}  // namespace support
}  // namespace tvm
