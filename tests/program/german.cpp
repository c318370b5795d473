// Preloaded into probflow and its tests: German numbers are in force before main(), and a library that asks for the user's letters gets all of the user's locale.
#include <dlfcn.h>
#include <errno.h>

#include <clocale>
#include <locale>
#include <string_view>

namespace {

bool ours() {
    const std::string_view name = program_invocation_short_name;
    return name.starts_with("probflow") || name.starts_with("test_");
}

struct German {
    German() {
        if (ours()) std::locale::global(std::locale(""));  // throws where the locale is missing: nothing would be tested
    }
} german;

}  // namespace

extern "C" char* setlocale(int category, const char* name) noexcept {
    static const auto real = reinterpret_cast<char* (*)(int, const char*)>(dlsym(RTLD_NEXT, "setlocale"));
    return real(name && !*name && ours() ? LC_ALL : category, name);
}
