//! Where each design's dot stands on the axis of exposures: pure geometry, tested without a window.

use eframe::egui::{Rect, pos2, vec2};

use crate::lab::digest::Exposure;

/// The shortest exposure beside none, as long as the lab's finest rhythm; and the horizon.
const SHORTEST: f32 = 5.0;
const LONGEST: f32 = 30.0 * 86_400.0;
/// The part of the axis that is "at once", before the logarithmic one.
const AT_ONCE: f32 = 0.2;
/// Two dots nearer than this stand above each other.
const SAME: f32 = 9.0;
/// From one dot to the one above it.
pub(super) const PITCH: f32 = 13.0;
pub(super) const DOT: f32 = 4.0;
const NAME_GAP: f32 = 5.0;
const BETWEEN: f32 = 12.0;
/// What is free at the right of the plot, for names.
pub(super) const MARGIN: f32 = 112.0;

/// The marks on the axis.
pub(super) const TICKS: [(u64, &str); 7] = [
    (0, "0 s"),
    (60, "1 min"),
    (300, "5 min"),
    (3600, "1 h"),
    (86_400, "1 d"),
    (7 * 86_400, "7 d"),
    (30 * 86_400, "30 d"),
];

/// One design's exposure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    /// The design's column.
    pub(super) column: usize,
    pub(super) exposure: Exposure,
    /// How wide its name is.
    pub(super) name: f32,
}

/// A dot on its place, with its name beside it where there is room.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Dot {
    pub(super) column: usize,
    /// From the plot's lower left corner, upwards negative.
    pub(super) x: f32,
    pub(super) y: f32,
    /// Where the name stands.
    pub(super) name: Option<Side>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Right,
    Left,
}

/// How wide the part is in which everything is at once.
pub(super) fn at_once(width: f32) -> f32 {
    width * AT_ONCE - BETWEEN
}

/// How far to the right an exposure stands, of a width. None where there is nothing to measure.
pub(super) fn x(exposure: Exposure, width: f32) -> Option<f32> {
    let secs = match exposure {
        Exposure::None => return None,
        Exposure::Secs(secs) => secs as f32,
        Exposure::Horizon => LONGEST,
    };
    if secs < SHORTEST {
        // Whatever is faster than the lab's own rhythm counts as at once.
        return Some(0.0);
    }
    let share = (secs / SHORTEST).ln() / (LONGEST / SHORTEST).ln();
    Some(width * (AT_ONCE + (1.0 - AT_ONCE) * share.clamp(0.0, 1.0)))
}

/// Places the dots on a plot of this size, the earliest first. Dots at one place stand above each other, in columns.
pub(super) fn place(points: &[Point], width: f32, height: f32) -> Vec<Dot> {
    let mut at: Vec<(f32, Point)> =
        points.iter().filter_map(|point| Some((x(point.exposure, width)?, *point))).collect();
    at.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut clusters: Vec<(f32, Vec<Point>)> = Vec::new();
    for (x, point) in at {
        match clusters.last_mut() {
            Some((from, points)) if x - *from < SAME => points.push(point),
            _ => clusters.push((x, vec![point])),
        }
    }
    let rows = (((height - 2.0) / PITCH) as usize).max(1);
    let mut dots = Vec::with_capacity(points.len());
    // How far the names of the clusters before reach.
    let mut taken = 0.0;
    for index in 0..clusters.len() {
        let (x, points) = &clusters[index];
        let next = clusters.get(index + 1).map_or(width + MARGIN, |(x, _)| *x - DOT - BETWEEN);
        let columns: Vec<&[Point]> = points.chunks(rows).collect();
        let name = |column: &&[Point]| column.iter().map(|point| point.name).fold(0.0, f32::max);
        let step = |column: &&[Point]| 2.0 * DOT + NAME_GAP + name(column) + BETWEEN;
        let whole: f32 = columns.iter().map(step).sum::<f32>() - BETWEEN;
        // Beside the axis a second column of names would stand at times that are not its own.
        let spreads = columns.len() == 1 || (*x == 0.0 && whole <= at_once(width));
        let side = if spreads && x - DOT + whole <= next {
            Some(Side::Right)
        } else if columns.len() == 1 && x + DOT - whole >= taken {
            Some(Side::Left)
        } else {
            None
        };
        let mut offset = 0.0;
        for column in &columns {
            for (row, point) in column.iter().enumerate() {
                let y = -(DOT + 3.0 + row as f32 * PITCH);
                dots.push(Dot { column: point.column, x: x + offset, y, name: side });
            }
            offset += if side.is_some() { step(column) } else { 2.0 * DOT + 2.0 };
        }
        taken = if side == Some(Side::Left) { x + DOT + BETWEEN } else { x + offset };
    }
    dots
}

/// The square that a dot takes, for pointing at it.
pub(super) fn reach(dot: &Dot) -> Rect {
    Rect::from_center_size(pos2(dot.x, dot.y), vec2(PITCH, PITCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(column: usize, exposure: Exposure) -> Point {
        Point { column, exposure, name: 60.0 }
    }

    #[test]
    fn the_axis_goes_from_at_once_to_the_horizon() {
        let at = |exposure| x(exposure, 1000.0);
        assert_eq!(at(Exposure::Secs(0)), Some(0.0));
        assert_eq!(at(Exposure::Horizon), Some(1000.0));
        assert_eq!(at(Exposure::Secs(30 * 86_400)), Some(1000.0));
        assert_eq!(at(Exposure::None), None);
        let grow = [5, 60, 300, 3600, 86_400].map(|secs| at(Exposure::Secs(secs)).expect("is on the axis"));
        assert!(grow.is_sorted() && grow[0] > 100.0, "{grow:?}");
    }

    #[test]
    fn dots_at_one_place_stand_above_each_other() {
        let points: Vec<Point> = (0..9).map(|column| point(column, Exposure::Secs(0))).collect();
        let dots = place(&points, 900.0, 6.0 * PITCH + 2.0);
        assert_eq!(dots.len(), 9);
        for (index, dot) in dots.iter().enumerate() {
            for other in &dots[index + 1..] {
                assert!(!reach(dot).shrink(2.5).intersects(reach(other).shrink(2.5)), "{dot:?} {other:?}");
            }
        }
        assert!(dots.iter().all(|dot| dot.y <= 0.0 && dot.y >= -6.0 * PITCH - 2.0), "{dots:?}");
    }

    #[test]
    fn names_stand_where_there_is_room_and_else_nowhere() {
        let far = place(&[point(0, Exposure::Secs(0)), point(1, Exposure::Horizon)], 600.0, 60.0);
        assert_eq!([far[0].name, far[1].name], [Some(Side::Right); 2]);
        let near = place(&[point(0, Exposure::Secs(300)), point(1, Exposure::Secs(600))], 600.0, 60.0);
        assert_eq!([near[0].name, near[1].name], [Some(Side::Left), Some(Side::Right)]);
        let close = place(&[240, 600, 1800].map(|secs| point(0, Exposure::Secs(secs))), 600.0, 60.0);
        assert_eq!(close[1].name, None, "it would cover one of the others");
    }
}
