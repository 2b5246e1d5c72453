//! What the window itself remembers: how it looks, and what is typed and opened in it.

use std::collections::BTreeSet;

use super::pages::browser::Browsing;
use super::pages::comparison::Looking;
use super::pages::inspector;
use super::pages::playground::Below;
use super::pages::playground::design::Designing;
use crate::lab::actor::Actor;
use crate::state::command::{Side, Target};
use eframe::egui::{ThemePreference, Vec2};

/// The window's own state: it lasts as long as the window.
#[derive(Clone, Debug)]
pub(crate) struct UiMemory {
    pub(crate) page: Page,
    pub(crate) theme: ThemeChoice,
    zoom: f32,
    /// Whether credentials are hidden, for a room that looks on.
    pub(crate) masked: bool,
    /// Where the row of actions acts.
    pub(crate) target: Target,
    pub(crate) log_in: LogInForm,
    pub(crate) below: Below,
    pub(crate) comparison: Looking,
    pub(crate) inspecting: inspector::Looking,
    pub(crate) browsing: Browsing,
    pub(crate) designing: Designing,
    /// The one secret that is written out in full.
    pub(crate) revealed: Option<SecretId>,
    /// What is unfolded: claims, users, stored passwords.
    open: BTreeSet<String>,
    /// What is searched for in the command palette, while it is open.
    pub(crate) palette: Option<Palette>,
    /// Why what was asked for last could not be done, for what has no button to say so.
    pub(crate) notice: Option<String>,
    /// What was asked of the lab last.
    pub(crate) last: Option<String>,
    /// How it looked before presenter mode, while that lasts.
    before: Option<Before>,
}

/// What the command palette looks for, and which of its finds is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Palette {
    pub(crate) query: String,
    pub(crate) chosen: usize,
    /// Why the chosen one can't be done, once somebody has tried.
    pub(crate) refused: Option<String>,
}

/// What presenter mode changes, as it was.
#[derive(Clone, Copy, Debug)]
struct Before {
    zoom: f32,
    masked: bool,
    /// Whether the zoom has been held against the window's size.
    fitted: bool,
}

/// What fills the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Page {
    #[default]
    Playground,
    Comparison,
    Inspector,
    Browser,
}

/// Light, dark, or as the desktop is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ThemeChoice {
    #[default]
    System,
    Dark,
    Light,
}

/// What is typed into the log-in form.
#[derive(Clone)]
pub(crate) struct LogInForm {
    pub(crate) email: String,
    pub(crate) password: String,
    pub(crate) device: Actor,
}

/// A credential in an actor's hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SecretId {
    pub(crate) side: Side,
    pub(crate) actor: Actor,
    pub(crate) name: String,
}

impl UiMemory {
    pub(crate) const ZOOM: std::ops::RangeInclusive<f32> = 1.0..=2.5;
    const ZOOM_STEP: f32 = 0.1;
    const PRESENTER_ZOOM: f32 = 1.6;
    /// What presenter mode needs to show everything at once.
    const PRESENTED: Vec2 = Vec2::new(780.0, 530.0);

    pub(crate) fn zoom(&self) -> f32 {
        self.zoom.clamp(*Self::ZOOM.start(), *Self::ZOOM.end())
    }

    /// Sets the zoom to the nearest step within the range.
    pub(crate) fn set_zoom(&mut self, zoom: f32) {
        let stepped = (zoom / Self::ZOOM_STEP).round() * Self::ZOOM_STEP;
        self.zoom = stepped.clamp(*Self::ZOOM.start(), *Self::ZOOM.end());
    }

    /// Takes over what an earlier window has kept; a page or theme that this one does not know is left out.
    pub(crate) fn restore(&mut self, page: &str, theme: &str, zoom: f32, masked: bool) {
        self.page = Page::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(page)).unwrap_or_default();
        self.theme = ThemeChoice::ALL.into_iter().find(|one| one.key() == theme).unwrap_or_default();
        self.set_zoom(if zoom.is_finite() { zoom } else { 1.0 });
        self.masked = masked;
    }

    /// Enters presenter mode, or leaves it: the room sees everything larger, and no secret.
    pub(crate) fn present(&mut self) {
        match self.before.take() {
            None => {
                self.before = Some(Before { zoom: self.zoom, masked: self.masked, fitted: false });
                self.set_zoom(self.zoom.max(Self::PRESENTER_ZOOM));
                self.masked = true;
                self.revealed = None;
            }
            Some(before) => {
                self.zoom = before.zoom;
                self.masked = before.masked;
            }
        }
    }

    /// In a small window a room sees everything a little less large, so that it is all there. Once: what is zoomed
    /// afterwards stays as it is.
    pub(crate) fn fit_to_window(&mut self, size: Vec2) {
        let Some(before) = self.before.as_mut().filter(|before| !before.fitted) else { return };
        before.fitted = true;
        let (own, fitting) = (before.zoom, (size / Self::PRESENTED).min_elem());
        let steps = (fitting.min(Self::PRESENTER_ZOOM) / Self::ZOOM_STEP + 0.01).floor();
        self.set_zoom(own.max(steps * Self::ZOOM_STEP));
    }

    pub(crate) fn is_presenting(&self) -> bool {
        self.before.is_some()
    }

    /// Zoom and mask as they are outside of presenter mode.
    pub(crate) fn at_the_desk(&self) -> (f32, bool) {
        self.before.map_or((self.zoom(), self.masked), |before| (before.zoom, before.masked))
    }

    pub(crate) fn zoom_by(&mut self, steps: f32) {
        self.set_zoom(self.zoom() + steps * Self::ZOOM_STEP);
    }

    pub(crate) fn is_open(&self, what: &str) -> bool {
        self.open.contains(what)
    }

    pub(crate) fn toggle(&mut self, what: &str) {
        if !self.open.remove(what) {
            self.open.insert(what.to_owned());
        }
    }
}

impl Default for UiMemory {
    fn default() -> Self {
        Self {
            page: Page::default(),
            theme: ThemeChoice::default(),
            zoom: 1.0,
            masked: false,
            target: Target::Both,
            log_in: LogInForm::default(),
            below: Below::default(),
            comparison: Looking::default(),
            inspecting: inspector::Looking::default(),
            browsing: Browsing::default(),
            designing: Designing::default(),
            revealed: None,
            open: BTreeSet::new(),
            palette: None,
            notice: None,
            last: None,
            before: None,
        }
    }
}

impl Default for LogInForm {
    fn default() -> Self {
        Self { email: "alice@bank.example".to_owned(), password: String::new(), device: Actor::Laptop }
    }
}

/// The password is hidden.
impl std::fmt::Debug for LogInForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogInForm").field("email", &self.email).field("device", &self.device).finish_non_exhaustive()
    }
}

impl Page {
    pub(crate) const ALL: [Self; 4] = [Self::Playground, Self::Comparison, Self::Inspector, Self::Browser];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Playground => "Playground",
            Self::Comparison => "Comparison",
            Self::Inspector => "Inspector",
            Self::Browser => "Browser",
        }
    }
}

impl ThemeChoice {
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Dark, Self::Light];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Dark => "Dark",
            Self::Light => "Light",
        }
    }

    /// Its name in a file.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }

    pub(crate) fn preference(self) -> ThemePreference {
        match self {
            Self::System => ThemePreference::System,
            Self::Dark => ThemePreference::Dark,
            Self::Light => ThemePreference::Light,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zoom_stays_in_its_range_and_on_its_steps() {
        let mut memory = UiMemory::default();
        memory.zoom_by(-1.0);
        assert_eq!(memory.zoom(), 1.0);
        for _ in 0..40 {
            memory.zoom_by(1.0);
        }
        assert_eq!(memory.zoom(), 2.5);
    }

    #[test]
    fn presenter_mode_gives_back_what_it_took() {
        let mut memory = UiMemory::default();
        memory.set_zoom(1.2);
        memory.present();
        assert_eq!((memory.zoom(), memory.masked, memory.is_presenting()), (1.6, true, true));
        memory.zoom_by(1.0);
        memory.masked = false;
        assert_eq!(memory.at_the_desk(), (1.2, false));
        memory.present();
        assert_eq!((memory.zoom(), memory.masked, memory.is_presenting()), (1.2, false, false));
        memory.present();
        memory.fit_to_window(Vec2::new(1024.0, 700.0));
        assert!((memory.zoom() - 1.3).abs() < 0.01, "a small window shows everything nevertheless");
        memory.zoom_by(1.0);
        memory.fit_to_window(Vec2::new(1024.0, 700.0));
        assert!((memory.zoom() - 1.4).abs() < 0.01, "what is chosen afterwards stays");
        memory.present();
        memory.set_zoom(2.0);
        memory.present();
        memory.fit_to_window(Vec2::new(1024.0, 700.0));
        assert_eq!(memory.zoom(), 2.0, "presenting makes nothing smaller");
    }

    #[test]
    fn what_is_typed_is_not_printed() {
        let mut memory = UiMemory::default();
        memory.log_in.password = "correct horse".to_owned();
        assert!(!format!("{memory:?}").contains("horse"));
    }
}
