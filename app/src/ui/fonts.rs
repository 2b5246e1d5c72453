//! The typefaces: Inter for words, JetBrains Mono for whatever is on the wire, egui's own behind them for symbols.

use std::sync::Arc;

use eframe::egui::{FontData, FontDefinitions, FontFamily};

const INTER: &[u8] = include_bytes!("../../../assets/fonts/Inter-Regular.otf");
const INTER_SEMIBOLD: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.otf");
const JETBRAINS_MONO: &[u8] = include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf");

/// The family of headings and of what stands out.
pub(super) fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// Every font that the window uses.
pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    for (name, bytes) in [("Inter", INTER), ("Inter SemiBold", INTER_SEMIBOLD), ("JetBrains Mono", JETBRAINS_MONO)] {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let proportional = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let monospace = fonts.families.get(&FontFamily::Monospace).cloned().unwrap_or_default();
    let families = [
        (FontFamily::Proportional, "Inter", &proportional),
        (semibold(), "Inter SemiBold", &proportional),
        (FontFamily::Monospace, "JetBrains Mono", &monospace),
    ];
    for (family, first, rest) in families {
        // JetBrains Mono has symbols that Inter lacks.
        let mono = (first != "JetBrains Mono").then(|| "JetBrains Mono".to_owned());
        let list = std::iter::once(first.to_owned()).chain(mono).chain(rest.iter().cloned()).collect();
        fonts.families.insert(family, list);
    }
    fonts
}
