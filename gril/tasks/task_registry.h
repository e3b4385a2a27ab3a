#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/tasks/task.h"

namespace gril {

/// The kinds of tasks, as the key "kind" of a section [task] names them.
std::vector<std::string> task_kinds();

/// One sentence about a kind. Errors: InvalidArgument for an unknown kind.
std::string task_summary(const std::string& kind);

/// Builds the task that a section [task] describes and finishes the section.
///
/// experiment_seed  the seed that a task's own draws (a teacher) follow where the section does not
///                  pin them; Task::config always does
/// errors           InvalidArgument when "kind" is missing or unknown, and whatever the task
/// refuses
std::unique_ptr<Task> make_task(ConfigSection section, uint64_t experiment_seed = 0);

/// The same as far as no data are needed: nothing for a kind that reads some, of which the options
/// alone are checked.
std::unique_ptr<Task> make_task_without_data(ConfigSection section, uint64_t experiment_seed = 0);

}  // namespace gril
