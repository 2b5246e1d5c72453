//! Handing candidates out to the threads, lot by lot, and remembering up to where all of them have been tried.

use std::collections::BTreeMap;
use std::io;

use super::mask::Stretch;
use super::words::{Batch, Reader};
use super::{Place, Source};

/// What hands out the lots; the threads share one.
pub(super) struct Feed<'a> {
    sources: &'a [Source],
    /// Candidates of a lot: few enough to stop soon after, many enough to be worth the way here.
    lot: u64,
    /// Where the next lot begins.
    next: Place,
    reader: Option<Reader>,
    /// Where the lots begin that somebody works on.
    taken: BTreeMap<u64, Place>,
    lots: u64,
    /// Lines that were left out of the lists that have been read.
    left_out: u64,
}

/// Candidates for one thread.
#[derive(Default)]
pub(super) struct Lot {
    number: u64,
    pub(super) start: Place,
    pub(super) batch: Batch,
    pub(super) stretch: Option<Stretch>,
    /// How many candidates it holds.
    pub(super) count: u64,
}

impl<'a> Feed<'a> {
    pub(super) fn new(sources: &'a [Source], from: Place, lot: u64) -> Self {
        Self { sources, lot: lot.max(1), next: from, reader: None, taken: BTreeMap::new(), lots: 0, left_out: 0 }
    }

    /// Fills a lot with the next candidates; false where there are no more.
    pub(super) fn take(&mut self, lot: &mut Lot) -> io::Result<bool> {
        while let Some(source) = self.sources.get(self.next.source) {
            lot.start = self.next;
            lot.stretch = None;
            lot.count = 0;
            match source {
                Source::Words(words) => {
                    let rules = words.rules.len() as u64;
                    let reader = match &mut self.reader {
                        Some(reader) => reader,
                        none => none.insert(words.list.open(self.next.at)?),
                    };
                    if reader.fill(&mut lot.batch, (self.lot / rules).max(1) as usize)? {
                        lot.count = lot.batch.len() as u64 * rules;
                    }
                    self.next.at = reader.at;
                }
                Source::Mask(mask) => {
                    lot.stretch = mask.stretch(self.next.at, self.lot);
                    lot.count = lot.stretch.map_or(0, |stretch| stretch.count);
                    self.next.at += lot.count;
                }
            }
            if lot.count > 0 {
                self.next.tried += lot.count;
                self.lots += 1;
                lot.number = self.lots;
                self.taken.insert(lot.number, lot.start);
                return Ok(true);
            }
            self.left_out += self.reader.take().map_or(0, |reader| reader.left_out);
            self.next = Place { source: self.next.source + 1, at: 0, ..self.next };
        }
        Ok(false)
    }

    /// All candidates of a lot have been tried.
    pub(super) fn finished(&mut self, lot: &Lot) {
        self.taken.remove(&lot.number);
    }

    /// The place before which every candidate has been tried.
    pub(super) fn done(&self) -> Place {
        self.taken.values().next().copied().unwrap_or(self.next)
    }

    /// Lines that are too long for any key.
    pub(super) fn left_out(&self) -> u64 {
        self.left_out + self.reader.as_ref().map_or(0, |reader| reader.left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::super::mask::Mask;
    use super::super::rule::Rule;
    use super::super::words::{List, Words};
    use super::*;

    #[test]
    fn every_candidate_is_handed_out_once_and_the_place_is_that_of_the_slowest() {
        let rules = Rule::parse(b":\nc\n$1").expect("are rules");
        let sources =
            [Source::Words(Words::new(List::BuiltIn, rules)), Source::Mask(Mask::parse("?d?d?d").expect("is a mask"))];
        let all = sources.iter().map(|source| source.candidates().expect("is known")).sum::<u64>();
        for size in [1, 100, 1_000_000] {
            let mut feed = Feed::new(&sources, Place::default(), size);
            let (mut slow, mut lot, mut sum) = (Lot::default(), Lot::default(), 0);
            assert!(feed.take(&mut slow).expect("can be read"));
            sum += slow.count;
            while feed.take(&mut lot).expect("can be read") {
                assert_eq!(lot.start.tried, sum);
                sum += lot.count;
                feed.finished(&lot);
                assert_eq!(feed.done(), Place::default(), "the first lot is not done yet");
            }
            feed.finished(&slow);
            assert_eq!((sum, feed.done().tried, feed.done().source), (all, all, 2));
        }
    }

    #[test]
    fn it_goes_on_where_it_was() {
        let sources = [
            Source::Words(Words::new(List::BuiltIn, Vec::new())),
            Source::Mask(Mask::parse("?d?d").expect("is a mask")),
        ];
        let mut feed = Feed::new(&sources, Place::default(), 10);
        let mut lot = Lot::default();
        while feed.take(&mut lot).expect("can be read") {
            let first = |lot: &Lot| {
                (lot.start, lot.count, lot.stretch, (lot.batch.len() > 0).then(|| lot.batch.word(0).to_vec()))
            };
            let (mut again, mut same) = (Feed::new(&sources, lot.start, 10), Lot::default());
            assert!(again.take(&mut same).expect("can be read"));
            let [one, two] = [&lot, &same].map(first);
            assert_eq!((one.0, one.1, one.2), (two.0, two.1, two.2));
            assert!(lot.stretch.is_some() || one.3 == two.3);
            feed.finished(&lot);
        }
    }
}
