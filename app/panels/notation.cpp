#include "app/panels/notation.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <span>

#include "app/panels/edits.h"
#include "app/panels/number_in.h"
#include "app/runtime/letters.h"
#include "core/math/format.h"

namespace pf::panels {
namespace {

Convention current = Convention::flow;

// Formulas whose form, not only whose letters, changes with the direction of time. The longest that fits is taken.
struct Phrase {
    std::string_view project, literature;
};
constexpr std::array phrases{
    Phrase{"dX = (u + ½σ²s) dt + σ dW", "dX = −(u + ½g²s) dτ + g dW"},
    Phrase{"dX = u dt", "dX = −u dτ"},
    Phrase{"−d/dt", "d/dτ"},
    Phrase{"Δt", "|Δτ|"},  // of a step or a stretch, however time runs
    Phrase{"dX/dt", "−dX/dτ"},
    Phrase{"log(t/(1−t))", "log((1−τ)/τ)"},
    Phrase{"√(1−t)", "√τ"},
    Phrase{"√t", "√(1−τ)"},
    Phrase{"sin(πt)", "sin(πτ)"},
    Phrase{"α = t", "α = 1 − τ"},
    Phrase{", τ = 1 − t", ""},
    Phrase{"ields at 1 − t", "ields at 1 − τ"},  // the other end, not the same time
    Phrase{"ields taken at 1 − t", "ields taken at 1 − τ"},
    Phrase{"σ = β/α", "σ/α"},  // Karras' clock, not the noise of an SDE
};

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_letter(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= 0xC0 && c < 0x250) || (c >= 0x370 && c < 0x400); }
bool is_word(char32_t c) { return is_letter(c) || is_digit(c) || c == U'_'; }

// Reads one text from left to right and writes it in the literature's notation.
class Rewriter {
public:
    explicit Rewriter(std::string_view text) : text_(text), in_(letters(text)) {}

    std::string run() {
        while (at_ < in_.size()) {
            if (literal() || phrase() || one_minus_t() || subscripted() || time() || differential() || letter()) continue;
            out_ += in_[at_++].bytes;
        }
        return std::move(out_);
    }

private:
    char32_t code(std::size_t i) const { return i < in_.size() ? in_[i].code : 0; }
    char32_t before() const { return at_ == 0 ? 0 : in_[at_ - 1].code; }
    bool alone(std::size_t from, std::size_t to) const { return (from == 0 || !is_word(in_[from - 1].code)) && !is_word(code(to)); }
    bool follows(std::size_t i, std::string_view words) const {
        return i < in_.size() && text_.substr(static_cast<std::size_t>(in_[i].bytes.data() - text_.data())).starts_with(words);
    }
    void write(std::string_view words, std::size_t taken) {
        out_ += words;
        at_ += taken;
    }

    bool literal() {
        if (code(at_) != U'`') return false;
        for (++at_; at_ < in_.size() && code(at_) != U'`'; ++at_) out_ += in_[at_].bytes;
        at_ = std::min(at_ + 1, in_.size());
        return true;
    }

    bool phrase() {
        const Phrase* longest = nullptr;
        for (const Phrase& p : phrases)
            if (follows(at_, p.project) && (!longest || p.project.size() > longest->project.size()) && !is_word(code(at_ + letter_count(p.project)))) longest = &p;
        if (!longest) return false;
        write(longest->literature, letter_count(longest->project));
        return true;
    }

    bool one_minus_t() {
        if (is_word(before())) return false;
        for (const std::string_view form : {"1 − t", "1−t", "1 - t"})
            if (const std::size_t n = letter_count(form); follows(at_, form) && !is_word(code(at_ + n))) {
                write("τ", n);
                return true;
            }
        return false;
    }

    // A letter, perhaps with a dot or a prime, and then ₜ or _t.
    bool subscripted() {
        if (!is_letter(code(at_))) return false;
        const std::size_t mark = code(at_ + 1) == 0x307 || code(at_ + 1) == 0x2032 ? 1 : 0, next = at_ + 1 + mark;
        const std::size_t length = code(next) == 0x209C ? 1 : code(next) == U'_' && code(next + 1) == U't' && !is_word(code(next + 2)) ? 2 : 0;
        if (length == 0) return false;
        const char32_t base = code(at_);
        out_ += base == U'β' ? "σ" : base == U'σ' ? "g" : base == U'g' ? "g_fwd" : std::string(in_[at_].bytes);
        if (mark) out_ += in_[at_ + 1].bytes;
        if (base != U'g') out_ += "_τ";
        at_ = next + length;
        return true;
    }

    // The number at i, its other end in time, and how many code points it takes; 0 if there is none.
    std::size_t flipped_number(std::size_t i, std::string& flipped) const {
        if (code(i) == U'½') {
            flipped = "½";
            return 1;
        }
        std::size_t n = 0, decimals = 0;
        bool point = false;
        for (; is_digit(code(i + n)) || (code(i + n) == U'.' && !point && is_digit(code(i + n + 1))); ++n) {
            if (code(i + n) == U'.') point = true;
            else if (point) ++decimals;
        }
        if (n == 0) return 0;
        std::string digits;
        for (std::size_t k = 0; k < n; ++k) digits += in_[i + k].bytes;
        if (code(i + n) == U'e' && (code(i + n + 1) == U'-' || code(i + n + 1) == U'−') && is_digit(code(i + n + 2))) {
            digits += "e-";
            for (n += 2; is_digit(code(i + n)); ++n) digits += in_[i + n].bytes;
            flipped = fmt::format("{:.6g}", 1 - number_in(digits));
        } else {
            flipped = fmt::format("{:.{}f}", std::max(0.0, 1 - number_in(digits)), decimals);
        }
        return n;
    }

    bool time() {
        if (code(at_) != U't' || is_word(before()) || before() == U'\'' || before() == 0x2019) return false;
        if (follows(at_, "t_min") || follows(at_, "t_max")) {
            if (is_word(code(at_ + 5))) return false;
            write(code(at_ + 3) == U'i' ? "τ_max" : "τ_min", 5);
            return true;
        }
        if (is_word(code(at_ + 1))) return false;
        write("τ", 1);
        for (const std::string_view link : {" = ", " from "}) {
            const std::size_t length = link.size();
            std::string flipped;
            if (!follows(at_, link)) continue;
            const std::size_t n = flipped_number(at_ + length, flipped);
            if (n == 0) continue;
            out_ += std::string(link) + flipped;
            at_ += length + n;
            if (follows(at_, " to "))
                if (const std::size_t m = flipped_number(at_ + 4, flipped)) {
                    out_ += " to " + flipped;
                    at_ += 4 + m;
                }
            break;
        }
        return true;
    }

    bool differential() {
        if (code(at_) != U'd' || code(at_ + 1) != U't' || !alone(at_, at_ + 2)) return false;
        write("dτ", 2);
        return true;
    }

    bool letter() {
        const char32_t c = code(at_), next = code(at_ + 1);
        const bool end = next == 0x2080 || next == 0x2081;  // ₀, ₁
        if ((c == U'α' || c == U'β' || c == U'p') && end && !is_word(before())) {
            out_ += c == U'β' ? "σ" : std::string(in_[at_].bytes);
            write(next == 0x2080 ? "₁" : "₀", 2);
            return true;
        }
        if (c == U'β' && next != U'_') return write("σ", 1), true;
        if (c == U'σ' && next != U'_' && !(next >= 0x2080 && next <= 0x2089)) return write("g", 1), true;
        if (c == U'g' && alone(at_, at_ + 1)) return write("g_fwd", 1), true;
        if (c == U'b' && !is_word(before()) && (follows(at_, "b_min") || follows(at_, "b_max") || follows(at_, "b(τ)"))) return write("β", 1), true;
        return false;
    }

    std::string_view text_;
    std::vector<Letter> in_;
    std::size_t at_ = 0;
    std::string out_;
};

}  // namespace

void write_in(Convention convention) { current = convention; }
Convention written_in() { return current; }

std::string in_convention(Convention convention, std::string_view text) {
    if (convention == Convention::diffusion) return Rewriter(text).run();
    std::string out(text);
    std::erase(out, '`');
    return out;
}

namespace {

constexpr std::string_view drawn_tau = "\xE2\x82\x9D", typed_tau = "_τ";  // subscript_tau in UTF-8

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
    return text;
}

}  // namespace

std::string with_minus(std::string text) {
    const auto is = [&](std::size_t i, auto kind) { return i < text.size() && kind(static_cast<unsigned char>(text[i])) != 0; };
    const auto digit = [](int c) { return std::isdigit(c); };
    const auto word = [](int c) { return c >= 0x80 || std::isalnum(c) || c == '_' || c == '.' || c == '-' || c == '^' || c == ')'; };
    bool literal = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '`') literal = !literal;
        if (text[i] != '-' || literal || !(is(i + 1, digit) || (is(i + 1, [](int c) { return c == '.'; }) && is(i + 2, digit)))) continue;
        const bool exponent = i > 1 && text[i - 1] == 'e' && is(i - 2, [](int c) { return std::isdigit(c) || c == '.'; });
        if (i == 0 || exponent || !is(i - 1, word)) text.replace(i, 1, "−"), i += 2;
    }
    return text;
}

namespace {

// The ends of a range of one letter, t_min or σ_max, as subscripts.
std::string with_subscripts(const std::string& text) {
    const std::vector<Letter> in = letters(text);
    std::string out;
    for (std::size_t i = 0; i < in.size(); ++i) {
        out += in[i].bytes;
        if (!is_letter(in[i].code) || (i > 0 && is_word(in[i - 1].code)) || i + 4 >= in.size() || (i + 5 < in.size() && is_word(in[i + 5].code))) continue;
        std::string end;
        for (std::size_t k = 1; k <= 4; ++k) end += in[i + k].bytes;
        if (end == "_min") out += "ₘᵢₙ", i += 4;
        else if (end == "_max") out += "ₘₐₓ", i += 4;
    }
    return out;
}

}  // namespace

namespace {

std::string significant(double value, int digits) {
    if (value == 0) return "0";
    if (std::abs(value) < 1e5 && std::abs(value) >= std::pow(10., digits - 1) - 0.05) return fmt::format("{:.0f}", value);
    std::string out = fmt::format("{:#.{}g}", value, digits);
    if (out.find('e') != std::string::npos) out = fmt::format("{:.1e}", value);
    for (const std::string_view padded : {"e+0", "e-0"})
        if (const auto at = out.find(padded); at != std::string::npos) out.replace(at, 3, padded[1] == '-' ? "e-" : "e");
    return out;
}

}  // namespace

std::string two_digits(double value) { return significant(value, 2); }
std::string three_digits(double value) { return std::abs(value) < 1e5 && value == std::round(value) ? fmt::format("{:.0f}", value) : significant(value, 3); }

std::string shown(std::string_view text) {
    const bool ranges = text.find("_m") != std::string_view::npos;
    std::string signs = in_convention(current, with_minus(std::string(text)));
    if (ranges) signs = with_subscripts(signs);
    return current == Convention::flow ? signs : replaced(signs, typed_tau, drawn_tau);
}
std::string plain(std::string_view shown) { return replaced(std::string(shown), drawn_tau, typed_tau); }

double shown_time(double t) { return current == Convention::flow ? t : 1 - t; }
std::string_view time_letter() { return current == Convention::flow ? "t" : "τ"; }
std::string time_label(double t, int decimals) { return fmt::format("{} = {:.{}f}", time_letter(), shown_time(t), decimals); }

Clock clock_of(const Scene& scene) {
    Clock out;
    if (scene.source) out.start = "source";
    const auto shown = std::span(scene.lanes).first(static_cast<std::size_t>(pane_count(scene)));
    const double first = shown.front().duration;
    if (!std::all_of(shown.begin(), shown.end(), [](const Lane& l) { return l.process == "langevin"; })) return out;
    const bool equal = std::all_of(shown.begin(), shown.end(), [&](const Lane& l) { return l.duration == first; });
    return equal ? Clock{"start", "end", first, "r"} : Clock{"start", "end", 1, "r/R"};
}

std::string clock_label(const Clock& clock, double t, int decimals) { return clock.duration ? fmt::format("{} = {:.{}f}", clock.letter, t * *clock.duration, decimals) : time_label(t, decimals); }

bool is_time_symbol(std::string_view symbol) { return symbol == "t" || symbol == "t_min" || symbol == "t_max" || symbol == "t*"; }

}  // namespace pf::panels
