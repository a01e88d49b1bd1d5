// The entry point that libFuzzer, which brings `main`, calls with each input.
#include <stddef.h>
#include <stdint.h>

void flashsale_fuzz(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    flashsale_fuzz(bytes, count);
    return 0;
}
