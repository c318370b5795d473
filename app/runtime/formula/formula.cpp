#include "app/runtime/formula/formula.h"

#include <muParser.h>

#include <numbers>

#include "app/runtime/words.h"
#include "core/math/errors.h"

namespace pf {

// A parser keeps its variables by address, so it is neither copied nor shared.
struct Formula::Parser {
    mu::Parser parser;
    std::vector<double> values;
};

namespace {

std::string functions_of(const mu::Parser& parser) {
    std::string out;
    for (const auto& [name, function] : parser.GetFunDef()) out += (out.empty() ? "" : ", ") + name;
    return out;
}

std::string sentence_of(const mu::Parser::exception_type& error, const std::string& expression, const std::vector<std::string>& names, const mu::Parser& parser) {
    const auto end = static_cast<int>(expression.size());
    const int place = error.GetPos() < 0 || error.GetPos() > end ? end : static_cast<int>(error.GetPos());
    const std::string token = quotable(error.GetToken());
    const auto say = [&](std::string what) { return fmt::format("column {}: {}", place + 1, what); };
    switch (error.GetCode()) {
        case mu::ecUNASSIGNABLE_TOKEN: return say(fmt::format("unknown name '{}' (known: {}, pi; functions: {})", token, fmt::join(names, ", "), functions_of(parser)));
        case mu::ecUNEXPECTED_EOF: return say("the formula ends too early");
        case mu::ecMISSING_PARENS: return say("a closing parenthesis is missing");
        case mu::ecUNEXPECTED_PARENS: return say(fmt::format("'{}' does not belong here", token));
        case mu::ecUNEXPECTED_OPERATOR:
        case mu::ecUNEXPECTED_VAL:
        case mu::ecUNEXPECTED_VAR:
        case mu::ecUNEXPECTED_FUN:
        case mu::ecUNEXPECTED_ARG_SEP:
        case mu::ecUNEXPECTED_ARG:
        case mu::ecUNEXPECTED_STR:
        case mu::ecUNEXPECTED_CONDITIONAL:
        case mu::ecINVALID_CHARACTERS_FOUND: return say(fmt::format("'{}' is not expected here", token));
        case mu::ecTOO_MANY_PARAMS: return say(fmt::format("too many arguments for '{}'", token));
        case mu::ecTOO_FEW_PARAMS: return say(fmt::format("too few arguments for '{}'", token));
        case mu::ecMISSING_ELSE_CLAUSE: return say("'?' needs a ':'");
        case mu::ecMISPLACED_COLON: return say("':' without '?'");
        default: return say("not a formula");
    }
}

// "=" alone would assign to a variable, and what is no ASCII no name of ours can hold.
void check_characters(const std::string& expression) {
    const auto at = [&](std::size_t i) { return i < expression.size() ? expression[i] : ' '; };
    for (std::size_t i = 0; i < expression.size(); ++i) {
        const char c = expression[i];
        if (c < 0x20 || c > 0x7E || c == '"') throw BadInput(fmt::format("column {}: a character that no formula has", i + 1));
        const bool compares = at(i + 1) == '=' || (i > 0 && (at(i - 1) == '=' || at(i - 1) == '<' || at(i - 1) == '>' || at(i - 1) == '!'));
        if (c == '=' && !compares) throw BadInput(fmt::format("column {}: '=' assigns; compare with '=='", i + 1));
    }
}

}  // namespace

std::unique_ptr<Formula::Parser> Formula::make() const {
    auto out = std::make_unique<Parser>();
    out->values.assign(names_.size(), 0.5);
    try {
        for (std::size_t k = 0; k < names_.size(); ++k) out->parser.DefineVar(names_[k], &out->values[k]);
        out->parser.DefineConst("pi", std::numbers::pi);
        out->parser.SetExpr(expression_);
        int results = 0;
        out->parser.Eval(results);
        if (results != 1) throw BadInput("column 1: expected one formula, got several; a comma stands only inside a function");
    } catch (const mu::Parser::exception_type& error) {
        throw BadInput(sentence_of(error, expression_, names_, out->parser));
    }
    return out;
}

Formula::Formula(std::string expression, std::vector<std::string> variables) : expression_(std::move(expression)), names_(std::move(variables)) {
    if (expression_.find_first_not_of(' ') == std::string::npos) throw BadInput("column 1: expected a formula, got nothing");
    check_characters(expression_);
    spare_.push_back(make());
}

Formula::~Formula() = default;

// One point after the other: muParser's own vectors start threads of OpenMP, which stand in the way of the window's and torch's.
void Formula::evaluate(std::span<const std::span<const double>> variables, std::span<double> out) const {
    check(variables.size() == names_.size(), "{} variables for {}", variables.size(), names_.size());
    std::unique_ptr<Parser> own;
    {
        const std::lock_guard lock(mutex_);
        if (!spare_.empty()) {
            own = std::move(spare_.back());
            spare_.pop_back();
        }
    }
    if (!own) own = make();
    for (std::size_t i = 0; i < out.size(); ++i) {
        for (std::size_t k = 0; k < variables.size(); ++k) own->values[k] = variables[k][variables[k].size() == 1 ? 0 : i];
        out[i] = own->parser.Eval();
    }
    const std::lock_guard lock(mutex_);
    spare_.push_back(std::move(own));
}

double Formula::operator()(std::span<const double> variables) const {
    std::vector<std::span<const double>> each;
    for (const double& value : variables) each.emplace_back(&value, 1);
    double out = 0;
    evaluate(each, {&out, 1});
    return out;
}

}  // namespace pf
