#pragma once

#include <filesystem>
#include <istream>
#include <memory>
#include <string>
#include <string_view>

namespace gril {

/// Opens a file for reading from its start, unpacked on the way where it is gzip (one member or
/// several, RFC 1952); the first byte decides, not the name. Text and other bytes come as they are,
/// as soon as they arrive: a pipe may be read while it is written.
///
/// errors  InvalidArgument "[where] path: …" when there is no such file or it is a folder;
///         InvalidFile when it may not be read. Reading the stream's buffer throws InvalidFile for
///         gzip data that are damaged or end early.
/// cost    Memory of 128 KiB and zlib's window.
std::unique_ptr<std::istream> open_unpacked(const std::filesystem::path& path,
                                            std::string_view where);

/// The same of a stream that is open already; name: what messages call it.
std::unique_ptr<std::istream> unpacked(std::unique_ptr<std::istream> source, std::string_view where,
                                       const std::string& name);

}  // namespace gril
