//! A stored password taken apart: what each part of its PHC string is and what it is for.

use eframe::egui::{Grid, Label, Ui, vec2};

use crate::ui::text;
use crate::ui::theme::{GAP_2, GAP_3, Tokens};
use crate::ui::widgets::secret::{line, shorten};

/// The parts of `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
#[derive(Debug, PartialEq, Eq)]
struct Stored<'a> {
    algorithm: &'a str,
    version: &'a str,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: &'a str,
    hash: &'a str,
}

impl<'a> Stored<'a> {
    fn parse(phc: &'a str) -> Option<Self> {
        let mut parts = phc.strip_prefix('$')?.split('$');
        let algorithm = parts.next()?;
        let version = parts.next()?.strip_prefix("v=")?;
        let costs = parts.next()?;
        let cost = |name: &str| costs.split(',').find_map(|cost| cost.strip_prefix(name)?.parse().ok());
        let (memory_kib, passes, lanes) = (cost("m=")?, cost("t=")?, cost("p=")?);
        let (salt, hash) = (parts.next()?, parts.next()?);
        parts.next().is_none().then_some(Self { algorithm, version, memory_kib, passes, lanes, salt, hash })
    }

    /// Each part with its value and what it is for.
    fn explained(&self, masked: bool) -> [(&'static str, String, String); 7] {
        let bytes = |base64: &str| base64.len() * 3 / 4;
        [
            (
                "algorithm",
                self.algorithm.to_owned(),
                "made for passwords: slow and hungry for memory on purpose".to_owned(),
            ),
            ("version", self.version.to_owned(), "of the algorithm: 19 is Argon2 1.3 (RFC 9106)".to_owned()),
            (
                "memory",
                format!("{} KiB", self.memory_kib),
                format!(
                    "{} MiB for every guess, which keeps graphics cards from guessing in parallel",
                    self.memory_kib / 1024
                ),
            ),
            ("passes", self.passes.to_string(), "over that memory: more passes, more time a guess".to_owned()),
            ("lanes", self.lanes.to_string(), "that are filled in parallel".to_owned()),
            (
                "salt",
                line(self.salt, masked),
                format!("{} random bytes: equal passwords get unequal hashes, and no table fits all", bytes(self.salt)),
            ),
            (
                "hash",
                line(self.hash, masked),
                format!("{} bytes: a login computes them again from the password and compares", bytes(self.hash)),
            ),
        ]
    }
}

/// `argon2id  ab12…9fe`, or the whole string shortened where it is no such string.
pub(super) fn one_line(phc: &str, masked: bool) -> String {
    match Stored::parse(phc) {
        Some(stored) => format!("{} {}", stored.algorithm, line(stored.hash, masked)),
        None => shorten(phc),
    }
}

pub(super) fn show(ui: &mut Ui, phc: &str, id: &str, masked: bool) {
    let tokens = Tokens::of(ui);
    let Some(stored) = Stored::parse(phc) else {
        ui.add(Label::new(text::mono(phc).color(tokens.text)).selectable(true).wrap());
        return;
    };
    if !masked {
        let whole = Label::new(text::mono(phc).color(tokens.dim)).selectable(true).wrap();
        ui.horizontal(|ui| {
            ui.add_space(3.0 * GAP_2);
            ui.add(whole);
        });
    }
    ui.horizontal(|ui| {
        ui.add_space(3.0 * GAP_2);
        let room = ui.available_width();
        Grid::new(id).num_columns(3).spacing(vec2(GAP_3, 2.0)).min_row_height(18.0).show(ui, |ui| {
            for (name, value, meaning) in stored.explained(masked) {
                ui.label(text::caption(name).color(tokens.dim));
                ui.label(text::mono(value).color(tokens.text));
                ui.scope(|ui| {
                    ui.set_max_width((room - 170.0).max(100.0));
                    ui.add(Label::new(text::caption(meaning).color(tokens.dim)).wrap());
                });
                ui.end_row();
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_password_comes_apart() {
        let stored = Stored::parse("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2E$aGFzaA").expect("a PHC string");
        assert_eq!((stored.algorithm, stored.version), ("argon2id", "19"));
        assert_eq!((stored.memory_kib, stored.passes, stored.lanes), (19_456, 2, 1));
        let explained = stored.explained(false);
        assert!(explained[2].2.starts_with("19 MiB"), "{explained:?}");
        assert_eq!(explained[5].1, "c29t…2E".replace("2E", "c2E"));
        assert!(stored.explained(true)[6].1.starts_with('•'));
    }

    #[test]
    fn what_is_no_such_string_is_not_taken_apart() {
        for text in ["", "plain", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=1$salt$hash"] {
            assert_eq!(Stored::parse(text), None, "{text}");
        }
    }
}
