//! Lockstep: sessions and JWTs side by side.
#![allow(dead_code, reason = "the parts are joined one by one")]

mod browser;
mod lab;
#[cfg(feature = "gui")]
mod state;

fn main() -> anyhow::Result<()> {
    let read = |kind: &str| -> anyhow::Result<Vec<(String, String)>> {
        let mut all = Vec::new();
        for entry in std::fs::read_dir(format!("assets/{kind}"))? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == "toml") {
                all.push((path.file_stem().expect("x").to_string_lossy().into_owned(), std::fs::read_to_string(&path)?));
            }
        }
        all.sort();
        Ok(all)
    };
    let designs: Vec<_> = read("designs")?.iter().map(|(id, text)| lockstep_shared::design::Design::parse(id, id, text)).collect::<Result<_, _>>()?;
    let scenarios: Vec<_> = read("scenarios")?.iter().map(|(id, text)| lab::scenario::Scenario::parse(id, id, text)).collect::<Result<_, _>>()?;
    let only = std::env::args().nth(1);
    let plan = lab::compare::Plan {
        designs: designs.iter().collect(),
        scenarios: scenarios.iter().filter(|s| only.as_ref().is_none_or(|o| *o == s.id)).collect(),
        baseline: scenarios.iter().find(|s| s.id == "nothing-happens").expect("there"),
        jobs: 2,
    };
    let all = lab::compare::compare(&plan, |_, _| true)?;
    for cell in &all.cells {
        if cell.as_expected != Some(true) || only.is_some() {
        println!("{} {} {:?} {:?} {:?} {}ms {}\n   {}", cell.scenario, cell.design, cell.thief, cell.status, cell.mismatch, cell.wall_ms, cell.exchanges, cell.why);
        }
    }
    println!("{:?} {:?}", all.totals, all.floor);
    Ok(())
}
