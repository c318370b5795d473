#include "app/panels/typeset/source.h"

#include <array>

#include "app/runtime/letters.h"
#include "core/math/errors.h"

namespace pf::panels::typeset {
namespace {

using Kind = Node::Kind;
using Class = Node::Class;

struct Named {
    std::string_view name;
    char32_t code;
    Class math_class = Class::ordinary;
    bool slanted = false;
};
constexpr std::array names{
    Named{"alpha", U'α', {}, true}, Named{"beta", U'β', {}, true}, Named{"gamma", U'γ', {}, true}, Named{"epsilon", U'ε', {}, true}, Named{"eta", U'η', {}, true},
    Named{"theta", U'θ', {}, true}, Named{"lambda", U'λ', {}, true}, Named{"mu", U'μ', {}, true}, Named{"xi", U'ξ', {}, true}, Named{"rho", U'ρ', {}, true},
    Named{"phi", U'φ', {}, true},
    Named{"sigma", U'σ', {}, true}, Named{"varsigma", U'ς', {}, true}, Named{"tau", U'τ', {}, true}, Named{"ell", U'ℓ'}, Named{"Delta", U'Δ'}, Named{"Sigma", U'Σ'},
    Named{"nabla", U'∇'}, Named{"partial", U'∂'}, Named{"infty", U'∞'}, Named{"half", U'½'}, Named{"prime", U'′'}, Named{"empty", U'∅'},
    Named{"int", U'∫', Class::large}, Named{"sum", U'∑', Class::large}, Named{"cdot", U'⋅', Class::binary}, Named{"times", U'×', Class::binary},
    Named{"sim", U'∼', Class::relation}, Named{"le", U'≤', Class::relation}, Named{"ge", U'≥', Class::relation}, Named{"to", U'→', Class::relation},
    Named{"in", U'∈', Class::relation}, Named{"equiv", U'≡', Class::relation}, Named{"mid", U'|', Class::relation}, Named{"propto", U'∝', Class::relation},
};
struct Words {
    std::string_view name, text;
};
constexpr std::array words{Words{"d", "d"}, Words{"log", "log"}, Words{"exp", "exp"}, Words{"E", "E"}, Words{"N", "N"}};

bool is_latin(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }

class Parser {
public:
    explicit Parser(std::string_view source) : in_(letters(source)) {}

    Node whole() {
        Node out = row();
        if (at_ < in_.size()) fail(code() == U'}' ? "'}' without '{'" : "\\right without \\left");
        return out;
    }

private:
    [[noreturn]] void fail(const std::string& what) const { fail_at(at_, what); }
    [[noreturn]] void fail_at(std::size_t at, const std::string& what) const { throw BadInput(fmt::format("equation, column {}: {}", at + 1, what)); }
    char32_t code() const { return at_ < in_.size() ? in_[at_].code : 0; }
    void skip_spaces() {
        while (code() == U' ') ++at_;
    }
    // The command at the place, without consuming it; empty if there is none.
    std::string command() const {
        std::string name;
        if (code() != U'\\') return name;
        for (std::size_t i = at_ + 1; i < in_.size() && is_latin(in_[i].code); ++i) name += in_[i].bytes;
        if (name.empty() && at_ + 1 < in_.size()) name = in_[at_ + 1].bytes;
        return name;
    }
    void take_command(const std::string& name) { at_ += 1 + (is_latin(static_cast<unsigned char>(name[0])) ? name.size() : 1); }

    // Up to a closing brace, \right or the end.
    Node row() {
        Node out;
        for (skip_spaces(); at_ < in_.size() && code() != U'}' && command() != "right"; skip_spaces()) {
            Node one = atom();
            if (one.math_class == Class::binary && (out.parts.empty() || binds(out.parts.back()))) one.math_class = Class::ordinary;  // a sign
            out.parts.push_back(std::move(one));
        }
        return out;
    }
    // What stands before a sign, not before an operation.
    static bool binds(const Node& before) {
        return before.kind == Kind::space || before.kind == Kind::new_line || before.math_class == Class::binary || before.math_class == Class::relation ||
               before.math_class == Class::opening || before.math_class == Class::punctuation || before.math_class == Class::large;
    }

    Node atom() {
        if (code() == U'_' || code() == U'^') fail("a script without what it stands at");
        Node base = primary();
        Node below, above;
        bool scripted = false;
        for (skip_spaces(); code() == U'_' || code() == U'^'; skip_spaces()) {
            Node& script = code() == U'_' ? below : above;
            if (!script.parts.empty()) fail("a second script of the same kind");
            ++at_;
            script = argument("a script");
            scripted = true;
        }
        if (!scripted) return base;
        Node out;
        out.kind = Kind::scripts;
        out.math_class = base.math_class;
        out.parts = {std::move(base), std::move(below), std::move(above)};
        return out;
    }

    // {…} or one character or command.
    Node argument(const std::string& of_what) {
        skip_spaces();
        if (at_ >= in_.size() || code() == U'}' || code() == U'_' || code() == U'^') fail(of_what + " is missing");
        if (code() != U'{') {
            Node one;
            one.parts.push_back(primary());
            return one;
        }
        const std::size_t opened = at_++;
        Node inside = row();
        if (code() != U'}') fail_at(opened, "'{' without '}'");
        ++at_;
        if (inside.parts.empty()) fail_at(opened, of_what + " is empty");
        return inside;
    }
    std::string raw_argument(const std::string& of_what) {
        if (code() != U'{') fail(of_what + " is missing");
        const std::size_t opened = at_++;
        std::string out;
        for (; at_ < in_.size() && code() != U'}'; ++at_) out += in_[at_].bytes;
        if (at_ >= in_.size()) fail_at(opened, "'{' without '}'");
        ++at_;
        if (out.empty()) fail_at(opened, of_what + " is empty");
        return out;
    }

    Node primary() {
        if (code() == U'\\') return from_command();
        if (code() == U'{') return argument("a group");
        Node out;
        out.kind = Kind::symbol;
        out.code = code();
        out.slanted = is_latin(out.code);
        switch (out.code) {
            case U'+': out.math_class = Class::binary; break;
            case U'-': out.code = U'−', out.math_class = Class::binary; break;
            case U'=': case U'<': case U'>': out.math_class = Class::relation; break;
            case U'(': case U'[': out.math_class = Class::opening; break;
            case U')': case U']': out.math_class = Class::closing; break;
            case U',': case U';': out.math_class = Class::punctuation; break;
            case U'|': break;
            default:
                if (!out.slanted && !(out.code >= U'0' && out.code <= U'9') && out.code != U'.' && out.code != U'/' && out.code != U'!' && out.code != U':' && out.code != U'*')
                    fail(fmt::format("unexpected '{}'", in_[at_].bytes));
        }
        ++at_;
        return out;
    }

    static Node around(Kind kind, Node inside) {
        Node out;
        out.kind = kind;
        if (inside.parts.size() == 1) out.math_class = inside.parts.front().math_class;
        out.parts.push_back(std::move(inside));
        return out;
    }

    Node from_command() {
        const std::size_t start = at_;
        const std::string name = command();
        if (name.empty()) fail("a command without a name");
        take_command(name);
        Node out;
        if (name == "frac") {
            out.kind = Kind::fraction;
            out.parts.push_back(argument("the numerator"));
            out.parts.push_back(argument("the denominator"));
            return out;
        }
        if (name == "sqrt") return around(Kind::root, argument("what is under the root"));
        if (name == "wrong" || name == "missing") return around(name == "wrong" ? Kind::wrong : Kind::missing, argument("the part"));
        if (name == "dot" || name == "hat" || name == "bar") {
            out = around(Kind::accent, argument("what is under the accent"));
            out.code = name == "dot" ? 0x307 : name == "hat" ? 0x302 : 0x304;
            return out;
        }
        if (name == "term") {
            const std::string id = raw_argument("the id of the term");
            out = around(Kind::term, argument("the term"));
            out.text = id;
            return out;
        }
        if (name == "left") return fence(start);
        if (name == "text") {
            out.kind = Kind::text;
            out.text = raw_argument("the text");
            return out;
        }
        if (name == "," || name == "quad") {
            out.kind = Kind::space;
            out.space = name == "," ? 1.0 / 6 : 1;
            return out;
        }
        if (name == "\\") {
            out.kind = Kind::new_line;
            return out;
        }
        for (const Named& known : names)
            if (known.name == name) {
                out.kind = Kind::symbol;
                out.code = known.code;
                out.math_class = known.math_class;
                out.slanted = known.slanted;
                return out;
            }
        for (const Words& known : words)
            if (known.name == name) {
                out.kind = Kind::text;
                out.text = known.text;
                return out;
            }
        fail_at(start, fmt::format("unknown command '\\{}'", name));
    }

    Node fence(std::size_t start) {
        Node out;
        out.kind = Kind::fence;
        out.code = bracket();
        out.parts.push_back(row());
        if (command() != "right") fail_at(start, "\\left without \\right");
        take_command("right");
        out.closing = bracket();
        return out;
    }
    char32_t bracket() {
        skip_spaces();
        if (code() == U'\\' && (command() == "{" || command() == "}")) ++at_;
        const char32_t c = code();
        if (std::u32string_view(U"()[]{}|.").find(c) == std::u32string_view::npos || c == 0) fail("expected a bracket ( [ { | or '.'");
        ++at_;
        return c == U'.' ? 0 : c;
    }

    std::vector<Letter> in_;
    std::size_t at_ = 0;
};

}  // namespace

Node parse(std::string_view source) { return Parser(source).whole(); }

}  // namespace pf::panels::typeset
