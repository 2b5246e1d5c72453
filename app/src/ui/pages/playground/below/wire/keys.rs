//! The table by the keyboard.

use eframe::egui::{EventFilter, Id, Key, Modifiers, Ui};

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Move {
    /// To the row at this distance.
    By(isize),
    First,
    Last,
    Open,
    Close,
}

/// The keys that were pressed while the table has the keyboard; a page has so many rows.
pub(in crate::ui) fn pressed(ui: &Ui, table: Id, page: usize, opened: bool) -> Vec<Move> {
    if !ui.memory(|memory| memory.has_focus(table)) {
        return Vec::new();
    }
    let filter = EventFilter { vertical_arrows: true, escape: opened, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(table, filter));
    let page = isize::try_from(page.max(1)).unwrap_or(isize::MAX);
    let keys = [
        (Key::ArrowUp, Move::By(-1)),
        (Key::ArrowDown, Move::By(1)),
        (Key::PageUp, Move::By(-page)),
        (Key::PageDown, Move::By(page)),
        (Key::Home, Move::First),
        (Key::End, Move::Last),
        (Key::Enter, Move::Open),
    ];
    ui.input_mut(|input| {
        let mut moves: Vec<Move> = Vec::new();
        for (key, what) in keys {
            let count = input.count_and_consume_key(Modifiers::NONE, key);
            moves.extend(std::iter::repeat_n(what, count));
        }
        if opened && input.consume_key(Modifiers::NONE, Key::Escape) {
            moves.push(Move::Close);
        }
        moves
    })
}

/// The row that a move leads to; None where it is no move, or there is no row.
pub(in crate::ui) fn target(what: Move, current: Option<usize>, rows: usize) -> Option<usize> {
    let last = rows.checked_sub(1)?;
    match (what, current) {
        (Move::First, _) => Some(0),
        (Move::Last, _) => Some(last),
        (Move::By(by), Some(row)) => Some(row.saturating_add_signed(by).min(last)),
        // Where nothing is selected yet, the newest is nearest.
        (Move::By(_), None) => Some(last),
        (Move::Open | Move::Close, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_stay_within_the_rows() {
        assert_eq!(target(Move::By(-1), Some(0), 5), Some(0));
        assert_eq!(target(Move::By(10), Some(2), 5), Some(4));
        assert_eq!(target(Move::By(1), None, 5), Some(4));
        assert_eq!(target(Move::First, Some(3), 5), Some(0));
        assert_eq!(
            [target(Move::Last, None, 0), target(Move::By(1), None, 0), target(Move::Open, Some(1), 5)],
            [None; 3]
        );
    }
}
