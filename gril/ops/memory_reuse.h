#pragma once

namespace gril {

/// Tells the C library's allocator to keep freed memory for the next allocation, however large it
/// was. By default blocks of 32 MB and more go back to the system when they are freed, and the next
/// tensor of that size is built from fresh pages, each of which the system must clear: for a scan
/// over 200 MB tensors that costs ten times as much as the scan.
/// For programs, to be called once at their start; a library should leave that choice to its user.
/// returns  whether the allocator accepted it (glibc does; others do not know it).
bool keep_freed_memory();

}  // namespace gril
