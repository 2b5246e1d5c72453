//! The one list of what a user can ask for: it gives menus, shortcuts, tooltips and the command palette.

pub(in crate::ui) mod deed;
pub(in crate::ui) mod jump;
pub(in crate::ui) mod keys;

use eframe::egui::{Key, KeyboardShortcut, Modifiers};

use super::memory::{Page, Palette, ThemeChoice, UiMemory};
use super::pages::browser::Door;
use super::pages::inspector;
use super::pages::playground::guide::{Guide, Next};
use super::widgets::secret::side_name;
use crate::lab::actor::Actor;
use crate::state::command::{Command, Side, Target};
use crate::state::model::Model;
use deed::Deed;
use jump::Jump;

/// Something that can be asked for by a button, a key or the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum UiCommand {
    Palette,
    /// Whatever the guide says comes next.
    Next,
    Do(Deed),
    Aim(Target),
    Jump(Jump),
    NextExpiry,
    Reset,
    Page(Page),
    Secrets,
    Presenter,
    ZoomIn,
    ZoomOut,
    ZoomReset,
    Theme(ThemeChoice),
    /// Opens what an actor of a lane sends with its requests.
    Inspect(Side, Actor),
    /// Opens a page of a lane's in the user's own browser.
    Open(Side, Door),
    StartLab,
}

/// What belongs together in the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Group {
    Lab,
    Victim,
    Attacker,
    Admin,
    Server,
    Clock,
    View,
    Pages,
    Inspector,
    Browser,
}

impl Group {
    pub(in crate::ui) fn name(self) -> &'static str {
        match self {
            Self::Lab => "Lab",
            Self::Victim => "Victim",
            Self::Attacker => "Attacker",
            Self::Admin => "Admin",
            Self::Server => "Server",
            Self::Clock => "Lab clock",
            Self::View => "View",
            Self::Pages => "Pages",
            Self::Inspector => "Inspector",
            Self::Browser => "Browser",
        }
    }
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers { shift: true, ..Modifiers::COMMAND };

const fn key(modifiers: Modifiers, key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(modifiers, key)
}

/// Whose credentials are in the list; the others are picked from their cards.
const INSPECTED: [Actor; 3] = [Actor::Laptop, Actor::Phone, Actor::Attacker];

const PAGES: [KeyboardShortcut; 9] = [
    key(CTRL, Key::Num1),
    key(CTRL, Key::Num2),
    key(CTRL, Key::Num3),
    key(CTRL, Key::Num4),
    key(CTRL, Key::Num5),
    key(CTRL, Key::Num6),
    key(CTRL, Key::Num7),
    key(CTRL, Key::Num8),
    key(CTRL, Key::Num9),
];

impl UiCommand {
    /// Everything, in the order in which the palette lists it.
    pub(in crate::ui) fn all() -> Vec<Self> {
        let mut all = vec![Self::Next];
        all.extend(Deed::ALL.map(Self::Do));
        all.extend([Target::Both, Target::One(Side::Left), Target::One(Side::Right)].map(Self::Aim));
        all.push(Self::Reset);
        all.extend(Jump::ALL.map(Self::Jump));
        all.push(Self::NextExpiry);
        all.extend(Page::ALL.map(Self::Page));
        all.extend(Side::BOTH.into_iter().flat_map(|side| INSPECTED.map(|actor| Self::Inspect(side, actor))));
        all.extend(Side::BOTH.into_iter().flat_map(|side| Door::ALL.map(|door| Self::Open(side, door))));
        all.extend([Self::Secrets, Self::Presenter, Self::ZoomIn, Self::ZoomOut, Self::ZoomReset]);
        all.extend(ThemeChoice::ALL.map(Self::Theme));
        all.extend([Self::Palette, Self::StartLab]);
        all
    }

    /// Its name, which no other has.
    pub(in crate::ui) fn name(self) -> String {
        let name = match self {
            Self::Palette => "Command palette",
            Self::Next => "Do what comes next",
            Self::Do(deed) => return deed.name().to_owned(),
            Self::Aim(Target::Both) => "Do to both",
            Self::Aim(Target::One(Side::Left)) => "Do to left",
            Self::Aim(Target::One(Side::Right)) => "Do to right",
            Self::Jump(jump) => return jump.words(),
            Self::NextExpiry => "To next expiry",
            Self::Reset => "Reset lab",
            Self::Page(page) => page.name(),
            Self::Secrets => "Mask or show secrets",
            Self::Presenter => "Presenter mode",
            Self::ZoomIn => "Zoom in",
            Self::ZoomOut => "Zoom out",
            Self::ZoomReset => "Zoom to 100 %",
            Self::Theme(choice) => return format!("Theme: {}", choice.name()),
            Self::Inspect(side, actor) => {
                return format!("Inspect what the {} {actor} sends…", side_name(side));
            }
            Self::Open(side, door) => return format!("Open the {} {} in your browser", side_name(side), door.noun()),
            Self::StartLab => "Start the lab again",
        };
        name.to_owned()
    }

    /// What it does, in one sentence.
    pub(in crate::ui) fn hint(self) -> String {
        let hint = match self {
            Self::Palette => "Finds and does anything that can be done here",
            Self::Next => "Presses the lit button",
            Self::Do(deed) => deed.hint(),
            Self::Aim(Target::Both) => "What is pressed from now on is done in both lanes",
            Self::Aim(Target::One(Side::Left)) => "What is pressed from now on is done in the left lane alone",
            Self::Aim(Target::One(Side::Right)) => "What is pressed from now on is done in the right lane alone",
            Self::Jump(jump) => return jump.hint(),
            Self::NextExpiry => {
                "Moves the lab clock to the next instant at which something that a client holds expires"
            }
            Self::Reset => "Starts both lanes afresh",
            Self::Page(page) => return format!("Shows the page {}", page.name()),
            Self::Secrets => "Hides credentials, for a room that looks on, or shows them again",
            Self::Presenter => {
                "Everything larger, secrets masked, and the last result in one line; again, or Esc: as it was"
            }
            Self::ZoomIn => "Makes everything larger",
            Self::ZoomOut => "Makes everything smaller",
            Self::ZoomReset => "Shows everything in its own size",
            Self::Theme(ThemeChoice::System) => "Light or dark as the desktop is",
            Self::Theme(ThemeChoice::Dark) => "Light words on dark ground",
            Self::Theme(ThemeChoice::Light) => "Dark words on light ground",
            Self::Inspect(..) => "Shows its access credential taken apart, checked, and what is wrong with it",
            Self::Open(_, door) => door.hint(),
            Self::StartLab => "Starts the lab behind this window afresh, after it has stopped",
        };
        hint.to_owned()
    }

    pub(in crate::ui) fn group(self) -> Group {
        match self {
            Self::Next | Self::Aim(_) | Self::Reset | Self::StartLab => Group::Lab,
            Self::Do(deed) => deed.group(),
            Self::Jump(_) | Self::NextExpiry => Group::Clock,
            Self::Page(_) => Group::Pages,
            Self::Inspect(..) => Group::Inspector,
            Self::Open(..) => Group::Browser,
            Self::Palette
            | Self::Secrets
            | Self::Presenter
            | Self::ZoomIn
            | Self::ZoomOut
            | Self::ZoomReset
            | Self::Theme(_) => Group::View,
        }
    }

    /// The keys that ask for it; the first is the one that is shown.
    pub(in crate::ui) fn shortcuts(self) -> Vec<KeyboardShortcut> {
        match self {
            Self::Palette => vec![key(CTRL, Key::K)],
            Self::Next => vec![key(CTRL, Key::Enter)],
            Self::Do(Deed::LogIn) => vec![key(CTRL_SHIFT, Key::L)],
            Self::Do(Deed::Steal) => vec![key(CTRL_SHIFT, Key::S)],
            Self::Do(Deed::LogOut) => vec![key(CTRL_SHIFT, Key::O)],
            Self::Jump(Jump::Minute) => vec![key(CTRL_SHIFT, Key::M)],
            Self::Jump(Jump::Hour) => vec![key(CTRL_SHIFT, Key::H)],
            Self::NextExpiry => vec![key(CTRL_SHIFT, Key::E)],
            Self::Reset => vec![key(CTRL_SHIFT, Key::R)],
            Self::Page(page) => {
                let at = Page::ALL.iter().position(|one| *one == page);
                at.and_then(|at| PAGES.get(at)).copied().into_iter().collect()
            }
            Self::Secrets => vec![key(CTRL, Key::M)],
            Self::Presenter => vec![key(Modifiers::NONE, Key::F5)],
            Self::ZoomIn => vec![key(CTRL, Key::Plus), key(CTRL, Key::Equals)],
            Self::ZoomOut => vec![key(CTRL, Key::Minus)],
            Self::ZoomReset => vec![key(CTRL, Key::Num0)],
            Self::Do(_) | Self::Aim(_) | Self::Jump(_) | Self::Theme(_) => vec![],
            Self::Inspect(..) | Self::Open(..) | Self::StartLab => vec![],
        }
    }

    /// Whether it can be done now; an error says why not, and what to do.
    pub(in crate::ui) fn able(self, model: &Model, memory: &UiMemory) -> Result<(), String> {
        match self {
            Self::Do(deed) => {
                free(model)?;
                deed::able(model, memory.target, &deed.action()).map(|_| ())
            }
            // What is done where nobody sees it teaches nobody.
            Self::Next if memory.page != Page::Playground => Err("The lit button stands in the playground".to_owned()),
            Self::Next => {
                free(model)?;
                Guide::of(model)
                    .next
                    .map(|_| ())
                    .ok_or_else(|| "Nothing is left to lead to: press what you like".into())
            }
            Self::Jump(_) | Self::Reset => free(model),
            Self::NextExpiry => {
                free(model)?;
                jump::no_expiry(model).map_or(Ok(()), |why| Err(why.to_owned()))
            }
            Self::Inspect(side, actor) if inspector::access_of(model, side, actor).is_none() => {
                Err(format!("The {} {actor} holds no credential: log in first", side_name(side)))
            }
            Self::Open(side, door) => door.address(model, side).map(|_| ()),
            Self::StartLab if !model.stopped => Err("The lab is running".to_owned()),
            Self::ZoomIn if memory.zoom() >= *UiMemory::ZOOM.end() => Err("This is the largest zoom".to_owned()),
            Self::ZoomOut if memory.zoom() <= *UiMemory::ZOOM.start() => Err("This is the smallest zoom".to_owned()),
            _ => Ok(()),
        }
    }

    /// Does it, where it can be done.
    pub(in crate::ui) fn run(self, model: &Model, memory: &mut UiMemory, out: &mut Vec<Command>) {
        memory.notice = self.able(model, memory).err().map(|why| format!("{}: {why}", self.name()));
        if memory.notice.is_some() {
            return;
        }
        match self {
            Self::Palette => {
                memory.palette = if memory.palette.is_some() { None } else { Some(Palette::default()) };
            }
            Self::Next => {
                if let Some(next) = Guide::of(model).next {
                    Self::from(next).run(model, memory, out);
                }
            }
            Self::Do(deed) => {
                if let Ok(target) = deed::able(model, memory.target, &deed.action()) {
                    out.push(Command::Act(target, deed.action()));
                }
            }
            Self::Aim(target) => memory.target = target,
            Self::Jump(jump) => out.push(Command::Advance(jump.by())),
            Self::NextExpiry => out.push(Command::AdvanceToNextExpiry),
            Self::Reset => {
                memory.log_in = super::memory::LogInForm::default();
                out.push(Command::Reset);
            }
            Self::Page(page) => memory.page = page,
            Self::Secrets => memory.masked = !memory.masked,
            Self::Presenter => memory.present(),
            Self::ZoomIn => memory.zoom_by(1.0),
            Self::ZoomOut => memory.zoom_by(-1.0),
            Self::ZoomReset => memory.set_zoom(1.0),
            Self::Theme(choice) => memory.theme = choice,
            Self::Inspect(side, actor) => {
                if let Some((words, holding)) = inspector::access_of(model, side, actor) {
                    inspector::take(model, memory, side, words, &holding.value, out);
                }
            }
            Self::Open(side, door) => {
                memory.page = Page::Browser;
                memory.browsing.go = door.address(model, side).ok();
            }
            Self::StartLab => out.push(Command::StartLab),
        }
    }

    /// What a command of the worker's is called, where it has a place in this list.
    pub(in crate::ui) fn of(command: &Command) -> Option<Self> {
        match command {
            Command::Act(_, action) => Deed::ALL.into_iter().find(|deed| deed.action() == *action).map(Self::Do),
            Command::Advance(by) => Jump::ALL.into_iter().find(|jump| jump.by() == *by).map(Self::Jump),
            Command::AdvanceToNextExpiry => Some(Self::NextExpiry),
            Command::Reset => Some(Self::Reset),
            _ => None,
        }
    }
}

impl From<Next> for UiCommand {
    fn from(next: Next) -> Self {
        match next {
            Next::LogIn => Self::Do(Deed::LogIn),
            Next::Steal => Self::Do(Deed::Steal),
            Next::LogOut => Self::Do(Deed::LogOut),
            Next::Expiry => Self::NextExpiry,
        }
    }
}

/// Whether the lanes can take a command: one at a time is carried out.
fn free(model: &Model) -> Result<(), String> {
    if model.stopped {
        return Err("The lab has stopped: start it again".to_owned());
    }
    model.busy.as_ref().map_or(Ok(()), |label| Err(wait(label)))
}

pub(in crate::ui) fn wait(label: &str) -> String {
    format!("Wait until this is done: {}", label.trim_end_matches('…'))
}

#[cfg(test)]
mod tests;
