#pragma once

#include <cstddef>
#include <functional>

namespace gril::cli {

/// Calls work(0), work(1), … work(count - 1) on up to `jobs` threads, the lower numbers first. Once
/// a call has returned false or thrown, no further one starts; those that run are waited for.
/// returns  whether every call returned true
/// throws   what the call with the lowest number threw
bool side_by_side(std::size_t jobs, std::size_t count,
                  const std::function<bool(std::size_t)>& work);

}  // namespace gril::cli
