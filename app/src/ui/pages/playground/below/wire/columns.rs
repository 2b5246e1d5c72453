//! Which columns a table of some width has, and where they stand: geometry alone.

use std::ops::Range;

use crate::ui::theme::GAP_2;

/// What a column tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// Who asked: a person, the lab, or a client by itself.
    Kind,
    Time,
    Actor,
    Lane,
    Method,
    Path,
    Status,
    Up,
    Down,
    Millis,
    Decided,
}

/// Every column in its order, with the width that it needs, and when it goes as room gets short: the highest first.
const COLUMNS: [(Column, f32, u8); 11] = [
    (Column::Kind, 14.0, 0),
    (Column::Time, 88.0, 2),
    (Column::Actor, 64.0, 0),
    (Column::Lane, 46.0, 0),
    (Column::Method, 52.0, 0),
    (Column::Path, 120.0, 0),
    (Column::Status, 40.0, 0),
    (Column::Up, 50.0, 6),
    (Column::Down, 50.0, 5),
    (Column::Millis, 44.0, 3),
    (Column::Decided, 130.0, 4),
];

/// What the path takes of the room that is left over, beside what decided.
const PATH_SHARE: f32 = 0.3;
const WIDEST_PATH: f32 = 260.0;

impl Column {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Kind => "",
            Self::Time => "Time",
            Self::Actor => "Actor",
            Self::Lane => "Lane",
            Self::Method => "Method",
            Self::Path => "Path",
            Self::Status => "Status",
            Self::Up => "Up",
            Self::Down => "Down",
            Self::Millis => "ms",
            Self::Decided => "What decided",
        }
    }

    /// Whether it is a figure, which stands at the right.
    pub(super) fn is_figure(self) -> bool {
        matches!(self, Self::Up | Self::Down | Self::Millis)
    }
}

/// The columns that fit into a width, each with its place from the left edge.
pub(super) fn fit(width: f32) -> Vec<(Column, Range<f32>)> {
    let mut shown: Vec<(Column, f32, u8)> = COLUMNS.to_vec();
    let needed = |shown: &[(Column, f32, u8)]| {
        shown.iter().map(|(_, width, _)| width).sum::<f32>() + GAP_2 * (shown.len().saturating_sub(1)) as f32
    };
    while needed(&shown) > width {
        let Some((at, _)) = shown.iter().enumerate().max_by_key(|(_, (.., rank))| *rank).filter(|(_, c)| c.2 > 0)
        else {
            break;
        };
        shown.remove(at);
    }
    let spare = (width - needed(&shown)).max(0.0);
    let has_decided = shown.iter().any(|(column, ..)| *column == Column::Decided);
    let for_path = if has_decided { (spare * PATH_SHARE).min(WIDEST_PATH - 120.0) } else { spare };
    let mut left = 0.0;
    let place = |(column, mut width, _): (Column, f32, u8)| {
        width += match column {
            Column::Path => for_path,
            Column::Decided => spare - for_path,
            _ => 0.0,
        };
        let range = left..left + width;
        left = range.end + GAP_2;
        (column, range)
    };
    shown.into_iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fit_and_never_overlap() {
        for width in 430..1900 {
            let width = width as f32;
            let columns = fit(width);
            assert!(columns.windows(2).all(|pair| pair[0].1.end < pair[1].1.start), "{width}");
            let last = columns.last().expect("some always stay").1.end;
            assert!(last <= width + 0.1, "{last} in {width}");
            assert!(columns.iter().any(|(column, _)| *column == Column::Status));
        }
    }

    #[test]
    fn a_small_window_has_all_of_them() {
        // What the panel has inside a window of 1024.
        assert_eq!(fit(900.0).len(), COLUMNS.len());
        let narrow: Vec<_> = fit(440.0).into_iter().map(|(column, _)| column).collect();
        assert!(!narrow.contains(&Column::Up) && narrow.contains(&Column::Path), "{narrow:?}");
    }
}
