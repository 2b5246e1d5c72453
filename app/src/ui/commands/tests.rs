//! The one list: every name and key is its own, every key acts, and the palette reaches everything.

use std::collections::BTreeSet;

use eframe::egui::{Key, KeyboardShortcut};

use super::*;
use crate::ui::fixtures;

#[test]
fn no_two_commands_share_a_name_or_a_key() {
    let (mut names, mut keys) = (BTreeSet::new(), Vec::<KeyboardShortcut>::new());
    for command in UiCommand::all() {
        assert!(names.insert(command.name()), "{} is there twice", command.name());
        for shortcut in command.shortcuts() {
            assert!(!keys.contains(&shortcut), "{shortcut:?} is there twice");
            keys.push(shortcut);
        }
        let hint = command.hint();
        assert!(!hint.is_empty() && !hint.ends_with('.') && hint != command.name(), "{hint:?}");
    }
}

/// What a text field does with its keys must stay its own.
#[test]
fn no_key_is_one_that_edits_text() {
    let editing = [Key::A, Key::C, Key::V, Key::X, Key::Y, Key::Z, Key::ArrowLeft, Key::ArrowRight, Key::Backspace];
    for command in UiCommand::all() {
        for shortcut in command.shortcuts() {
            assert!(!editing.contains(&shortcut.logical_key), "{}: {shortcut:?}", command.name());
            let plain = shortcut.modifiers.is_none();
            assert!(!plain || shortcut.logical_key.name().starts_with('F'), "{}: {shortcut:?}", command.name());
        }
    }
}

#[test]
fn what_cannot_be_done_says_why_and_does_nothing() {
    let model = fixtures::empty();
    let (mut memory, mut out) = (UiMemory::default(), Vec::new());
    for command in UiCommand::all() {
        let Err(why) = command.able(&model, &memory) else { continue };
        command.run(&model, &mut memory, &mut out);
        assert!(out.is_empty(), "{} did something", command.name());
        let notice = memory.notice.clone().unwrap_or_default();
        assert!(notice.contains(&why) && notice.starts_with(&command.name()), "{notice:?}");
    }
    assert!(UiCommand::Do(Deed::Steal).able(&model, &memory).is_err_and(|why| why.ends_with("press Log in first")));
}

#[test]
fn a_busy_lab_takes_nothing_more() {
    let mut model = fixtures::stolen();
    let memory = UiMemory::default();
    model.busy = Some("Logging in".to_owned());
    let waits = |command: UiCommand| command.able(&model, &memory).is_err_and(|why| why.contains("Logging in"));
    for command in [UiCommand::Do(Deed::LogOut), UiCommand::Reset, UiCommand::Jump(Jump::Year), UiCommand::Next] {
        assert!(waits(command), "{}", command.name());
    }
    assert!(UiCommand::Page(Page::Comparison).able(&model, &memory).is_ok());
}

#[test]
fn every_action_has_a_name_in_the_list() {
    for deed in Deed::ALL {
        let command = Command::Act(Target::Both, deed.action());
        assert_eq!(UiCommand::of(&command), Some(UiCommand::Do(deed)));
    }
    for (_, buttons) in deed::ROW {
        for (deed, options) in buttons {
            assert!(Deed::ALL.contains(deed) && options.iter().all(|option| Deed::ALL.contains(option)));
        }
    }
}
