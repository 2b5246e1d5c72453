//! A file that remembers where a search was, so that it can be ended and gone on with.

use std::fs;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::words::List;
use super::{Place, Plan, Source, said};

const SCHEMA: &str = "lockstep.crack-session/1";

/// The most octets of a session file.
const MOST_OCTETS: u64 = 64 * 1024;

/// Octets at both ends of a list by which it is known again.
const ENDS: u64 = 1 << 20;

/// The file of one search. It holds no credential: the token and the rules are in it as their SHA-256.
pub(crate) struct Session {
    path: PathBuf,
    token: String,
    sources: Value,
}

/// Why a search can't be gone on with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoSession {
    #[error("{path}: {why}", path = .0.display(), why = said(.1))]
    Unreadable(PathBuf, io::Error),
    #[error("{path}: the session can't be kept there: {why}", path = .0.display(), why = said(.1))]
    Unwritable(PathBuf, io::Error),
    #[error("{0}: this is no session of `lockstep crack`: name another file to begin one")]
    Foreign(PathBuf),
    #[error("{0}: this session is about another token: name another file to begin one for this one")]
    OtherToken(PathBuf),
    #[error("{0}: this session searches something else ({1}): give the same lists, rules and masks, or another file")]
    OtherSearch(PathBuf, &'static str),
    #[error("{0}: a list that can't be read from any place on can't be gone on with: it has to be a file")]
    NoFile(PathBuf),
}

impl Session {
    /// Opens the session of a plan, and answers where to go on: at the beginning, where there is no such file yet.
    pub(crate) fn open(path: &Path, plan: &Plan) -> Result<(Self, Place), NoSession> {
        let sources = plan.sources.iter().map(known_by).collect::<Result<Vec<_>, _>>()?;
        let token = sha256(|hash| hash.update(&[plan.target.input.as_slice(), &plan.target.tag].concat()));
        let session = Self { path: path.to_owned(), token, sources: sources.into() };
        let file = match fs::File::open(path) {
            Ok(file) => file,
            Err(none) if none.kind() == ErrorKind::NotFound => return Ok((session, Place::default())),
            Err(why) => return Err(NoSession::Unreadable(path.to_owned(), why)),
        };
        let mut text = Vec::new();
        file.take(MOST_OCTETS).read_to_end(&mut text).map_err(|why| NoSession::Unreadable(path.to_owned(), why))?;
        let kept: Value = serde_json::from_slice(&text).map_err(|_| NoSession::Foreign(path.to_owned()))?;
        let place = session.place_in(&kept)?;
        Ok((session, place))
    }

    fn place_in(&self, kept: &Value) -> Result<Place, NoSession> {
        let foreign = || NoSession::Foreign(self.path.clone());
        if kept["schema"] != SCHEMA {
            return Err(foreign());
        }
        if kept["token"] != self.token {
            return Err(NoSession::OtherToken(self.path.clone()));
        }
        let (Value::Array(before), Value::Array(now)) = (&kept["sources"], &self.sources) else {
            return Err(foreign());
        };
        let other = |what| Err(NoSession::OtherSearch(self.path.clone(), what));
        if before.len() != now.len() {
            return other("another number of lists and masks");
        }
        for (before, now) in before.iter().zip(now) {
            for (member, what) in [("list", "another word list"), ("rules", "other rules"), ("mask", "another mask")] {
                if before[member] != now[member] {
                    return other(what);
                }
            }
        }
        let number = |name: &str| kept["place"][name].as_u64().ok_or_else(foreign);
        let source = usize::try_from(number("source")?).map_err(|_| foreign())?;
        if source > now.len() {
            return Err(foreign());
        }
        Ok(Place { source, at: number("at")?, tried: number("tried")? })
    }

    /// Writes down where the search is. Whatever happens meanwhile, the file is the old one or the new one.
    pub(crate) fn keep(&self, place: Place) -> Result<(), NoSession> {
        let Place { source, at, tried } = place;
        let text = json!({
            "schema": SCHEMA,
            "token": self.token,
            "sources": self.sources,
            "place": { "source": source, "at": at, "tried": tried },
        });
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let written = || {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            writeln!(file, "{text:#}")?;
            file.as_file().sync_all()?;
            file.persist(&self.path).map_err(io::Error::from)
        };
        written().map(|_| ()).map_err(|why| NoSession::Unwritable(self.path.clone(), why))
    }

    /// Takes the file away: there is nothing left to go on with.
    pub(crate) fn end(&self) -> Result<(), NoSession> {
        match fs::remove_file(&self.path) {
            Err(why) if why.kind() != ErrorKind::NotFound => Err(NoSession::Unwritable(self.path.clone(), why)),
            _ => Ok(()),
        }
    }
}

/// What a source is known by again: a list by its size and its two ends, rules and masks by all of them.
fn known_by(source: &Source) -> Result<Value, NoSession> {
    Ok(match source {
        Source::Mask(mask) => json!({ "mask": sha256(|hash| hash.update(format!("{mask:?}").as_bytes())) }),
        Source::Words(words) => {
            let list = match &words.list {
                List::BuiltIn => "built-in".to_owned(),
                List::File(path) => ends_of(path)?,
            };
            json!({ "list": list, "rules": sha256(|hash| hash.update(format!("{:?}", words.rules).as_bytes())) })
        }
    })
}

fn ends_of(path: &Path) -> Result<String, NoSession> {
    let read = || {
        let mut file = fs::File::open(path)?;
        let meta = file.metadata()?;
        if !meta.is_file() {
            return Ok(None);
        }
        let (mut first, mut last) = (Vec::new(), Vec::new());
        (&mut file).take(ENDS).read_to_end(&mut first)?;
        file.seek(SeekFrom::Start(meta.len().saturating_sub(ENDS)))?;
        file.take(ENDS).read_to_end(&mut last)?;
        let ends = sha256(|hash| {
            hash.update(&first);
            hash.update(&last);
        });
        Ok(Some(format!("{} octets, {ends}", meta.len())))
    };
    let known = read().map_err(|why| NoSession::Unreadable(path.to_owned(), why))?;
    known.ok_or_else(|| NoSession::NoFile(path.to_owned()))
}

fn sha256(feed: impl FnOnce(&mut Context)) -> String {
    let mut hash = Context::new(&SHA256);
    feed(&mut hash);
    BASE64_URL_SAFE_NO_PAD.encode(hash.finish().as_ref())
}
