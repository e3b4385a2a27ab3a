#include "gril/tasks/task_registry.h"

#include <algorithm>
#include <array>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"
#include "gril/tasks/in_context/associative_recall.h"
#include "gril/tasks/in_context/image_classification.h"
#include "gril/tasks/in_context/linear_classification.h"
#include "gril/tasks/in_context/linear_regression.h"
#include "gril/tasks/in_context/network_regression.h"
#include "gril/tasks/in_context/sine_regression.h"
#include "gril/tasks/in_context/table_classification.h"
#include "gril/tasks/in_context/teacher_student.h"
#include "gril/tasks/language/language_modelling.h"
#include "gril/tasks/sequence_classification/document_retrieval.h"
#include "gril/tasks/sequence_classification/list_operations.h"
#include "gril/tasks/sequence_classification/pathfinder.h"
#include "gril/tasks/sequence_classification/pixel_classification.h"
#include "gril/tasks/sequence_classification/text_classification.h"

namespace gril {
namespace {

struct TaskEntry {
  const char* kind;
  const char* summary;
  std::unique_ptr<Task> (*make)(ConfigSection& section, uint64_t experiment_seed);
  /// Checks the options of a kind that reads data; nullptr for the others.
  void (*check)(ConfigSection& section, uint64_t experiment_seed) = nullptr;
};

/// A task that draws nothing for itself.
template <typename Kind, auto read_options>
std::unique_ptr<Task> make(ConfigSection& section, uint64_t /*experiment_seed*/) {
  return std::make_unique<Kind>(read_options(section));
}

/// A task whose own draws follow the experiment's seed where the section does not pin them.
template <typename Kind, auto read_options>
std::unique_ptr<Task> make_seeded(ConfigSection& section, uint64_t experiment_seed) {
  return std::make_unique<Kind>(read_options(section, experiment_seed));
}

/// A task that a function makes of its options: labelled sequences, which differ only by their
/// data.
template <auto make_task_of, auto read_options>
std::unique_ptr<Task> make_of(ConfigSection& section, uint64_t /*experiment_seed*/) {
  return make_task_of(read_options(section));
}

template <auto read_options>
void check(ConfigSection& section, uint64_t /*experiment_seed*/) {
  read_options(section);
}

template <auto read_options>
void check_seeded(ConfigSection& section, uint64_t experiment_seed) {
  read_options(section, experiment_seed);
}

/// One line per task.
constexpr std::array kTasks = {
    TaskEntry{"associative_recall", "the value of a key that was shown before",
              make<AssociativeRecall, read_associative_recall_options>},
    TaskEntry{"document_retrieval", "whether of two papers one cites the other",
              make_of<make_document_retrieval, read_document_retrieval_options>,
              check<read_document_retrieval_options>},
    TaskEntry{"image_classification", "few-shot classification of images of unknown classes",
              make_seeded<ImageClassification, read_image_classification_options>,
              check_seeded<read_image_classification_options>},
    TaskEntry{"language_modelling", "the next symbol of a text, at every symbol",
              make<LanguageModelling, read_language_modelling_options>,
              check<read_language_modelling_options>},
    TaskEntry{"linear_classification", "in-context classification by a random linear map",
              make<LinearClassification, read_linear_classification_options>},
    TaskEntry{"linear_regression", "in-context linear regression, scalar and vector targets",
              make<LinearRegression, read_linear_regression_options>},
    TaskEntry{"list_operations", "the value of a nested list of operations",
              make_of<make_list_operations, read_list_operations_options>,
              check<read_list_operations_options>},
    TaskEntry{"network_regression", "in-context regression of a random network, one hidden layer",
              make<NetworkRegression, read_network_regression_options>},
    TaskEntry{"pathfinder", "whether two discs are the ends of one dashed curve",
              make_of<make_pathfinder, read_pathfinder_options>, check<read_pathfinder_options>},
    TaskEntry{"pixel_classification", "classification of images read pixel by pixel",
              make_of<make_pixel_classification, read_pixel_classification_options>,
              check<read_pixel_classification_options>},
    TaskEntry{"sine_regression", "in-context regression of a sine of random size and phase",
              make<SineRegression, read_sine_regression_options>},
    TaskEntry{"table_classification", "in-context classification of the rows of a real table",
              make_seeded<TableClassification, read_table_classification_options>,
              check_seeded<read_table_classification_options>},
    TaskEntry{"teacher_student", "the outputs of a frozen random linear attention layer",
              make_seeded<TeacherStudent, read_teacher_student_options>},
    TaskEntry{"text_classification", "classification of texts read letter by letter",
              make_of<make_text_classification, read_text_classification_options>,
              check<read_text_classification_options>},
};

const TaskEntry& entry(const std::string& kind) {
  const auto* found = std::find_if(kTasks.begin(), kTasks.end(),
                                   [&](const TaskEntry& task) { return task.kind == kind; });
  require(found != kTasks.end(), "task", "there is no task of kind \"", kind,
          "\". Known: ", join_words(task_kinds()), ".");
  return *found;
}

}  // namespace

std::vector<std::string> task_kinds() {
  std::vector<std::string> kinds;
  for (const TaskEntry& task : kTasks) kinds.emplace_back(task.kind);
  return kinds;
}

std::string task_summary(const std::string& kind) { return entry(kind).summary; }

std::unique_ptr<Task> make_task(ConfigSection section, uint64_t experiment_seed) {
  section.need("kind");
  return entry(section.choice("kind", "", task_kinds())).make(section, experiment_seed);
}

std::unique_ptr<Task> make_task_without_data(ConfigSection section, uint64_t experiment_seed) {
  section.need("kind");
  const TaskEntry& kind = entry(section.choice("kind", "", task_kinds()));
  if (kind.check == nullptr) return kind.make(section, experiment_seed);
  kind.check(section, experiment_seed);
  return nullptr;
}

}  // namespace gril
