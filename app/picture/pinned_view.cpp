#include "app/picture/pinned_view.h"

#include <utility>

#include "app/panels/camera.h"
#include "app/panels/edits.h"
#include "app/panels/pinned_point.h"

namespace pf {

PinnedView::PinnedView(const Viewpoint& seen, const Scene& scene, FieldSet fields) : seen_(seen), panes_(panels::pane_count(scene)), probe_(std::make_shared<const Scene>(scene), std::move(fields)) {}

void PinnedView::show(panels::UiState& ui) {
    panels::pin_as(ui, seen_);
    if (ui.pinned_point && ui.pinned_point->follows_time) ui.pinned_point->t = ui.playback.t;
    const auto request = panels::point_request(ui, panes_);
    if (!request) last_ = nullptr;
    else if (!last_ || !(last_->request == *request)) last_ = std::make_shared<const ProbeResult>(probe_(*request));
    ui.probes.pinned = last_;
}

}  // namespace pf
