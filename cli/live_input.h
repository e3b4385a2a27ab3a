#pragma once

#include <filesystem>
#include <istream>
#include <memory>
#include <string_view>

#include "gril/base/interrupt.h"

namespace gril::cli {

/// A pipe that ends where it ends or when the program is asked to stop: a read that waits for the
/// next row goes on waiting after a signal. Bytes come as soon as they arrive.
///
/// descriptor  of an open file; it stays open. interrupt must outlive the stream.
std::unique_ptr<std::istream> live_input(int descriptor, const InterruptGuard& interrupt);

/// The same for a named pipe, unpacked where it is gzip (unpacked_file.h).
/// errors  InvalidFile "[where] path: …" when it may not be read
std::unique_ptr<std::istream> open_live(const std::filesystem::path& pipe,
                                        const InterruptGuard& interrupt, std::string_view where);

}  // namespace gril::cli
