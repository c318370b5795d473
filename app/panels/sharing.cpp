#include <algorithm>

#include "app/panels/camera.h"
#include "app/panels/panels.h"
#include "app/panels/tools/tools.h"
#include "app/runtime/share_line.h"
#include "core/math/errors.h"

namespace pf::panels {

void copy_scene(Context& context) {
    try {
        const Scene& scene = context.session.scene();
        const std::string line = share_line(told_scene(context.session), viewpoint(context.ui));
        ImGui::SetClipboardText(line.c_str());
        const bool learned = std::any_of(scene.models.begin(), scene.models.end(), [](const Model& m) { return m.field == "network"; });
        context.session.say({Notice::Level::info, fmt::format("the scene is on the clipboard as one line of {:.1f} kB{}", static_cast<double>(line.size()) / 1e3,
                                                              learned ? "; trained weights are not in it: they are trained anew" : "")});
    } catch (const BadInput& error) {
        context.session.say({Notice::Level::error, error.what()});
    }
}

void paste(Context& context) {
    const char* text = ImGui::GetClipboardText();
    if (text && is_share_line(text)) context.ask("paste-scene");
    else paste_points(context);
}

}  // namespace pf::panels
