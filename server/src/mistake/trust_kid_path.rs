//! The token names the file of the key that it is checked with, as a path below a folder of keys (CWE-22).
//!
//! What it shows is the way out of the folder by `..`, and that is all it does: of all files on this machine it opens
//! nothing but those of the server's own folder, and takes `/dev/null` for empty without opening it. Nothing of a file is
//! ever answered.

use std::path::{Component, Path, PathBuf};

use lockstep_shared::design::{Alg, Mistakes};

use crate::keys::Verifier;
use crate::mechanism::token::Jws;

/// The folder of keys, inside the server's own.
const FOLDER: &str = "keys";
/// Octets of the largest file that is read.
const MOST: u64 = 64 * 1024;

/// The content of the file that the token's `kid` names, as a secret, where the design makes this mistake. `own` is the
/// server's own folder.
pub(crate) fn key(mistakes: &Mistakes, own: &Path, jws: &Jws<'_>) -> Option<Verifier> {
    if !mistakes.trust_kid_path || jws.alg != Alg::HS256.name() {
        return None;
    }
    content(own, jws.says("kid")?).map(|content| Verifier::secret(&content))
}

fn content(own: &Path, kid: &str) -> Option<Vec<u8>> {
    let path = walk(&own.join(FOLDER), kid);
    if path == Path::new("/dev/null") {
        return Some(Vec::new());
    }
    // Links are followed before the folder is compared, so that none leads out of it.
    let path = path.canonicalize().ok()?;
    let inside = path.starts_with(own.canonicalize().ok()?) && path.is_file();
    let small = inside && path.metadata().is_ok_and(|file| file.len() <= MOST);
    small.then(|| std::fs::read(path).ok()).flatten()
}

/// Where a path leads, going by its names alone.
fn walk(from: &Path, path: &str) -> PathBuf {
    let mut at = from.to_owned();
    for step in Path::new(path).components() {
        match step {
            Component::ParentDir => drop(at.pop()),
            Component::Normal(name) => at.push(name),
            Component::RootDir => at = PathBuf::from("/"),
            Component::CurDir | Component::Prefix(_) => {}
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_servers_own_files_are_opened() {
        let outside = tempfile::tempdir().expect("there is room");
        let own = outside.path().join("own");
        std::fs::create_dir_all(own.join(FOLDER)).expect("there is room");
        for (file, text) in [("own/keys/a", "a"), ("own/b", "b"), ("c", "c"), ("ownish", "d")] {
            std::fs::write(outside.path().join(file), text).expect("there is room");
        }
        std::fs::write(own.join("large"), vec![0; 70_000]).expect("there is room");
        let read = |kid: &str| content(&own, kid).map(|octets| String::from_utf8(octets).expect("is text"));
        assert_eq!(read("a").as_deref(), Some("a"));
        assert_eq!(read("../b").as_deref(), Some("b"));
        assert_eq!(read("../keys/./a").as_deref(), Some("a"));
        for null in ["/dev/null", "../../../../../../../../../../dev/null"] {
            assert_eq!(read(null).as_deref(), Some(""), "{null}");
        }
        let absolute = outside.path().join("c");
        let outside = ["../../c", "../../ownish", absolute.to_str().expect("is text"), "/etc/passwd", "/etc/hosts"];
        for none in outside.into_iter().chain(["../large", "..", "", "missing", "../../../../../etc/hostname"]) {
            assert_eq!(read(none), None, "{none}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_out() {
        let outside = tempfile::tempdir().expect("there is room");
        let own = outside.path().join("own");
        std::fs::create_dir_all(own.join(FOLDER)).expect("there is room");
        std::fs::write(outside.path().join("c"), "c").expect("there is room");
        std::os::unix::fs::symlink(outside.path().join("c"), own.join("keys/link")).expect("there is room");
        assert_eq!(content(&own, "link"), None);
    }
}
