#pragma once

#include <cstdint>

namespace gril {

/// Rows in a workspace are padded with zeros to a multiple of this, the widest vector of float32,
/// so that kernels need no code for the ends of rows.
constexpr int64_t kPadding = 16;

constexpr int64_t padded(int64_t size) { return (size + kPadding - 1) / kPadding * kPadding; }

/// Hands out consecutive, aligned pieces of a workspace; without one it only counts.
template <typename T>
class WorkspaceCursor {
 public:
  explicit WorkspaceCursor(T* workspace) : workspace_(workspace) {}

  T* take(int64_t size) {
    T* piece = workspace_ == nullptr ? nullptr : workspace_ + taken_;
    taken_ += padded(size);
    return piece;
  }

  int64_t taken() const { return taken_; }

 private:
  T* workspace_;
  int64_t taken_ = 0;
};

}  // namespace gril
