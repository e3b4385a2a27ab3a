#include "cli/experiment_plan.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "gril/base/check.h"
#include "gril/base/config_file.h"
#include "gril/base/config_section.h"
#include "gril/base/nearest_word.h"

namespace gril::cli {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kWhere = "reproduce";

struct Variant {
  std::string name;
  std::vector<std::string> overrides;
};

struct Profile {
  std::vector<uint64_t> seeds;
  std::vector<std::string> variants;  ///< empty: all
  std::vector<std::string> overrides;
  std::string expected = "expected.json";
};

bool names_a_folder(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
}

std::vector<Variant> read_variants(ConfigSection& plan) {
  std::vector<Variant> variants;
  for (ConfigSection& section : plan.sections("variants")) {
    section.need("name");
    Variant variant{.name = section.text("name", ""), .overrides = section.texts("set")};
    section.finish();
    require(names_a_folder(variant.name), kWhere, section.name(),
            ": name must be letters, digits, - and _; got \"", variant.name, "\".");
    const bool repeated = std::any_of(variants.begin(), variants.end(), [&](const Variant& other) {
      return other.name == variant.name;
    });
    require(!repeated, kWhere, section.name(), ": names must differ; got \"", variant.name,
            "\" twice.");
    variants.push_back(std::move(variant));
  }
  if (variants.empty()) variants.push_back({});
  return variants;
}

std::vector<uint64_t> read_seeds(ConfigSection& section, const std::vector<uint64_t>& usual) {
  const Json given = section.has("seeds") ? section.value("seeds") : Json(usual);
  require(given.is_array(), kWhere, section.name(), ": seeds must be a list of integers; got ",
          given.dump(), ".");
  std::vector<uint64_t> seeds;
  for (const Json& seed : given) {
    const bool good =
        seed.is_number_unsigned() || (seed.is_number_integer() && seed.get<int64_t>() >= 0);
    require(good, kWhere, section.name(), ": seeds must be integers of at least 0; got ",
            seed.dump(), ".");
    seeds.push_back(seed.get<uint64_t>());
  }
  require(!seeds.empty(), kWhere, section.name(), ": seeds must be at least one; got none.");
  return seeds;
}

Profile read_profile(ConfigSection section, const std::vector<uint64_t>& usual_seeds) {
  Profile profile;
  profile.seeds = read_seeds(section, usual_seeds);
  profile.variants = section.texts("variants");
  profile.overrides = section.texts("set");
  profile.expected = section.text("expected", profile.expected);
  section.finish();
  return profile;
}

/// Every profile of the plan by name, full and fast also where the plan does not mention them.
std::map<std::string, Profile> read_profiles(ConfigSection& plan) {
  ConfigSection section = plan.section("profiles");
  std::map<std::string, Profile> profiles;
  profiles["full"] = read_profile(section.section("full"), {1, 2, 3, 4, 5});
  profiles["fast"] = read_profile(section.section("fast"), {1});
  for (const auto& item : section.tree().items()) {
    if (profiles.count(item.key()) == 0) {
      profiles[item.key()] = read_profile(section.section(item.key()), {1});
    }
  }
  return profiles;
}

Profile profile_called(const std::string& name, const std::map<std::string, Profile>& profiles,
                       const std::string& where) {
  const auto found = profiles.find(name);
  if (found != profiles.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [known, profile] : profiles) names.push_back(known);
  throw InvalidArgument(concatenate('[', kWhere, "] ", where, ": the profiles are ",
                                    join_words(names), "; got \"", name, "\".",
                                    suggestion(name, names)));
}

std::vector<std::string> names_of(const std::vector<Variant>& variants) {
  std::vector<std::string> names;
  for (const Variant& variant : variants) names.push_back(variant.name);
  return names;
}

/// The variants of these names, in their order; all where there is none. who: asks for them.
std::vector<Variant> chosen(const std::vector<Variant>& all, const std::vector<std::string>& wanted,
                            const std::string& where, const char* who) {
  if (wanted.empty()) return all;
  const std::vector<std::string> names = names_of(all);
  require(names.front() != "", kWhere, where, ": ", who, " must name variants of the plan; got \"",
          wanted.front(), "\", but it has no variants.");
  std::vector<Variant> result;
  for (const std::string& name : wanted) {
    const auto found = std::find(names.begin(), names.end(), name);
    require(found != names.end(), kWhere, where, ": ", who,
            " must name variants of the plan; got \"", name, "\".", suggestion(name, names));
    result.push_back(all[static_cast<std::size_t>(found - names.begin())]);
  }
  return result;
}

/// Names of the variants in `all` that are not among `kept`.
std::vector<std::string> missing_names(const std::vector<Variant>& all,
                                       const std::vector<Variant>& kept) {
  const std::vector<std::string> kept_names = names_of(kept);
  std::vector<std::string> missing;
  for (const Variant& variant : all) {
    const auto found = std::find(kept_names.begin(), kept_names.end(), variant.name);
    if (found == kept_names.end()) missing.push_back(variant.name);
  }
  return missing;
}

PlannedRun planned(const Json& experiment, const Variant& variant, const Profile& profile,
                   uint64_t seed) {
  PlannedRun run{.variant = variant.name, .seed = seed, .config = experiment, .folder = {}};
  for (const std::string& text : variant.overrides) apply_override(run.config, text);
  for (const std::string& text : profile.overrides) apply_override(run.config, text);
  run.config["seed"] = seed;
  run.folder = fs::path(variant.name) / ("seed-" + std::to_string(seed));
  return run;
}

/// A variant or seed named twice would train in one folder twice.
void check_folders_differ(const std::vector<PlannedRun>& runs, const fs::path& experiment) {
  std::set<fs::path> folders;
  for (const PlannedRun& run : runs) {
    require(folders.insert(run.folder).second, kWhere, experiment.string(),
            ": variants and seeds must be named once; got ", run.folder.string(), " twice.");
  }
}

}  // namespace

ExperimentPlan plan_experiment(const fs::path& folder, const PlanRequest& request) {
  const Json experiment = read_toml(folder / "experiment.toml");
  const fs::path file = folder / "plan.toml";
  ConfigSection plan(fs::exists(file) ? read_toml(file) : Json::object(), file.string());
  const std::vector<Variant> all = read_variants(plan);
  const std::map<std::string, Profile> profiles = read_profiles(plan);
  plan.finish();
  for (const auto& [name, other] : profiles) {
    chosen(all, other.variants, concatenate(file.string(), ": \"profiles.", name, '"'), "profiles");
  }
  Profile profile = profile_called(request.profile, profiles, file.string());
  if (!request.seeds.empty()) profile.seeds = request.seeds;
  const std::vector<Variant> usual = chosen(all, profile.variants, file.string(), "profiles");
  const std::vector<Variant> variants =
      request.variants.empty() ? usual : chosen(all, request.variants, file.string(), "--variants");
  ExperimentPlan result{.runs = {},
                        .left_out = missing_names(usual, variants),
                        .expected = folder / profile.expected};
  for (const Variant& variant : variants) {
    for (const uint64_t seed : profile.seeds) {
      result.runs.push_back(planned(experiment, variant, profile, seed));
    }
  }
  check_folders_differ(result.runs, folder);
  return result;
}

}  // namespace gril::cli
