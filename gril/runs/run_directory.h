#pragma once

#include <filesystem>
#include <utility>

namespace gril {

/// What a run leaves on disk; training and analysis meet only here.
///
///     RUN/config.toml                     the resolved configuration, every key
///     RUN/provenance.json                 version, commit, machine, threads, seeds, command
///     RUN/metrics.jsonl                   one JSON object per line, append-only
///     RUN/checkpoints/last.safetensors    the model, an ordinary model file
///     RUN/checkpoints/best.safetensors    the model with the lowest evaluation loss
///     RUN/checkpoints/training_state.safetensors  what exact resume needs
///     RUN/analysis/*.json                 results of gril analyze
///     RUN/report.html                     the report
class RunDirectory {
 public:
  /// A new run: makes the folder with checkpoints/ and analysis/ in it. An empty folder may exist.
  /// Errors: InvalidArgument when `root` is a file or a folder that is not empty (nothing in it is
  /// touched); InvalidFile with the system's reason when it cannot be made.
  static RunDirectory create(const std::filesystem::path& root);
  /// The same without making anything yet. Errors: those of create for what is there.
  static RunDirectory plan(const std::filesystem::path& root);
  /// Makes the folders of a planned run, as far as they are not there.
  /// Errors: InvalidFile with the system's reason.
  void make() const;
  /// An existing run. Errors: InvalidArgument when config.toml is not there.
  static RunDirectory open(const std::filesystem::path& root);

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path config() const { return root_ / "config.toml"; }
  std::filesystem::path provenance() const { return root_ / "provenance.json"; }
  std::filesystem::path metrics() const { return root_ / "metrics.jsonl"; }
  std::filesystem::path last_model() const { return root_ / "checkpoints" / "last.safetensors"; }
  std::filesystem::path best_model() const { return root_ / "checkpoints" / "best.safetensors"; }
  std::filesystem::path training_state() const {
    return root_ / "checkpoints" / "training_state.safetensors";
  }
  std::filesystem::path analysis() const { return root_ / "analysis"; }
  std::filesystem::path report() const { return root_ / "report.html"; }

 private:
  explicit RunDirectory(std::filesystem::path root) : root_(std::move(root)) {}
  std::filesystem::path root_;
};

}  // namespace gril
