//! Some exchanges that follow each other, with their words laid out so that many can be searched at once.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Row;
use crate::lab::actor::Actor;
use crate::lab::exchange::{Exchange, Purpose};
use crate::state::command::Side;

/// The most exchanges of one chunk: what a frame copies at most while a search is under way.
pub(crate) const MOST_ROWS: usize = 512;
/// A chunk with this much in it is full.
const FULL: usize = 4 << 20;
/// A chunk with this many lines is full. Servers and clients bound headers to far fewer than the rest.
const MOST_LINES: usize = 60_000;

/// Exchanges, and every line of their requests and answers once, in lower case.
#[derive(Clone, Default)]
pub(crate) struct Chunk {
    rows: Vec<Row>,
    heads: Vec<Head>,
    /// Each line ends with a line feed, and has no other in it.
    text: String,
    /// Where each line begins.
    starts: Vec<u32>,
    /// The lines of all exchanges in turn.
    lines: Vec<u16>,
    bytes: usize,
}

/// What a filter asks most about an exchange.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub(crate) method: &'static str,
    pub(crate) status: u16,
    pub(crate) side: Side,
    pub(crate) actor: Actor,
    pub(crate) purpose: Purpose,
    pub(super) number: usize,
    /// Where its lines end among those of the chunk.
    end: u32,
}

impl Chunk {
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub(crate) fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// About what it takes in memory.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn has_room(&self) -> bool {
        self.rows.len() < MOST_ROWS && self.bytes < FULL && self.starts.len() < MOST_LINES
    }

    pub(super) fn has(&self, side: Side) -> bool {
        self.heads.iter().any(|head| head.side == side)
    }

    /// Every line, with line feeds between them.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// How many lines there are.
    pub(crate) fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line that an offset in the text is part of, and where the next one begins.
    pub(crate) fn line_at(&self, offset: usize) -> (usize, usize) {
        let after = self.starts.partition_point(|start| *start as usize <= offset);
        let next = self.starts.get(after).map_or(self.text.len(), |start| *start as usize);
        (after.saturating_sub(1), next)
    }

    /// A line, without its end.
    pub(crate) fn line(&self, at: usize) -> &str {
        let from = self.starts.get(at).map_or(self.text.len(), |start| *start as usize);
        let to = self.starts.get(at + 1).map_or(self.text.len(), |start| *start as usize);
        self.text[from..to].trim_end_matches('\n')
    }

    /// The lines of one exchange; the first is its method and path.
    pub(crate) fn lines_of(&self, row: usize) -> &[u16] {
        let from = row.checked_sub(1).map_or(0, |before| self.heads[before].end as usize);
        &self.lines[from..self.heads[row].end as usize]
    }

    /// Takes an exchange in; answers what that takes in memory.
    pub(super) fn push(&mut self, row: Row, known: &mut HashMap<u64, u16>) -> usize {
        let exchange = row.exchange.clone();
        let before = self.text.len() + self.starts.len() * 4 + self.lines.len() * 2;
        each_line(&exchange, |line| {
            let number = self.take_line(line, known);
            self.lines.push(number);
        });
        let grown = self.text.len() + self.starts.len() * 4 + self.lines.len() * 2 - before;
        let Exchange { number, method, status, actor, purpose, .. } = *exchange;
        self.heads.push(Head { method, status, side: row.side, actor, purpose, number, end: self.lines.len() as u32 });
        self.rows.push(row);
        let bytes = exchange.size() + grown + size_of::<Row>() + size_of::<Head>();
        self.bytes += bytes;
        bytes
    }

    fn take_line(&mut self, line: &str, known: &mut HashMap<u64, u16>) -> u16 {
        let mut hasher = DefaultHasher::new();
        line.hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(number) = known.get(&hash)
            && self.line(usize::from(*number)) == line
        {
            return *number;
        }
        let number = u16::try_from(self.starts.len()).unwrap_or(u16::MAX);
        self.starts.push(self.text.len() as u32);
        self.text.push_str(line);
        self.text.push('\n');
        known.insert(hash, number);
        number
    }

    /// Lets go of one lane's. The lines stay: what is left still points into them.
    pub(super) fn forget(&mut self, side: Side) {
        let old = std::mem::take(self);
        for (at, row) in old.rows.iter().enumerate().filter(|(_, row)| row.side != side) {
            self.lines.extend_from_slice(old.lines_of(at));
            self.heads.push(Head { end: self.lines.len() as u32, ..old.heads[at] });
            self.rows.push(row.clone());
        }
        (self.text, self.starts) = (old.text, old.starts);
        let own = self.rows.iter().map(|row| row.exchange.size() + size_of::<Row>() + size_of::<Head>()).sum::<usize>();
        self.bytes = own + self.text.len() + self.starts.len() * 4 + self.lines.len() * 2;
    }
}

/// What is looked through: method and path, headers, bodies.
fn each_line(exchange: &Exchange, mut take: impl FnMut(&str)) {
    let mut line = String::new();
    let mut give = |parts: &[&str]| {
        line.clear();
        parts.iter().for_each(|part| line.push_str(part));
        match line.is_ascii() {
            true => line.make_ascii_lowercase(),
            false => line = line.to_lowercase(),
        }
        if line.contains('\n') {
            line = line.replace('\n', " ");
        }
        take(&line);
    };
    give(&[exchange.method, " ", &exchange.path]);
    for (name, value) in exchange.request_headers.iter().chain(exchange.response_headers.iter()) {
        give(&[name, ": ", value]);
    }
    for body in exchange.request_body.iter().chain(Some(&exchange.response_body)).filter(|body| !body.is_empty()) {
        give(&[body]);
    }
}

#[cfg(test)]
impl Head {
    pub(crate) fn for_test(method: &'static str, status: u16, side: Side, actor: Actor, purpose: Purpose) -> Self {
        Self { method, status, side, actor, purpose, number: 0, end: 0 }
    }
}
