//! Designs that were changed in the form: put into a lane, and written into a lab folder as TOML.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use lockstep_shared::design::{Design, is_host_label};

use super::{Bench, walking};
use crate::gui::files::{at_home, write_new, write_over};
use crate::lab::catalog::Catalog;
use crate::state::command::Side;
use crate::state::designing::Report;
use crate::state::event::Event;

/// What is added to the title of a design that was changed, and to its id.
const CHANGED: (&str, &str) = (" (changed)", "-changed");

/// As long as a title may be.
const LONGEST_TITLE: usize = 60;

/// As long as a label of a host name may be (RFC 1123 section 2.1).
const LONGEST_ID: usize = 63;

impl Bench {
    /// Restarts a lane with a design that was changed; with the original, where it is that again.
    pub(super) async fn apply_design(&mut self, side: Side, design: Design) {
        self.reports.send(Event::Began { label: "Starting the lane".to_owned() });
        if side == walking::SIDE {
            self.leave_steps();
        }
        let result = match self.as_changed(side, design) {
            Ok((design, original)) => {
                self.originals[side.index()] = original;
                self.start(side, design).await
            }
            Err(why) => {
                self.fail(Some(side), &why);
                Err(why)
            }
        };
        if result.is_ok() {
            self.end("the lane started afresh with the changed design".to_owned());
        }
        self.reports.send(Event::Designed(Report::Applied(result)));
    }

    /// Writes a design beside the lanes, which go on meanwhile.
    pub(super) fn save_design(&self, design: Design, name: String, lab: PathBuf, replace: bool) {
        let (catalog, reports) = (self.catalog.clone(), self.reports.clone());
        tokio::task::spawn_blocking(move || {
            reports.send(Event::Designed(save(&catalog, design, name.trim(), &at_home(&lab), replace)));
        });
    }

    /// The design under the name that says what it is, and the id of the one that it was changed from.
    fn as_changed(&self, side: Side, design: Design) -> Result<(Design, Option<String>), String> {
        let now = self.chosen[side.index()].as_ref().map(|chosen| chosen.id.clone());
        let original = self.originals[side.index()].clone().or(now).unwrap_or_else(|| design.id.clone());
        let known = self.catalog.design(&original).ok();
        let design = Design { id: original.clone(), ..checked(design)? };
        if known.is_some_and(|known| *known == design) {
            return Ok((design, None));
        }
        let title = titled(&design, known);
        let kept: String = original.chars().take(LONGEST_ID - CHANGED.1.len()).collect();
        Ok((Design { id: format!("{kept}{}", CHANGED.1), title, ..design }, Some(original)))
    }
}

/// The design as its file would be read: what the window sent is checked as any other input.
fn checked(design: Design) -> Result<Design, String> {
    Design::parse(&design.id, &format!("designs/{}.toml", design.id), &design.to_toml()).map_err(|bad| bad.to_string())
}

/// The title, with a word that tells it from a design's that has the same.
fn titled(design: &Design, other: Option<&Design>) -> String {
    if other.is_none_or(|other| other.title != design.title) {
        return design.title.clone();
    }
    let kept: String = design.title.chars().take(LONGEST_TITLE - CHANGED.0.len()).collect();
    format!("{}{}", kept.trim_end(), CHANGED.0)
}

/// Writes the design as `lab/designs/name.toml`, and looks whether the lab can be read with it.
fn save(catalog: &Catalog, design: Design, name: &str, lab: &Path, replace: bool) -> Report {
    let path = lab.join("designs").join(format!("{name}.toml"));
    let said = match write(catalog, design, name, lab, &path, replace) {
        Ok(said) => Ok(said),
        Err(Wrong::Exists) => return Report::Exists(path.display().to_string()),
        Err(Wrong::Other(why)) => Err(why),
    };
    Report::Saved(said)
}

enum Wrong {
    Exists,
    Other(String),
}

fn write(
    catalog: &Catalog,
    design: Design,
    name: &str,
    lab: &Path,
    path: &Path,
    replace: bool,
) -> Result<String, Wrong> {
    let other = |why: String| Err(Wrong::Other(why));
    if !is_host_label(name) {
        return other(format!(
            "`{name}` can't be a design's name, for it is also a host name: use 1 to 63 of a-z, 0-9 and -, and not \
             localhost, evil, blog or www"
        ));
    }
    if Catalog::is_built_in(name) {
        return other(format!(
            "`{name}` is a built-in design, and a file of that name would take its place: choose another name"
        ));
    }
    let same = catalog.designs().iter().find(|known| known.id != name && known.title == design.title);
    let design = Design { id: name.to_owned(), title: titled(&design, same), ..design };
    let design = checked(design).map_err(Wrong::Other)?;
    let text = design.to_toml();
    let folder = path.parent().unwrap_or(lab);
    let cant = |why: std::io::Error| match why.kind() {
        ErrorKind::AlreadyExists if path.exists() => Wrong::Exists,
        _ => Wrong::Other(format!("Can't write {}: {why}. Name a folder that you may write to", path.display())),
    };
    std::fs::create_dir_all(folder).map_err(cant)?;
    match replace {
        true => write_over(path, |file| file.write_all(text.as_bytes())),
        false => write_new(path, |file| file.write_all(text.as_bytes())),
    }
    .map_err(cant)?;
    match Catalog::load(Some(lab)) {
        Ok(_) => {
            let shown = lab.display().to_string();
            // As it can be pasted into a shell.
            let lab = if shown.contains(char::is_whitespace) { format!("'{shown}'") } else { shown };
            Ok(format!("Written to {}. Measure it: lockstep --lab {lab} compare --design {name}", path.display()))
        }
        Err(why) => other(format!("Written to {}, but this lab can't be read: {why:#}", path.display())),
    }
}

#[cfg(test)]
mod tests;
