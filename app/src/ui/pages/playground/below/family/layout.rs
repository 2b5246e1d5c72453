//! Where everything of a family tree goes, in points from the picture's upper left corner: the chain from left to right,
//! access tokens below the link that they came with, forks on lines of their own.

use eframe::egui::{Pos2, Rect, Vec2, pos2, vec2};

use super::data::{Item, Shape, Tree};

const HEADING: f32 = 22.0;
const INDENT: f32 = 12.0;
const LINK: Vec2 = vec2(168.0, 42.0);
const FOLDED: Vec2 = vec2(84.0, 42.0);
const LEAF: Vec2 = vec2(154.0, 38.0);
const FOLDED_LEAVES: Vec2 = vec2(154.0, 18.0);
const BESIDE: f32 = 20.0;
const BELOW: f32 = 6.0;
const BETWEEN_TREES: f32 = 12.0;

/// Everything with its place.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    pub(super) trees: Vec<TreePlan>,
    pub(super) size: Vec2,
}

#[derive(Clone, Debug)]
pub(super) struct TreePlan {
    pub(super) heading: Rect,
    /// In the order of the tree's boxes.
    pub(super) boxes: Vec<Rect>,
    /// Each as its corners, from a parent to what hangs on it.
    pub(super) lines: Vec<Vec<Pos2>>,
}

impl Plan {
    /// Places trees one below the other, each heading as wide as there is room.
    pub(super) fn new(trees: &[Tree], width: f32) -> Self {
        let mut top = 0.0;
        let mut plans = Vec::new();
        for tree in trees {
            let plan = place(tree, top, width);
            top = plan.bottom() + BETWEEN_TREES;
            plans.push(plan);
        }
        let right = plans.iter().flat_map(|plan| &plan.boxes).map(|one| one.right()).fold(width, f32::max);
        // A heading ends where the view does, not where a long chain does, or it would be read by scrolling only.
        Self { trees: plans, size: vec2(right, (top - BETWEEN_TREES).max(0.0)) }
    }
}

impl TreePlan {
    fn bottom(&self) -> f32 {
        self.boxes.iter().map(|one| one.bottom()).fold(self.heading.bottom(), f32::max)
    }
}

fn size(shape: Shape) -> Vec2 {
    match shape {
        Shape::Link => LINK,
        Shape::Folded => FOLDED,
        Shape::Leaf => LEAF,
        Shape::FoldedLeaves => FOLDED_LEAVES,
    }
}

fn is_leaf(item: &Item) -> bool {
    item.parent.is_some() && matches!(item.shape, Shape::Leaf | Shape::FoldedLeaves)
}

fn place(tree: &Tree, top: f32, width: f32) -> TreePlan {
    let boxes = &tree.boxes;
    // Parents come before their children, so that heights are summed from the back and places given from the front.
    let mut own: Vec<f32> = boxes.iter().map(|item| size(item.shape).y).collect();
    let mut beside = vec![0.0_f32; boxes.len()];
    for (at, item) in boxes.iter().enumerate().rev() {
        let Some(parent) = item.parent else { continue };
        match is_leaf(item) {
            true => own[parent] += BELOW + own[at],
            false => {
                let apart = if beside[parent] > 0.0 { BELOW } else { 0.0 };
                beside[parent] += apart + own[at].max(beside[at]);
            }
        }
    }
    let heading = Rect::from_min_size(pos2(0.0, top), vec2(width, HEADING));
    let mut next_root = heading.bottom() + BELOW;
    let mut next_leaf = vec![0.0_f32; boxes.len()];
    let mut next_link = vec![0.0_f32; boxes.len()];
    let mut places: Vec<Rect> = Vec::with_capacity(boxes.len());
    let mut lines = Vec::new();
    for (at, item) in boxes.iter().enumerate() {
        let size = size(item.shape);
        let place = match item.parent {
            None => {
                let place = Rect::from_min_size(pos2(INDENT, next_root), size);
                next_root += own[at].max(beside[at]) + BELOW;
                lines.push(vec![pos2(4.0, heading.bottom()), pos2(4.0, middle(place)), pos2(INDENT, middle(place))]);
                place
            }
            Some(parent) if is_leaf(item) => {
                let above = places[parent];
                let place = Rect::from_min_size(pos2(above.right() - size.x, next_leaf[parent]), size);
                next_leaf[parent] += size.y + BELOW;
                let x = above.left() + 6.0;
                lines.push(vec![pos2(x, above.bottom()), pos2(x, middle(place)), pos2(place.left(), middle(place))]);
                place
            }
            Some(parent) => {
                let before = places[parent];
                let place = Rect::from_min_size(pos2(before.right() + BESIDE, next_link[parent]), size);
                next_link[parent] += own[at].max(beside[at]) + BELOW;
                let x = before.right() + BESIDE / 2.0;
                let from = pos2(before.right(), middle(before));
                lines.push(vec![from, pos2(x, from.y), pos2(x, middle(place)), pos2(place.left(), middle(place))]);
                place
            }
        };
        next_leaf[at] = place.bottom() + BELOW;
        next_link[at] = place.top();
        places.push(place);
    }
    TreePlan { heading, boxes: places, lines }
}

fn middle(place: Rect) -> f32 {
    place.center().y
}
