#include "app/panels/data_edits.h"
#include "app/panels/own_data.h"
#include "app/runtime/formula/formula_data.h"

namespace pf::panels {

void draw_formula_row(Context& context) {
    const Scene& scene = context.session.scene();
    const auto refused = [](const std::string& typed) {
        return formula_error([&] {
            make_formula_data(typed, "formula");
            return std::string();
        });
    };
    if (const auto typed = text_row("density", "p(x, y)", "an expression in x and y, at least 0, of any scale: exp(-(x^2+y^2-4)^2), abs(x) < 1 && abs(y) < 2 ? 1 : 0", scene.data.formula, refused, true))
        context.session.commit("formula of the data", with_formula(context.session.scene(), *typed));
}

}  // namespace pf::panels
