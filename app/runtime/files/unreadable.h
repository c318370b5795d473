#pragma once
#include <string>

namespace pf {

// Of a file that could not be opened, why: "PATH: there is no such file", "PATH: is a folder", "PATH: cannot be read (Permission denied)".
std::string unreadable(const std::string& path);

}  // namespace pf
