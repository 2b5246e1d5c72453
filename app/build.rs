//! Lists the built-in designs and scenarios, so that adding one is adding its file.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo says where the package lies");
    // Fuzzing builds the same files from a folder further down.
    let mut above = Path::new(&root).ancestors().map(|folder| folder.join("assets"));
    let assets = above.find(|assets| assets.join("designs").is_dir()).expect("the repository has designs");
    let mut code = String::new();
    for (name, folder) in [("DESIGNS", "designs"), ("SCENARIOS", "scenarios")] {
        println!("cargo::rerun-if-changed={}", assets.join(folder).display());
        writeln!(code, "pub(super) const {name}: &[(&str, &str)] = &[").expect("a String takes all");
        for id in ids(&assets.join(folder)) {
            let file = assets.join(folder).join(format!("{id}.toml"));
            writeln!(code, "    ({id:?}, include_str!({:?})),", file.display().to_string())
                .expect("a String takes all");
        }
        code.push_str("];\n");
    }
    let out = env::var("OUT_DIR").expect("cargo says where to write");
    fs::write(Path::new(&out).join("built_in.rs"), code).expect("cargo's own directory can be written");
}

/// The ids of a folder's TOML files: first those of its `order.txt` as they stand there, then the others by name.
fn ids(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut left: BTreeSet<String> = entries
        .filter_map(|entry| {
            let name = entry.expect("a folder of ours can be listed").file_name().into_string().ok()?;
            Some(name.strip_suffix(".toml")?.to_owned())
        })
        .collect();
    let order = folder.join("order.txt");
    let order = fs::read_to_string(&order).unwrap_or_else(|error| panic!("{}: {error}", order.display()));
    let mut ids: Vec<String> = order.split_whitespace().map(str::to_owned).collect();
    for id in &ids {
        assert!(left.remove(id), "{}: order.txt names {id}, and there is no {id}.toml", folder.display());
    }
    ids.extend(left);
    ids
}
