// safetensors_copy IN OUT: reads a file with gril and writes it again, for the interchange test.
#include <iostream>

#include "gril/base/error.h"
#include "gril/base/safetensors.h"

int main(int count, char** arguments) {
  if (count != 3) return 2;
  try {
    gril::write_safetensors(arguments[2], gril::read_safetensors(arguments[1]));
    return 0;
  } catch (const gril::InvalidFile& error) {
    std::cerr << error.what() << '\n';
    return 3;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
