//! Where on the desktop the window was, and where it goes when that place is gone.

use eframe::egui::{Pos2, Rect, Vec2, ViewportBuilder, ViewportInfo, pos2, vec2};
use serde::{Deserialize, Serialize};

/// The least and the most that a window is restored to, in the system's points.
const LEAST: Vec2 = vec2(800.0, 560.0);
const MOST: Vec2 = vec2(16_384.0, 16_384.0);
/// What must be seen of the window's upper edge to move it by.
const GRIP: Vec2 = vec2(96.0, 24.0);

/// The window's place, in the system's points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::gui) struct Place {
    /// The upper left corner, where the system tells it.
    at: Option<(f32, f32)>,
    size: (f32, f32),
    maximized: bool,
}

impl Place {
    /// Where the window is now. While it fills the screen, the place that it goes back to is `before`.
    pub(super) fn of(seen: &ViewportInfo, zoom: f32, before: Option<Self>) -> Option<Self> {
        let maximized = seen.maximized == Some(true);
        let whole = maximized || seen.minimized == Some(true) || seen.fullscreen == Some(true);
        if whole && let Some(before) = before {
            return Some(Self { maximized, ..before });
        }
        // The window counts in points of its own zoom; the next one begins without.
        let size = seen.inner_rect?.size() * zoom;
        let at = seen.outer_rect.map(|outer| outer.min * zoom).map(|at| (at.x.round(), at.y.round()));
        Some(Self { at, size: (size.x.round(), size.y.round()), maximized })
    }

    /// A window in this place.
    pub(in crate::gui) fn restore(self, viewport: ViewportBuilder) -> ViewportBuilder {
        let size = vec2(self.size.0, self.size.1);
        if !size.is_finite() {
            return viewport;
        }
        let viewport = viewport.with_inner_size(size.clamp(LEAST, MOST)).with_maximized(self.maximized);
        match self.at.map(|(x, y)| pos2(x, y)).filter(|at| at.is_finite()) {
            Some(at) => viewport.with_position(at.clamp(Pos2::ZERO - MOST, Pos2::ZERO + MOST)),
            None => viewport,
        }
    }
}

/// Where a window has to go whose upper edge is on none of the monitors; None where somebody can take hold of it.
pub(in crate::gui) fn rescue(window: Rect, monitors: &[Rect]) -> Option<Pos2> {
    let edge = Rect::from_min_size(window.min, vec2(window.width(), GRIP.y));
    let held = |monitor: &Rect| {
        let seen = monitor.intersect(edge);
        seen.width() >= GRIP.x.min(edge.width()) && seen.height() >= GRIP.y / 2.0
    };
    if monitors.is_empty() || monitors.iter().any(held) {
        return None;
    }
    let first = monitors[0];
    let room = (first.size() - window.size()).max(Vec2::ZERO);
    Some(first.min + room / 2.0)
}

/// The same for the window of the system, in its pixels.
pub(in crate::gui) fn rescue_window(frame: &eframe::Frame) -> Option<Pos2> {
    let window = frame.winit_window()?;
    let monitors: Vec<Rect> = window
        .available_monitors()
        .map(|monitor| {
            let (at, size) = (monitor.position(), monitor.size());
            Rect::from_min_size(pos2(at.x as f32, at.y as f32), vec2(size.width as f32, size.height as f32))
        })
        .filter(Rect::is_positive)
        .collect();
    // Where the system does not tell the place, it takes care of it.
    let at = window.outer_position().ok()?;
    let size = window.outer_size();
    let rect = Rect::from_min_size(pos2(at.x as f32, at.y as f32), vec2(size.width as f32, size.height as f32));
    rescue(rect, &monitors)
}
