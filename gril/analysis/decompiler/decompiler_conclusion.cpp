#include "gril/analysis/decompiler/decompiler_conclusion.h"

#include <cmath>

#include "gril/base/check.h"

namespace gril {
namespace {

constexpr double kNearRate = 0.05;
constexpr double kNearOutputs = 0.05;

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

bool is_descent(const Decompilation& found) {
  if (!found.descent) return false;
  const DescentCoefficients& descent = *found.descent;
  const double ratio = descent.learning_rate_per_example / descent.expected_rate_per_example;
  return std::abs(ratio - 1.0) <= kNearRate && descent.off_diagonal <= kNearRate &&
         found.function.attention_difference <= kNearOutputs;
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

DecompilerConclusion descent_conclusion(const Decompilation& found) {
  const DescentCoefficients& descent = *found.descent;
  return {true, "One gradient-descent step",
          concatenate("This network does one gradient-descent step: its kernel memory x query is ",
                      digits(descent.learning_rate_per_example),
                      " on the diagonal, the learning rate per example, where ",
                      digits(descent.expected_rate_per_example), " is best, and at most ",
                      digits(100.0 * descent.off_diagonal), " % of that elsewhere; ",
                      size_clause(found), '.')};
}

DecompilerConclusion attention_conclusion(const Decompilation& found) {
  const AttentionFindings& attention = *found.attention;
  std::string distance = attention.nearest.empty()
                             ? ""
                             : concatenate(", ", digits(attention.nearest.back().distance),
                                           " away (relative) as a function of all inputs");
  return {true, "Linear attention",
          concatenate("This network computes linear attention with ", heads_clause(attention),
                      decay_clause(found.function.decay), distance,
                      ", and its other terms are at most ",
                      digits(found.function.norms.relative_rest()), " of it; ", size_clause(found),
                      '.', teacher_clause(attention))};
}

DecompilerConclusion partial_conclusion(const Decompilation& found) {
  return {
      false, "Linear attention on these sequences only",
      concatenate("On ", found.measured_on, " this network answers like linear attention up to ",
                  digits(found.function.attention_difference),
                  " (rms), but as a function of all inputs it has other terms as large as ",
                  digits(found.function.norms.relative_rest()),
                  " of it, which such sequences hardly show; ", size_clause(found), '.',
                  teacher_clause(*found.attention))};
}

DecompilerConclusion other_conclusion(const Decompilation& found) {
  return {
      false, "Not linear attention",
      concatenate("This network is not linear attention: products of two earlier values and the "
                  "current token leave ",
                  digits(found.function.attention_difference), " of its outputs (rms) on ",
                  found.measured_on, "; its other terms are ",
                  digits(found.function.norms.relative_rest()), " times as large as theirs.",
                  teacher_clause(*found.attention))};
}

}  // namespace

DecompilerConclusion conclude(const Decompilation& found) {
  if (found.function.obstacle) {
    return {false, "No kernel form",
            concatenate("This network cannot be read as attention: ", *found.function.obstacle,
                        ". Kernels, heads and scores are left out.")};
  }
  if (is_descent(found)) return descent_conclusion(found);
  const bool few_terms = found.function.norms.relative_rest() <= kNearAttention;
  if (few_terms && !found.attention->nearest.empty()) return attention_conclusion(found);
  if (found.function.attention_difference <= kNearOutputs) return partial_conclusion(found);
  return other_conclusion(found);
}

}  // namespace gril
