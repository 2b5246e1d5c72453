//! Where the browser and its driver are on this machine.

use std::path::{Path, PathBuf};

use anyhow::bail;

/// The browser under its usual names, in the order in which they are looked for.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// Its driver, which comes with it.
const DRIVER: &str = "chromedriver";

/// The two programs.
#[derive(Debug)]
pub(super) struct Programs {
    pub(super) chromium: PathBuf,
    pub(super) chromedriver: PathBuf,
}

impl Programs {
    /// Finds both: the browser that was asked for, or else one of the PATH, and the driver of the PATH.
    pub(super) fn find(asked: Option<&Path>) -> anyhow::Result<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        Self::find_in(asked, &std::env::split_paths(&path).collect::<Vec<_>>())
    }

    fn find_in(asked: Option<&Path>, folders: &[PathBuf]) -> anyhow::Result<Self> {
        let chromium = match asked {
            Some(asked) if asked.is_file() => Some(asked.to_owned()),
            Some(asked) => bail!("{} is no program: name the browser itself with --chromium", asked.display()),
            None => BROWSERS.iter().find_map(|name| first(folders, name)),
        };
        let beside = chromium.as_deref().filter(|_| asked.is_some()).and_then(Path::parent);
        // A browser of one's own mostly has its own driver beside it, and the two must be of one version.
        let chromedriver =
            beside.and_then(|folder| first(&[folder.to_owned()], DRIVER)).or_else(|| first(folders, DRIVER));
        match (chromium, chromedriver) {
            (Some(chromium), Some(chromedriver)) => Ok(Self { chromium, chromedriver }),
            (chromium, chromedriver) => {
                let missing = match (chromium, chromedriver) {
                    (None, None) => "no Chromium and no chromedriver",
                    (None, _) => "no Chromium",
                    _ => "no chromedriver",
                };
                bail!("{missing} on the PATH: get both with `apt-get install chromium chromium-driver`")
            }
        }
    }
}

fn first(folders: &[PathBuf], name: &str) -> Option<PathBuf> {
    folders
        .iter()
        .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_how_to_get_it() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let folders = [folder.path().to_owned()];
        let find = |asked: Option<&Path>| Programs::find_in(asked, &folders);
        let why = |asked| find(asked).expect_err("something is missing").to_string();
        let add = |name: &str| {
            let path = folder.path().join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
            std::fs::write(&path, "").expect("the folder can be written");
            path
        };
        let how = "get both with `apt-get install chromium chromium-driver`";
        assert_eq!(why(None), format!("no Chromium and no chromedriver on the PATH: {how}"));
        let chrome = add("google-chrome");
        assert_eq!(why(None), format!("no chromedriver on the PATH: {how}"));
        let driver = add("chromedriver");
        assert_eq!(find(None).expect("both are there").chromium, chrome);
        let chromium = add("chromium");
        let found = find(None).expect("both are there");
        assert_eq!((found.chromium, found.chromedriver), (chromium, driver));
        assert_eq!(find(Some(&chrome)).expect("both are there").chromium, chrome);
        let nowhere = folder.path().join("nowhere");
        let told = format!("{} is no program: name the browser itself with --chromium", nowhere.display());
        assert_eq!(why(Some(&nowhere)), told);
    }
}
