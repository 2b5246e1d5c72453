//! Word lists: octets, a line at a time, from a file of any size or from the list of Lockstep's own.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::key::{Key, LONGEST_KEY};
use super::rule::Rule;
use crate::inspect::guess;

/// The longest line that may be a word: a key in hexadecimal digits.
const LONGEST_HEX: usize = 2 * LONGEST_KEY + "$HEX[]".len();

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
    /// Where each word begins and ends.
    words: Vec<(usize, usize)>,
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
        batch.words.clear();
        while batch.words.len() < most {
            let read = self.lines.fill_buf()?;
            if read.is_empty() {
                break;
            }
            match batch.take(read, most) {
                (0, _) => self.across_pieces(batch)?,
                (used, left_out) => {
                    self.lines.consume(used);
                    self.at += used as u64;
                    self.left_out += left_out;
                }
            }
        }
        // So many octets can be read wherever a word begins.
        batch.octets.extend([0; Key::CHUNK]);
        Ok(!batch.words.is_empty())
    }

    /// Reads a line that does not end within the piece that was read, and never more of it than a key has.
    fn across_pieces(&mut self, batch: &mut Batch) -> io::Result<()> {
        let limit = LONGEST_HEX as u64 + 2;
        let mut line = Vec::new();
        let read = (&mut self.lines).take(limit).read_until(b'\n', &mut line)?;
        self.at += read as u64;
        if line.last() != Some(&b'\n') {
            if read as u64 == limit {
                self.at += self.lines.skip_until(b'\n')? as u64;
            }
            line.push(b'\n');
        }
        self.left_out += batch.take(&line, usize::MAX).1;
        Ok(())
    }
}

/// `$HEX[00ff]` stands for octets that a line can't hold, as in the lists that hashcat writes.
fn unwrapped(line: &[u8]) -> Option<Vec<u8>> {
    let digits = line.strip_prefix(b"$HEX[")?.strip_suffix(b"]")?;
    let (pairs, rest) = digits.as_chunks::<2>();
    let digit = |octet: u8| char::from(octet).to_digit(16);
    let octet = |pair: &[u8; 2]| Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8);
    if rest.is_empty() { pairs.iter().map(octet).collect() } else { None }
}

/// Where the line ends that begins here: eight octets are looked at together, for this is done for every word.
#[inline]
fn line_end(octets: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    let (chunks, rest) = octets.as_chunks::<8>();
    for (chunk, at) in chunks.iter().zip((0..).step_by(8)) {
        // An octet that is a line break becomes zero, and the lowest zero gets the lowest high bit.
        let differs = u64::from_le_bytes(*chunk) ^ (ONES * u64::from(b'\n'));
        let zeros = differs.wrapping_sub(ONES) & !differs & (ONES << 7);
        if zeros != 0 {
            return Some(at + zeros.trailing_zeros() as usize / 8);
        }
    }
    Some(8 * chunks.len() + rest.iter().position(|octet| *octet == b'\n')?)
}

impl Batch {
    /// Takes the words of whole lines, at most so many in all. Answers how many octets these lines have, and how many of them
    /// are too long for any key.
    fn take(&mut self, read: &[u8], most: usize) -> (usize, u64) {
        // What is taken as it is, is copied together; `copied` is up to where that has been done.
        let (mut used, mut copied, mut left_out) = (0, 0, 0);
        while self.words.len() < most
            && let Some(length) = line_end(&read[used..])
        {
            let line = &read[used..used + length];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let spelt = if line.first() == Some(&b'$') { unwrapped(line) } else { None };
            if spelt.is_some() || line.len() > LONGEST_KEY {
                self.octets.extend_from_slice(&read[copied..used]);
                copied = used + length + 1;
                match spelt.filter(|octets| octets.len() <= LONGEST_KEY) {
                    Some(octets) => {
                        self.words.push((self.octets.len(), self.octets.len() + octets.len()));
                        self.octets.extend(octets);
                    }
                    None => left_out += 1,
                }
            } else {
                let start = self.octets.len() + used - copied;
                self.words.push((start, start + line.len()));
            }
            used += length + 1;
        }
        self.octets.extend_from_slice(&read[copied..used]);
        (used, left_out)
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn word(&self, at: usize) -> &[u8] {
        let (start, end) = self.words[at];
        &self.octets[start..end]
    }

    /// Makes a key of a word.
    #[inline]
    pub(super) fn load(&self, at: usize, key: &mut Key) {
        let (start, end) = self.words[at];
        match self.octets[start..].first_chunk() {
            Some(chunk) if end - start <= Key::CHUNK => key.set_front(chunk, end - start),
            _ => key.set(&self.octets[start..end]),
        }
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
            for at in 0..batch.len() {
                let (mut key, mut other) = (Key::new(), Key::new());
                other.set(&[7; 100]);
                key.set(batch.word(at));
                batch.load(at, &mut other);
                assert!(key == other, "loaded as it is written");
                words.push(key.octets().to_vec());
            }
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
        let longest = format!("$HEX[{}]\r\n", "20".repeat(LONGEST_KEY));
        let longer = format!("$HEX[{}]\n", "20".repeat(LONGEST_KEY + 1));
        assert_eq!(words((longer + longest.as_str()).as_bytes(), 0, 9), (vec![vec![b' '; LONGEST_KEY]], 1));
    }

    #[test]
    fn a_word_may_lie_across_two_pieces() {
        let text: String = (0..PIECE / 4).map(|number| format!("word{number}\n")).collect();
        let (words, _) = words(text.as_bytes(), 0, 1000);
        assert_eq!(words.len(), PIECE / 4);
        assert!(words.iter().zip(0..).all(|(word, number)| *word == format!("word{number}").into_bytes()));
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
