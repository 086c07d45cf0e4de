// SPDX-License-Identifier: Apache-2.0
// The four entry points which tvmjs calls in a model library. The wheel's own file also brings in a remote
// procedure call server, which a library does not need.
#include <tvm/ffi/c_api.h>
#include <tvm/ffi/error.h>
#include <tvm/ffi/function.h>
#include <string>

extern "C" {
int TVMFFIWasmSafeCall(void* self, const TVMFFIAny* args, int32_t n, TVMFFIAny* ret);  // from JS
void TVMFFIWasmFunctionDeleter(void* self);                                            // from JS
__attribute__((used, visibility("default"))) void* TVMWasmAllocSpace(int size) {
  return new int64_t[(size + 7) / 8];
}
__attribute__((used, visibility("default"))) void TVMWasmFreeSpace(void* p) {
  delete[] static_cast<int64_t*>(p);
}
__attribute__((used, visibility("default"))) int TVMFFIWasmFunctionCreate(void* self,
                                                                          TVMFFIObjectHandle* out) {
  return TVMFFIFunctionCreate(self, TVMFFIWasmSafeCall, TVMFFIWasmFunctionDeleter, out);
}
__attribute__((used, visibility("default"))) const char* TVMFFIWasmGetLastError() {
  static std::string last;
  last = ::tvm::ffi::details::MoveFromSafeCallRaised().what();
  return last.c_str();
}
}
