//! Word lists: octets, a line at a time, from a file of any size or from the list of Lockstep's own.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::key::LONGEST_KEY;
use super::rule::Rule;
use crate::inspect::guess;

/// Octets that are read from a file at a time.
const PIECE: usize = 256 * 1024;

/// A list of words, and what is to be made of each.
#[derive(Clone)]
pub(crate) struct Words {
    pub(super) list: List,
    /// At least one.
    pub(super) rules: Vec<Rule>,
}

/// Where words come from.
#[derive(Clone)]
pub(crate) enum List {
    /// The common secrets that Lockstep has with it, and before them the blank one.
    BuiltIn,
    File(PathBuf),
}

/// Words on their way to one thread, kept so that nothing has to be allocated for the next ones.
#[derive(Default)]
pub(super) struct Batch {
    octets: Vec<u8>,
    ends: Vec<usize>,
}

/// A list that is being read.
pub(super) struct Reader {
    lines: BufReader<Box<dyn Source>>,
    /// Octets of the list that have been read.
    pub(super) at: u64,
    /// Lines that were too long for any key.
    pub(super) left_out: u64,
}

pub(super) trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

impl Words {
    /// The words of a list; without rules, each as it is.
    pub(crate) fn new(list: List, rules: Vec<Rule>) -> Self {
        Self { list, rules: if rules.is_empty() { vec![Rule::nothing()] } else { rules } }
    }
}

impl List {
    /// The octets of all of it, as far as that can be known.
    pub(super) fn octets(&self) -> Option<u64> {
        match self {
            Self::BuiltIn => Some(built_in().len() as u64),
            Self::File(path) => path.metadata().ok().filter(|meta| meta.is_file()).map(|meta| meta.len()),
        }
    }

    /// Opens it where its first `at` octets have been read.
    pub(super) fn open(&self, at: u64) -> io::Result<Reader> {
        let mut source: Box<dyn Source> = match self {
            Self::BuiltIn => Box::new(Cursor::new(built_in().into_bytes())),
            Self::File(path) => Box::new(open(path)?),
        };
        // What can't be sought in, such as a pipe, is read from where it is.
        if at > 0 {
            source.seek(SeekFrom::Start(at))?;
        }
        Ok(Reader { lines: BufReader::with_capacity(PIECE, source), at, left_out: 0 })
    }
}

fn built_in() -> String {
    let words: Vec<&str> = std::iter::once("").chain(guess::common_secrets()).collect();
    words.join("\n") + "\n"
}

fn open(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    match file.metadata()?.is_dir() {
        true => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        false => Ok(file),
    }
}

impl Reader {
    /// Reads at most so many words; false where there are no more.
    pub(super) fn fill(&mut self, batch: &mut Batch, most: usize) -> io::Result<bool> {
        batch.octets.clear();
        batch.ends.clear();
        while batch.ends.len() < most {
            let start = batch.octets.len();
            let limit = LONGEST_KEY as u64 + 2;
            let read = (&mut self.lines).take(limit).read_until(b'\n', &mut batch.octets)?;
            self.at += read as u64;
            if read == 0 {
                break;
            }
            if batch.octets.last() == Some(&b'\n') {
                batch.octets.pop();
            } else if read as u64 == limit {
                self.at += self.lines.skip_until(b'\n')? as u64;
            }
            if batch.octets.len() > start && batch.octets.last() == Some(&b'\r') {
                batch.octets.pop();
            }
            unwrap_hex(&mut batch.octets, start);
            if batch.octets.len() - start > LONGEST_KEY {
                batch.octets.truncate(start);
                self.left_out += 1;
                continue;
            }
            batch.ends.push(batch.octets.len());
        }
        Ok(!batch.ends.is_empty())
    }
}

/// `$HEX[00ff]` stands for octets that a line can't hold, as in the lists that hashcat writes.
fn unwrap_hex(octets: &mut Vec<u8>, start: usize) {
    let Some(digits) = octets[start..].strip_prefix(b"$HEX[").and_then(|rest| rest.strip_suffix(b"]")) else { return };
    let pairs = digits.as_chunks::<2>();
    let digit = |octet: u8| char::from(octet).to_digit(16);
    let octet = |pair: &[u8; 2]| Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8);
    let meant: Option<Vec<u8>> = pairs.0.iter().map(octet).collect();
    if let Some(meant) = meant.filter(|_| pairs.1.is_empty()) {
        octets.truncate(start);
        octets.extend(meant);
    }
}

impl Batch {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn word(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.octets[start..self.ends[at]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(octets: &[u8], at: u64, most: usize) -> (Vec<Vec<u8>>, u64) {
        let file = tempfile::NamedTempFile::new().expect("there is room");
        std::fs::write(file.path(), octets).expect("there is room");
        let list = List::File(file.path().to_owned());
        assert_eq!(list.octets(), Some(octets.len() as u64));
        let (mut reader, mut batch) = (list.open(at).expect("is there"), Batch::default());
        let mut words = Vec::new();
        while reader.fill(&mut batch, most).expect("can be read") {
            words.extend((0..batch.len()).map(|at| batch.word(at).to_vec()));
        }
        assert_eq!(reader.at, octets.len() as u64, "all of it was read");
        (words, reader.left_out)
    }

    #[test]
    fn a_line_is_a_word_of_octets() {
        let text = b"one\n\ntwo\r\n\xff\x00\x1b\nlast";
        let expected = [b"one".to_vec(), vec![], b"two".to_vec(), vec![0xff, 0, 0x1b], b"last".to_vec()];
        for most in [1, 2, 100] {
            assert_eq!(words(text, 0, most), (expected.to_vec(), 0));
        }
        assert_eq!(words(text, 5, 2).0, expected[2..]);
        assert!(words(b"", 0, 9).0.is_empty());
        assert_eq!(words(b"\n", 0, 9).0, [b""]);
    }

    #[test]
    fn octets_can_be_spelt() {
        let text = b"$HEX[00fF]\n$HEX[0]\n$HEX[zz]\n$HEX[]\n$HEX[41";
        let expected = [vec![0, 255], b"$HEX[0]".to_vec(), b"$HEX[zz]".to_vec(), vec![], b"$HEX[41".to_vec()];
        assert_eq!(words(text, 0, 9).0, expected);
    }

    #[test]
    fn a_line_without_end_costs_no_memory() {
        let longest = "x".repeat(LONGEST_KEY);
        let text = format!("{longest}\r\n{longest}x\n{}\nend", "y".repeat(3_000_000));
        let (words, left_out) = words(text.as_bytes(), 0, 9);
        assert_eq!((words.len(), left_out), (2, 2));
        assert_eq!((words[0].len(), words[1].as_slice()), (LONGEST_KEY, b"end".as_slice()));
    }

    #[test]
    fn the_built_in_list_begins_with_the_blank_secret() {
        let (mut reader, mut batch) = (List::BuiltIn.open(0).expect("is there"), Batch::default());
        assert!(reader.fill(&mut batch, usize::MAX).expect("is there"));
        assert_eq!((batch.word(0), batch.word(1)), (b"".as_slice(), b"secret".as_slice()));
        assert_eq!(batch.len(), guess::common_secrets().count() + 1);
        assert!(List::File("/".into()).open(0).is_err());
        assert!(List::File("/nowhere/at/all".into()).open(0).is_err());
    }
}
