#include "gril/analysis/decompiler/decompiler_conclusion.h"

#include <cmath>

#include "gril/base/check.h"

namespace gril {
namespace {

/// How far a kernel may be from that of a step: 5 % of the rate are 5 % of the predictions.
constexpr double kMostRateDistance = kMostPredictionDifference;

/// A number with three digits.
std::string digits(double value) {
  std::ostringstream text;
  text.precision(3);
  text << value;
  return text.str();
}

std::string counted_noun(int64_t count, const std::string& noun) {
  return concatenate(count, ' ', noun, count == 1 ? "" : "s");
}

/// The kernel and the answers beside one tuned step; nothing where they are not compared.
std::optional<Agreement> descent_agreement(const Decompilation& found) {
  if (!found.descent || !found.predictions) return std::nullopt;
  const DescentCoefficients& kernel = *found.descent;
  Agreement result = agreement_with(*found.predictions, "tuned gradient descent's");
  const auto add = [&](const char* name, double share, const std::string& text) {
    result.checks.push_back(share_check(name, share, kMostRateDistance, text));
  };
  const double rate = kernel.learning_rate_per_example / kernel.expected_rate_per_example;
  const double difference = found.function.attention_difference;
  add("learning_rate_distance", std::abs(rate - 1.0),
      concatenate("its learning rate is ", digits(rate), " times the best"));
  add("descent_diagonal_spread", kernel.diagonal_spread,
      concatenate("its learning rates spread by ", percent_text(kernel.diagonal_spread)));
  add("descent_off_diagonal", kernel.off_diagonal,
      concatenate("its kernel has ", percent_text(kernel.off_diagonal), " off the diagonal"));
  add("attention_difference", difference,
      concatenate("trilinear terms leave ", percent_text(difference), " of its outputs (rms)"));
  return result;
}

/// The numbers that decide on attention.
std::vector<Check> attention_checks(const Decompilation& found) {
  const FunctionFindings& function = found.function;
  return {share_check("kernel_rest", function.norms.relative_rest(), kNearAttention, ""),
          share_check("attention_difference", function.attention_difference,
                      kMostPredictionDifference, "")};
}

/// Both checks within `factor` times their limits, and heads to speak of.
bool is_attention(const Decompilation& found, double factor) {
  if (found.attention->nearest.empty()) return false;
  for (const Check& check : attention_checks(found)) {
    if (!(check.excess <= factor)) return false;
  }
  return true;
}

/// "0.3 % (rms) of its outputs on 500 sequences of …"
std::string measured_clause(const Decompilation& found) {
  return concatenate(percent_text(found.function.attention_difference), " (rms) of its outputs on ",
                     found.measured_on);
}

/// "it remembers in 10 directions and asks in 4 (10 neurons with λ > 0.5, 13 others matter)".
std::string size_clause(const Decompilation& found) {
  const int64_t kept = found.neurons.kept.numel();
  const double threshold = found.neurons.threshold;
  return concatenate(
      "it remembers in ", counted_noun(found.function.memory.count_above(threshold), "direction"),
      " and asks in ", found.function.queries.count_above(threshold), "; of its ",
      counted_noun(found.weights.state_size(), "neuron"), ' ', found.neurons.remembering,
      " with λ above 0.5 and ", kept - found.neurons.remembering, " others matter");
}

std::string heads_clause(const AttentionFindings& attention) {
  if (attention.heads == 0) {
    return concatenate("more than ",
                       counted_noun(static_cast<int64_t>(attention.nearest.size()), "head"));
  }
  return counted_noun(attention.heads, "head");
}

/// How near the teacher's function and matrices are; "" without a teacher.
std::string teacher_clause(const AttentionFindings& attention) {
  if (!attention.teacher) return "";
  const TeacherFindings& teacher = *attention.teacher;
  if (!teacher.comparable) {
    return concatenate(" It cannot represent ", teacher.source, ": ", *teacher.obstacle, '.');
  }
  std::string text = concatenate(" Its function is ", digits(teacher.tensor.relative),
                                 " away (relative) from that of ", teacher.source);
  if (teacher.match) {
    double lowest = 1.0;
    for (const double cosine : teacher.match->value_span_cosines) lowest = std::min(lowest, cosine);
    double lowest_product = 1.0;
    for (const double cosine : teacher.match->query_key_span_cosines) {
      lowest_product = std::min(lowest_product, cosine);
    }
    std::ostringstream cosines;
    cosines.precision(8);
    cosines << ", with cosines " << lowest << " for W_V and " << lowest_product
            << " for W_K^T W_Q, whose common scale no function determines";
    text += cosines.str();
  }
  text += '.';
  if (teacher.obstacle) {
    text += concatenate(" It cannot represent it exactly: ", *teacher.obstacle, '.');
  }
  return text;
}

std::string decay_clause(const MemoryDecay& decay) {
  if (std::abs(decay.eigenvalue - 1.0) <= 0.01) return "";
  return concatenate(" in which a token's weight decays by ", digits(decay.eigenvalue),
                     " per step");
}

/// " It is close to …" where that is so.
std::string near_descent_clause(const Decompilation& found) {
  const auto agreement = descent_agreement(found);
  if (!agreement || agreement->verdict() != Verdict::kClose) return "";
  return concatenate(" It is close to, but not, one gradient-descent step: ", agreement->failures(),
                     '.');
}

Conclusion descent_conclusion(const Decompilation& found, const Agreement& agreement) {
  const DescentCoefficients& descent = *found.descent;
  return {Verdict::kAgrees, "One gradient-descent step",
          concatenate("This network does one gradient-descent step: its kernel memory x query is ",
                      digits(descent.learning_rate_per_example),
                      " on the diagonal, the learning rate per example, where ",
                      digits(descent.expected_rate_per_example), " is best, and at most ",
                      digits(100.0 * descent.off_diagonal), " % of that elsewhere; ",
                      agreement.checks.at(0).found, " and ", agreement.checks.at(1).found, "; ",
                      size_clause(found), '.'),
          agreement.checks};
}

Conclusion attention_conclusion(const Decompilation& found) {
  const AttentionFindings& attention = *found.attention;
  return {Verdict::kAgrees, "Linear attention",
          concatenate("This network computes linear attention with ", heads_clause(attention),
                      decay_clause(found.function.decay), ", ",
                      digits(attention.nearest.back().distance),
                      " away (relative) as a function of all inputs, and its other terms are at "
                      "most ",
                      digits(found.function.norms.relative_rest()), " of it; the attention leaves ",
                      measured_clause(found), "; ", size_clause(found), '.',
                      near_descent_clause(found), teacher_clause(attention)),
          attention_checks(found)};
}

Conclusion close_conclusion(const Decompilation& found) {
  return {Verdict::kClose, "Close to linear attention",
          concatenate(
              "This network is close to, but not, linear attention: the attention leaves ",
              measured_clause(found), ", where at most ", percent_text(kMostPredictionDifference),
              " would do, and its other terms are ", digits(found.function.norms.relative_rest()),
              " of it, where at most ", kNearAttention, " would do; ", size_clause(found), '.',
              near_descent_clause(found), teacher_clause(*found.attention)),
          attention_checks(found)};
}

Conclusion partial_conclusion(const Decompilation& found) {
  return {
      Verdict::kDiffers, "Linear attention on these sequences only",
      concatenate("On ", found.measured_on, " this network answers like linear attention up to ",
                  digits(found.function.attention_difference),
                  " (rms), but as a function of all inputs it has other terms as large as ",
                  digits(found.function.norms.relative_rest()),
                  " of it, which such sequences hardly show; ", size_clause(found), '.',
                  near_descent_clause(found), teacher_clause(*found.attention)),
      attention_checks(found)};
}

Conclusion other_conclusion(const Decompilation& found) {
  return {
      Verdict::kDiffers, "Not linear attention",
      concatenate("This network is not linear attention: products of two earlier values and the "
                  "current token leave ",
                  digits(found.function.attention_difference), " of its outputs (rms) on ",
                  found.measured_on, ", where at most ", kMostPredictionDifference,
                  " would do; its other terms are ", digits(found.function.norms.relative_rest()),
                  " times as large as theirs.", near_descent_clause(found),
                  teacher_clause(*found.attention)),
      attention_checks(found)};
}

}  // namespace

Conclusion conclude(const Decompilation& found) {
  if (found.function.obstacle) {
    return {Verdict::kNone, "No kernel form",
            concatenate("This network cannot be read as attention: ", *found.function.obstacle,
                        ". Kernels, heads and scores are left out.")};
  }
  if (found.sequences < kFewestPrompts) {
    const Agreement few{.prompts = found.sequences, .unit = "sequence"};
    return {Verdict::kNone, "No verdict",
            concatenate("No verdict on linear attention: ", *few.obstacle(), '.'),
            attention_checks(found)};
  }
  const auto descent = descent_agreement(found);
  if (descent && descent->verdict() == Verdict::kAgrees) return descent_conclusion(found, *descent);
  if (is_attention(found, 1.0)) return attention_conclusion(found);
  if (found.function.attention_difference <= kMostPredictionDifference) {
    return partial_conclusion(found);
  }
  return is_attention(found, kCloseFactor) ? close_conclusion(found) : other_conclusion(found);
}

}  // namespace gril
