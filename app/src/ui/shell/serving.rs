//! Whether the lanes are up and where they listen, and what to know of that: whose port was taken.

use eframe::egui::{Sense, Ui, WidgetInfo, accesskit::Role, vec2};

use crate::state::model::Model;
use crate::ui::text;
use crate::ui::theme::Tokens;

/// Below this width the lanes' address is a tooltip.
const ADDRESS: f32 = 1120.0;

/// Whether the lanes are up, and where.
pub(super) fn show(ui: &mut Ui, model: &Model, width: f32) {
    let tokens = Tokens::of(ui);
    let up = model.lanes.iter().all(|lane| lane.design.is_some());
    let (word, color, ground) = match up {
        _ if model.stopped => ("stopped", tokens.bad, tokens.bad_ground),
        true => ("serving", tokens.good, tokens.good_ground),
        false => ("starting", tokens.amber, tokens.amber_ground),
    };
    let shown = if width >= 560.0 { word } else { "" };
    let galley = ui.painter().layout_no_wrap(shown.to_owned(), text::caption_font(), color);
    let words = if shown.is_empty() { 0.0 } else { galley.size().x + 6.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(24.0 + words, 20.0), Sense::hover());
    let addresses: Vec<&str> = model.lanes.iter().map(|lane| lane.view.address.as_str()).collect();
    let spoken = format!("{word} {}", addresses.join(", "));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    ui.painter().rect_filled(rect, 10.0, ground);
    ui.painter().circle_filled(rect.left_center() + vec2(12.0, 0.0), 4.0, color);
    ui.painter().galley(rect.left_center() + vec2(20.0, -galley.size().y / 2.0), galley, color);
    let hover = addresses.iter().map(|address| format!("http://{address}/")).collect::<Vec<_>>().join("\n");
    let taken = taken(model);
    let told = [Some(hover), taken.clone()].into_iter().flatten().collect::<Vec<_>>().join("\n");
    response.on_hover_text(if up { told.clone() } else { "The lanes' servers are starting".to_owned() });
    let short = hosts(&addresses);
    if width >= ADDRESS && up && !short.is_empty() {
        // The sentence itself has room below.
        let color = if taken.is_some() { tokens.amber } else { tokens.dim };
        ui.label(text::mono(short).color(color)).on_hover_text(told);
    }
}

/// Whose ports were taken by another program, and where the lanes listen instead.
pub(super) fn taken(model: &Model) -> Option<String> {
    let lanes = model.lanes.iter().zip(model.taken);
    let moved: Vec<_> = lanes.filter_map(|(lane, port)| Some((port?, lane.view.address.rsplit_once(':')?.1))).collect();
    let ports = |numbers: Vec<String>| numbers.join(" and ");
    let (wanted, got): (Vec<_>, Vec<_>) =
        moved.iter().map(|(port, now)| (port.to_string(), format!("localhost:{now}"))).unzip();
    let verb = if moved.len() == 1 { "is" } else { "are" };
    (!moved.is_empty()).then(|| format!("{} {verb} taken by another program: serving on {}", ports(wanted), ports(got)))
}

/// `localhost:8787`, or `localhost:8787 · :9191` where the lanes have ports of their own.
fn hosts(addresses: &[&str]) -> String {
    let mut ports: Vec<&str> =
        addresses.iter().filter_map(|address| address.rsplit_once(':')).map(|(_, p)| p).collect();
    ports.dedup();
    match ports.as_slice() {
        [] => String::new(),
        [first, rest @ ..] => {
            let rest: String = rest.iter().map(|port| format!(" · :{port}")).collect();
            format!("localhost:{first}{rest}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixtures;

    #[test]
    fn a_taken_port_is_told_with_the_one_that_is_used() {
        let mut model = fixtures::empty();
        assert_eq!(taken(&model), None);
        model.taken[0] = Some(8787);
        model.lanes[0].view.address = "one.localhost:41237".to_owned();
        let told = taken(&model).expect("there is something to tell");
        assert_eq!(told, "8787 is taken by another program: serving on localhost:41237");
        model.taken[1] = Some(8788);
        model.lanes[1].view.address = "two.localhost:41238".to_owned();
        let told = taken(&model).expect("there is something to tell");
        assert_eq!(told, "8787 and 8788 are taken by another program: serving on localhost:41237 and localhost:41238");
    }
}
