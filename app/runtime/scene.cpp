#include "app/runtime/scene.h"

#include <algorithm>

#include "app/runtime/formula/formula_data.h"
#include "app/runtime/user_data.h"
#include "core/math/dataset/datasets.h"

namespace pf {

bool DataSpec::operator==(const DataSpec& other) const {
    const bool same_points = points && other.points ? points->hash == other.points->hash && points->x.rows() == other.points->x.rows()
                                                    : !points && !other.points;
    return choice == other.choice && components == other.components && formula == other.formula && same_points;
}

const Model& model_named(const Scene& scene, const std::string& name) {
    const auto it = std::find_if(scene.models.begin(), scene.models.end(), [&](const Model& m) { return m.name == name; });
    check(it != scene.models.end(), "no model is called '{}'", name);
    return *it;
}

std::shared_ptr<const Dataset> make_dataset(const DataSpec& data) {
    if (data.choice.id == "mixture") return make_mixture_data(data.components);
    if (data.choice.id == "points") {
        if (!data.points || data.points->x.rows() == 0) throw BadInput("data: 'points' needs at least one point");
        return make_points_data(data.points);
    }
    if (data.choice.id == "formula") return make_formula_data(data.formula);
    return build(datasets(), data.choice, "data");
}

}  // namespace pf
