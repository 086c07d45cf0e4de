// SPDX-License-Identifier: Apache-2.0
// The four entry points which tvmjs calls in a model library. The wheel's own file also brings in a remote
// procedure call server, which a library does not need.
#include <tvm/ffi/c_api.h>
#include <tvm/ffi/error.h>
#include <tvm/ffi/function.h>

#include <string>

#define EXPORTED __attribute__((used, visibility("default")))

extern "C" {

// Imported from tvmjs: calls and releases a JavaScript function.
int TVMFFIWasmSafeCall(void* self, const TVMFFIAny* args, int32_t count, TVMFFIAny* result);
void TVMFFIWasmFunctionDeleter(void* self);

EXPORTED void* TVMWasmAllocSpace(int size) { return new int64_t[(size + 7) / 8]; }  // aligned to 8 bytes

EXPORTED void TVMWasmFreeSpace(void* space) { delete[] static_cast<int64_t*>(space); }

EXPORTED int TVMFFIWasmFunctionCreate(void* self, TVMFFIObjectHandle* out) {
  return TVMFFIFunctionCreate(self, TVMFFIWasmSafeCall, TVMFFIWasmFunctionDeleter, out);
}

// The message stays valid until the next call.
EXPORTED const char* TVMFFIWasmGetLastError() {
  static std::string message;
  message = ::tvm::ffi::details::MoveFromSafeCallRaised().what();
  return message.c_str();
}

}  // extern "C"
