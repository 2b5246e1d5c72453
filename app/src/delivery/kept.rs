//! Results that are kept, by browser, version and length of the window for cookies without SameSite, where the window's state is.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::compare::{Report, SCHEMA, VERSION};
use crate::kept_at;

/// Many times as long as a report is.
const LONGEST: u64 = 16 << 20;
/// More browsers than one person has.
const MOST: usize = 50;

/// Keeps a result in place of an older one that was measured in the same way, and says where; None where nothing is kept.
pub(crate) fn keep(report: &Report) -> anyhow::Result<Option<PathBuf>> {
    kept_at::folder().map(|folder| keep_in(&folder, report)).transpose()
}

/// Everything that was kept, and for each file that can't be used why.
pub(crate) fn kept() -> (Vec<Report>, Vec<String>) {
    kept_at::folder().map(|folder| kept_in(&folder)).unwrap_or_default()
}

fn keep_in(folder: &Path, report: &Report) -> anyhow::Result<PathBuf> {
    let path = folder.join(name(report));
    let written = || -> anyhow::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(serde_json::to_string(report)?.as_bytes())?;
        file.write_all(b"\n")?;
        file.persist(&path)?;
        Ok(())
    };
    written().with_context(|| format!("the result can't be kept in {}", path.display()))?;
    Ok(path)
}

fn kept_in(folder: &Path) -> (Vec<Report>, Vec<String>) {
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("delivery-") && name.ends_with(".json")
    };
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    let mut files: Vec<_> = files.filter(is_ours).collect();
    files.sort();
    let (mut reports, mut troubles) = (Vec::new(), Vec::new());
    for path in files.iter().take(MOST) {
        match read(path) {
            Ok(report) => reports.push(report),
            Err(why) => troubles.push(format!("{} can't be used: {why:#}", path.display())),
        }
    }
    (reports, troubles)
}

fn read(path: &Path) -> anyhow::Result<Report> {
    let mut text = String::new();
    File::open(path)?.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        bail!("it is longer than {LONGEST} bytes");
    }
    let report: Report = serde_json::from_str(&text).context("it is not what Lockstep has written")?;
    if report.schema != SCHEMA {
        bail!("it is of another version: measure the browser again");
    }
    if report.lockstep != VERSION {
        bail!("its agents were those of another Lockstep, and may decide otherwise now: measure the browser again");
    }
    Ok(report)
}

/// `delivery-chromium-156-120s.json`
fn name(report: &Report) -> String {
    let plain = |text: &str| {
        let letters = text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
        letters.take(40).collect::<String>()
    };
    let major = report.version.split('.').next().unwrap_or_default();
    format!("delivery-{}-{}-{}s.json", plain(&report.browser), plain(major), report.window_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(browser: &str, version: &str) -> Report {
        Report {
            schema: SCHEMA.to_owned(),
            lockstep: VERSION.to_owned(),
            browser: browser.to_owned(),
            version: version.to_owned(),
            measured: 0,
            window_secs: 120,
            rows: Vec::new(),
            disagreements: Vec::new(),
            policies: Vec::new(),
        }
    }

    #[test]
    fn a_result_is_found_again_by_browser_and_version() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let folder = folder.path().join("lockstep");
        assert_eq!(kept_in(&folder), (Vec::new(), Vec::new()));
        let path = keep_in(&folder, &report("Chromium", "156.0.1.2")).expect("it can be written");
        assert_eq!(path.file_name().expect("it has a name"), "delivery-chromium-156-120s.json");
        keep_in(&folder, &report("Chromium", "156.0.9.9")).expect("it takes the other's place");
        let short = Report { window_secs: 10, ..report("Chromium", "156.0.9.9") };
        keep_in(&folder, &short).expect("it has a place of its own");
        let old = Report { lockstep: "0.0.0".to_owned(), ..report("Chromium", "99.0") };
        keep_in(&folder, &old).expect("it can be written");
        keep_in(&folder, &report("../Mozilla Firefox", "../1")).expect("a name can't lead out of the folder");
        fs::write(folder.join("delivery-broken-1.json"), "{}").expect("it can be written");
        let (reports, troubles) = kept_in(&folder);
        let versions: Vec<_> = reports.iter().map(|report| &*report.version).collect();
        assert_eq!(versions, ["../1", "156.0.9.9", "156.0.9.9"]);
        assert_eq!(troubles.len(), 2);
        assert!(troubles[1].contains("delivery-chromium-99-120s.json can't be used: its agents were those of another"));
        assert!(troubles[0].contains("delivery-broken-1.json can't be used: it is not what Lockstep has written"));
    }
}
