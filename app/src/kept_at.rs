//! Where on this machine Lockstep keeps what it is to know again: the window's state, and browsers that were measured.

use std::path::PathBuf;

/// The file of the window's state; None where nothing is to be kept.
pub(crate) fn window() -> Option<PathBuf> {
    path(|name| std::env::var_os(name), std::env::home_dir())
}

/// The folder that it is in.
pub(crate) fn folder() -> Option<PathBuf> {
    let file = window()?;
    Some(file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(std::path::Path::new(".")).to_owned())
}

/// Where the state is kept: `LOCKSTEP_STATE` names a file, or nothing where it is empty; else it is where the system keeps
/// settings.
fn path(variable: impl Fn(&str) -> Option<std::ffi::OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    if let Some(file) = variable("LOCKSTEP_STATE") {
        return (!file.is_empty()).then(|| PathBuf::from(file));
    }
    let home = home.filter(|home| home.is_absolute());
    let folder = if cfg!(target_os = "windows") {
        variable("APPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        home.map(|home| home.join("Library").join("Application Support"))
    } else {
        // A relative one is to be ignored (XDG Base Directory Specification).
        let config = variable("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        config.or_else(|| home.map(|home| home.join(".config")))
    };
    Some(folder?.join("lockstep").join("window.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_where_the_system_keeps_settings() {
        let none = |_: &str| None;
        let home = || Some(PathBuf::from("/home/alice"));
        if cfg!(target_os = "linux") {
            assert_eq!(path(none, home()), Some(PathBuf::from("/home/alice/.config/lockstep/window.json")));
            let xdg = |value: &'static str| move |name: &str| (name == "XDG_CONFIG_HOME").then(|| value.into());
            assert_eq!(path(xdg("/conf"), home()), Some(PathBuf::from("/conf/lockstep/window.json")));
            assert_eq!(path(xdg("conf"), None), None);
        }
        let named = |value: &'static str| move |name: &str| (name == "LOCKSTEP_STATE").then(|| value.into());
        assert_eq!(path(named("w.json"), home()), Some(PathBuf::from("w.json")));
        assert_eq!(path(named(""), home()), None, "an empty name keeps nothing");
    }
}
