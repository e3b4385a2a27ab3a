#include "cli/prediction_output.h"

#include <iostream>

#include "gril/base/check.h"

namespace gril::cli {

constexpr std::string_view kWhere = "stream";

PredictionOutput::PredictionOutput(const std::string& file, bool to_stdout)
    : to_stdout_(file.empty() && to_stdout) {
  if (!file.empty()) file_.emplace(file, kWhere);
  table_.emplace([this](std::string_view text) { write(text); }, stream::kMethodNames);
}

void PredictionOutput::add(int64_t row, double target,
                           const std::array<double, stream::kMethods>& predictions, bool at_once) {
  if (!file_ && !to_stdout_) return;
  table_->add(row, target, predictions);
  if (to_stdout_ && at_once) table_->flush();
}

void PredictionOutput::finish() {
  table_->flush();
  if (file_) file_->commit();
}

void PredictionOutput::write(std::string_view text) {
  if (file_) file_->write(text);
  if (!to_stdout_) return;
  std::cout << text << std::flush;
  require_file(std::cout.good(), kWhere,
               "the standard output must take the predictions; got an error. Use --output FILE.");
}

}  // namespace gril::cli
