//! Rules: what people do to a word to make a secret of it, in the spelling that hashcat made known.

use super::key::{Key, LONGEST_KEY};

/// The most rules of one file.
const MOST_RULES: usize = 100_000;

/// The rules of Lockstep's own.
const BUILT_IN: &str = include_str!("../../../../assets/words/common.rule");

/// One line of a rule file: functions that are carried out from left to right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule(Vec<Function>);

/// Why a file is no rule file, and in which line, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadRule {
    #[error("line {0}: {1:?} is no function that is known here: see `lockstep crack --help`")]
    Unknown(usize, char),
    #[error("line {0}: {1:?} lacks what it is to be done with")]
    Unfinished(usize, char),
    #[error("line {0}: {1:?} is no place: 0 to 9 and A to Z stand for 0 to 35")]
    NoPlace(usize, char),
    #[error("there is no rule in it: a line with : alone takes each word as it is")]
    Empty,
    #[error("there are more than {MOST_RULES} rules in it")]
    TooMany,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    Nothing,
    Lower,
    Upper,
    Capital,
    AllButCapital,
    Toggle,
    ToggleAt(usize),
    Reverse,
    Double,
    Repeat(usize),
    Reflect,
    RotateLeft,
    RotateRight,
    Append(u8),
    Prepend(u8),
    DropFirst,
    DropLast,
    DropAt(usize),
    Extract(usize, usize),
    Omit(usize, usize),
    InsertAt(usize, u8),
    PutAt(usize, u8),
    CutAt(usize),
    Replace(u8, u8),
    Purge(u8),
    RepeatFirst(usize),
    RepeatLast(usize),
    DoubleEach,
    SwapFirst,
    SwapLast,
    Swap(usize, usize),
    Title(u8),
}

impl Rule {
    /// The rule that takes each word as it is.
    pub(crate) fn nothing() -> Self {
        Self(Vec::new())
    }

    /// The rules of Lockstep's own.
    pub(crate) fn built_in() -> Vec<Self> {
        Self::parse(BUILT_IN.as_bytes()).expect("the built-in rules are well-formed")
    }

    /// Reads a rule file: one rule a line; empty lines, and those that begin with #, are none.
    pub(crate) fn parse(file: &[u8]) -> Result<Vec<Self>, BadRule> {
        let mut rules = Vec::new();
        for (line, number) in file.split(|octet| *octet == b'\n').zip(1..) {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.first() == Some(&b'#') || line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            if rules.len() == MOST_RULES {
                return Err(BadRule::TooMany);
            }
            rules.push(one(line, number)?);
        }
        if rules.is_empty() { Err(BadRule::Empty) } else { Ok(rules) }
    }

    /// Makes a candidate of the word in `key`; false where that is longer than any key that is tried. A function that names
    /// a place which the word does not have does nothing.
    #[inline]
    pub(super) fn apply(&self, key: &mut Key) -> bool {
        self.0.iter().all(|function| function.apply(key))
    }
}

/// The functions of one line.
fn one(line: &[u8], number: usize) -> Result<Rule, BadRule> {
    let mut functions = Vec::new();
    let mut rest = line;
    while let Some((&name, after)) = rest.split_first() {
        rest = after;
        if name.is_ascii_whitespace() {
            continue;
        }
        let unfinished = || BadRule::Unfinished(number, char::from(name));
        let mut octet = || {
            let (octet, after) = octet(rest).ok_or_else(unfinished)?;
            rest = after;
            Ok(octet)
        };
        let place = |octet: u8| match octet {
            b'0'..=b'9' => Ok(usize::from(octet - b'0')),
            b'A'..=b'Z' => Ok(usize::from(octet - b'A') + 10),
            other => Err(BadRule::NoPlace(number, char::from(other))),
        };
        functions.push(match name {
            b':' => Function::Nothing,
            b'l' => Function::Lower,
            b'u' => Function::Upper,
            b'c' => Function::Capital,
            b'C' => Function::AllButCapital,
            b't' => Function::Toggle,
            b'T' => Function::ToggleAt(place(octet()?)?),
            b'r' => Function::Reverse,
            b'd' => Function::Double,
            b'p' => Function::Repeat(place(octet()?)?),
            b'f' => Function::Reflect,
            b'{' => Function::RotateLeft,
            b'}' => Function::RotateRight,
            b'$' => Function::Append(octet()?),
            b'^' => Function::Prepend(octet()?),
            b'[' => Function::DropFirst,
            b']' => Function::DropLast,
            b'D' => Function::DropAt(place(octet()?)?),
            b'x' => Function::Extract(place(octet()?)?, place(octet()?)?),
            b'O' => Function::Omit(place(octet()?)?, place(octet()?)?),
            b'i' => Function::InsertAt(place(octet()?)?, octet()?),
            b'o' => Function::PutAt(place(octet()?)?, octet()?),
            b'\'' => Function::CutAt(place(octet()?)?),
            b's' => Function::Replace(octet()?, octet()?),
            b'@' => Function::Purge(octet()?),
            b'z' => Function::RepeatFirst(place(octet()?)?),
            b'Z' => Function::RepeatLast(place(octet()?)?),
            b'q' => Function::DoubleEach,
            b'k' => Function::SwapFirst,
            b'K' => Function::SwapLast,
            b'*' => Function::Swap(place(octet()?)?, place(octet()?)?),
            b'E' => Function::Title(b' '),
            b'e' => Function::Title(octet()?),
            other => return Err(BadRule::Unknown(number, char::from(other))),
        });
    }
    functions.retain(|function| *function != Function::Nothing);
    Ok(Rule(functions))
}

/// The next octet of a line, which `\x` may spell in hexadecimal digits, and what comes after it.
fn octet(rest: &[u8]) -> Option<(u8, &[u8])> {
    if let [b'\\', b'x', high, low, after @ ..] = rest {
        let digit = |octet: &u8| char::from(*octet).to_digit(16);
        if let (Some(high), Some(low)) = (digit(high), digit(low)) {
            return Some(((high * 16 + low) as u8, after));
        }
    }
    rest.split_first().map(|(octet, after)| (*octet, after))
}

impl Function {
    #[inline]
    fn apply(self, key: &mut Key) -> bool {
        let length = key.octets().len();
        match self {
            Self::Nothing => {}
            Self::Lower => key.octets_mut().make_ascii_lowercase(),
            Self::Upper => key.octets_mut().make_ascii_uppercase(),
            Self::Capital => {
                key.octets_mut().make_ascii_lowercase();
                key.octets_mut().iter_mut().take(1).for_each(|octet| octet.make_ascii_uppercase());
            }
            Self::AllButCapital => {
                key.octets_mut().make_ascii_uppercase();
                key.octets_mut().iter_mut().take(1).for_each(|octet| octet.make_ascii_lowercase());
            }
            Self::Toggle => key.octets_mut().iter_mut().for_each(toggle),
            Self::ToggleAt(at) => key.octets_mut().iter_mut().skip(at).take(1).for_each(toggle),
            Self::Reverse => key.octets_mut().reverse(),
            Self::Double => return repeat(key, 1),
            Self::Repeat(times) => return repeat(key, times),
            Self::Reflect => {
                let fits = repeat(key, 1);
                key.octets_mut()[length..].reverse();
                return fits;
            }
            Self::RotateLeft if length > 0 => key.octets_mut().rotate_left(1),
            Self::RotateRight if length > 0 => key.octets_mut().rotate_right(1),
            Self::Append(octet) => return key.push(octet),
            Self::Prepend(octet) => return insert(key, 0, octet),
            Self::DropFirst => remove(key, 0, 1),
            Self::DropLast => key.cut(length.saturating_sub(1)),
            Self::DropAt(at) => remove(key, at, 1),
            Self::Extract(at, count) if at + count <= length => {
                key.octets_mut().copy_within(at..at + count, 0);
                key.cut(count);
            }
            Self::Omit(at, count) if at + count <= length => remove(key, at, count),
            Self::InsertAt(at, octet) if at <= length => return insert(key, at, octet),
            Self::PutAt(at, octet) if at < length => key.octets_mut()[at] = octet,
            Self::CutAt(at) => key.cut(at.min(length)),
            Self::Replace(from, to) => {
                key.octets_mut().iter_mut().filter(|octet| **octet == from).for_each(|octet| *octet = to);
            }
            Self::Purge(octet) => {
                let mut kept = 0;
                for at in 0..length {
                    if key.octets()[at] != octet {
                        key.octets_mut()[kept] = key.octets()[at];
                        kept += 1;
                    }
                }
                key.cut(kept);
            }
            Self::RepeatFirst(times) if length > 0 => {
                let first = key.octets()[0];
                return (0..times).all(|_| insert(key, 0, first));
            }
            Self::RepeatLast(times) if length > 0 => {
                let last = key.octets()[length - 1];
                return (0..times).all(|_| key.push(last));
            }
            Self::DoubleEach => {
                if 2 * length > LONGEST_KEY {
                    return false;
                }
                key.cut(2 * length);
                for at in (0..2 * length).rev() {
                    key.octets_mut()[at] = key.octets()[at / 2];
                }
            }
            Self::SwapFirst if length > 1 => key.octets_mut().swap(0, 1),
            Self::SwapLast if length > 1 => key.octets_mut().swap(length - 2, length - 1),
            Self::Swap(one, two) if one.max(two) < length => key.octets_mut().swap(one, two),
            Self::Title(separator) => {
                let mut first = true;
                for octet in key.octets_mut() {
                    if first {
                        octet.make_ascii_uppercase()
                    } else {
                        octet.make_ascii_lowercase()
                    }
                    first = *octet == separator;
                }
            }
            // The word does not have that place.
            _ => {}
        }
        true
    }
}

fn toggle(octet: &mut u8) {
    if octet.is_ascii_alphabetic() {
        *octet ^= 0x20;
    }
}

/// Puts the word so many times more behind itself.
fn repeat(key: &mut Key, times: usize) -> bool {
    let length = key.octets().len();
    let longer = length * (times + 1);
    if longer > LONGEST_KEY {
        return false;
    }
    key.cut(longer);
    (1..=times).for_each(|time| key.octets_mut().copy_within(..length, time * length));
    true
}

fn insert(key: &mut Key, at: usize, octet: u8) -> bool {
    let fits = key.push(octet);
    if fits {
        key.octets_mut()[at..].rotate_right(1);
    }
    fits
}

fn remove(key: &mut Key, at: usize, count: usize) {
    let length = key.octets().len();
    if at + count <= length {
        key.octets_mut().copy_within(at + count.., at);
        key.cut(length - count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(rule: &str, word: &str) -> Option<String> {
        let rule = one(rule.as_bytes(), 1).unwrap_or_else(|bad| panic!("{rule}: {bad}"));
        let mut key = Key::new();
        key.set(word.as_bytes());
        let fits = rule.apply(&mut key);
        fits.then(|| String::from_utf8_lossy(key.octets()).into_owned())
    }

    /// The examples are those of hashcat's documentation, for its word `p@ssW0rd`.
    #[test]
    fn each_function_does_what_it_is_known_for() {
        for (rule, result) in [
            (":", "p@ssW0rd"),
            ("l", "p@ssw0rd"),
            ("u", "P@SSW0RD"),
            ("c", "P@ssw0rd"),
            ("C", "p@SSW0RD"),
            ("t", "P@SSw0RD"),
            ("T3", "p@sSW0rd"),
            ("r", "dr0Wss@p"),
            ("d", "p@ssW0rdp@ssW0rd"),
            ("p2", "p@ssW0rdp@ssW0rdp@ssW0rd"),
            ("f", "p@ssW0rddr0Wss@p"),
            ("{", "@ssW0rdp"),
            ("}", "dp@ssW0r"),
            ("$1", "p@ssW0rd1"),
            ("^1", "1p@ssW0rd"),
            ("[", "@ssW0rd"),
            ("]", "p@ssW0r"),
            ("D3", "p@sW0rd"),
            ("x04", "p@ss"),
            ("O12", "psW0rd"),
            ("i4!", "p@ss!W0rd"),
            ("o3$", "p@s$W0rd"),
            ("'6", "p@ssW0"),
            ("ss$", "p@$$W0rd"),
            ("@s", "p@W0rd"),
            ("z2", "ppp@ssW0rd"),
            ("Z2", "p@ssW0rddd"),
            ("q", "pp@@ssssWW00rrdd"),
            ("k", "@pssW0rd"),
            ("K", "p@ssW0dr"),
            ("*34", "p@sWs0rd"),
        ] {
            assert_eq!(made(rule, "p@ssW0rd").as_deref(), Some(result), "{rule}");
        }
        assert_eq!(made("E", "p@ssW0rd w0rld").as_deref(), Some("P@ssw0rd W0rld"));
        assert_eq!(made("e-", "pass-word").as_deref(), Some("Pass-Word"));
        assert_eq!(made("c $1 $2 $3 sa@", "secrat").as_deref(), Some("Secr@t123"));
        assert_eq!(made(r"$\x41 $\ $x", "a").as_deref(), Some(r"aA\x"));
    }

    #[test]
    fn a_place_that_is_not_there_changes_nothing() {
        for rule in ["T9", "D9", "x19", "O99", "i9x", "o9x", "*19", "'9"] {
            assert_eq!(made(rule, "abc").as_deref(), Some("abc"), "{rule}");
        }
        for rule in ["{", "}", "[", "]", "k", "K", "z3", "Z3", "c", "q", "f", "d", "E", "@a", "x00", "T0"] {
            assert_eq!(made(rule, "").as_deref(), Some(""), "{rule}");
        }
    }

    #[test]
    fn what_grows_too_long_is_no_candidate() {
        let word = "x".repeat(LONGEST_KEY);
        for rule in ["$1", "^1", "d", "f", "q", "p1", "z1", "Z1", "i0x"] {
            assert_eq!(made(rule, &word), None, "{rule}");
        }
        assert_eq!(made("pZ", &"x".repeat(28)).map(|made| made.len()), Some(28 * 36));
        assert_eq!(made("pZ", &"x".repeat(29)), None);
    }

    #[test]
    fn what_is_no_rule_says_in_which_line() {
        assert_eq!(Rule::parse(b":\n# words\n\nl?"), Err(BadRule::Unknown(4, '?')));
        assert_eq!(Rule::parse(b"sX"), Err(BadRule::Unfinished(1, 's')));
        assert_eq!(Rule::parse(b"T!"), Err(BadRule::NoPlace(1, '!')));
        assert_eq!(Rule::parse(b"# nothing\n"), Err(BadRule::Empty));
        assert_eq!(Rule::parse(":\n".repeat(MOST_RULES + 1).as_bytes()), Err(BadRule::TooMany));
        assert_eq!(Rule::parse(b":\r\nc\r\n").map(|rules| rules.len()), Ok(2));
        assert_eq!(Rule::built_in()[0], Rule::nothing());
    }
}
