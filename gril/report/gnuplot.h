#pragma once

#include <string>

namespace gril {

/// Runs the program gnuplot on `script` and returns what it draws, an SVG document.
/// The script sets neither terminal nor output. It is run from a temporary folder that is removed
/// again, so it reads no files: data stands in it as `$name << EOD` blocks.
///
/// script   gnuplot 5 commands, UTF-8
/// width, height   size of the drawing in points; the SVG scales with its place
/// errors   InvalidArgument "[gnuplot] …" when the program is not installed (with the command that
///          installs it), or when it refuses the script (with its own message)
/// cost     one process, about 30 ms
std::string run_gnuplot(const std::string& script, int width, int height);

}  // namespace gril
