//! When an actor asks next, counted from the mark: often at first, ever more rarely up to the horizon, and on every
//! instant at which something may end.

use std::time::Duration;

use lockstep_shared::span::Span;

use super::outcome::Answer;

/// How long after the mark an actor goes on asking.
pub(crate) const HORIZON: Duration = Duration::from_secs(30 * 86_400);

/// Until when which step holds, in seconds. Each end is a whole number of the next step, so that every cell asks on the
/// same instants and can be compared with the baseline.
const STEPS: [(u64, u64); 4] = [(120, 5), (3600, 60), (86_400, 600), (HORIZON.as_secs(), 21_600)];

/// How long an actor goes on after its first refusal, and how often at least.
const STUBBORN: Duration = Duration::from_secs(120);
const STUBBORN_STEP: Duration = Duration::from_secs(30);

/// How long a server that can't tell is asked as often as one that can, and how often it is asked from then on.
pub(crate) const PATIENT: Duration = STUBBORN;
const PATIENT_STEP: Duration = Duration::from_secs(21_600);

/// One actor's turns: when it asked, and when it asks next.
#[derive(Clone, Debug)]
pub(crate) struct Rhythm {
    every: Option<Duration>,
    horizon: Duration,
    longest_gap: Option<Duration>,
    last: Option<Duration>,
    refused_since: Option<Duration>,
    /// Since when it has been told nothing but that the server can't tell.
    unavailable_since: Option<Duration>,
}

impl Rhythm {
    /// The rhythm of one actor: its own where the scenario gives it one, else the common one, with no gap longer than
    /// half of the design's idle time.
    pub(crate) fn new(every: Option<Span>, idle: Option<Span>) -> Self {
        Self {
            every: every.map(Span::duration),
            horizon: HORIZON,
            longest_gap: idle.map(|idle| idle.duration() / 2),
            last: None,
            refused_since: None,
            unavailable_since: None,
        }
    }

    /// The same rhythm, up to a nearer horizon.
    pub(crate) fn up_to(self, horizon: Duration) -> Self {
        Self { horizon, ..self }
    }

    /// The next instant to ask on; None where the actor has stopped. `expiries` are the ends that the actor can read in
    /// what it holds now. One with a rhythm of its own does not look at them.
    pub(crate) fn next(&self, expiries: &[Duration]) -> Option<Duration> {
        let Some(last) = self.last else {
            return Some(Duration::ZERO);
        };
        let mut next = match (self.every, self.unavailable_since) {
            (_, Some(since)) if last >= since + PATIENT => multiple_after(last, PATIENT_STEP),
            (Some(every), _) => multiple_after(last, every),
            (None, _) => self.common(last, expiries),
        };
        if let Some(since) = self.refused_since {
            let end = since + STUBBORN;
            if last >= end {
                return None;
            }
            next = next.min(last + STUBBORN_STEP).min(end);
        }
        (last < self.horizon).then(|| next.min(self.horizon))
    }

    /// The actor asked on this instant and was answered so.
    pub(crate) fn answered(&mut self, at: Duration, answer: Answer) {
        self.last = Some(at);
        self.unavailable_since = match answer {
            Answer::Unavailable => self.unavailable_since.or(Some(at)),
            Answer::Accepted | Answer::Refused => None,
        };
        match answer {
            Answer::Accepted => self.refused_since = None,
            Answer::Refused => self.refused_since = self.refused_since.or(Some(at)),
            Answer::Unavailable => {}
        }
    }

    fn common(&self, last: Duration, expiries: &[Duration]) -> Duration {
        let step = STEPS.iter().find(|(until, _)| last < Duration::from_secs(*until)).map_or(21_600, |(_, step)| *step);
        let grid = multiple_after(last, Duration::from_secs(step));
        // Multiples, counted from the mark like the grid itself: a probe on an expiry must not shift the later ones.
        let kept_awake = self.longest_gap.map(|gap| multiple_after(last, gap));
        let expiry = expiries.iter().copied().filter(|expiry| *expiry > last).min();
        [kept_awake, expiry].into_iter().flatten().fold(grid, Duration::min)
    }
}

/// The first whole multiple of `step` after `last`.
fn multiple_after(last: Duration, step: Duration) -> Duration {
    let (last, step) = (last.as_millis(), step.as_millis().max(1));
    Duration::from_millis(u64::try_from((last / step + 1) * step).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN: u64 = 60;
    const HOUR: u64 = 3600;
    const DAY: u64 = 86_400;

    /// Every instant asked on, in seconds, where `answer` decides what is said.
    fn asked(mut rhythm: Rhythm, expiries: &[u64], answer: impl Fn(u64) -> Answer) -> Vec<u64> {
        let expiries: Vec<Duration> = expiries.iter().map(|secs| Duration::from_secs(*secs)).collect();
        let mut all = Vec::new();
        while let Some(at) = rhythm.next(&expiries) {
            assert!(all.last().is_none_or(|last| *last < at.as_secs()), "time goes on: {at:?} after {all:?}");
            all.push(at.as_secs());
            rhythm.answered(at, answer(at.as_secs()));
        }
        all
    }

    fn span(text: &str) -> Option<Span> {
        Some(text.parse().expect("is a span"))
    }

    fn accepted(_: u64) -> Answer {
        Answer::Accepted
    }

    #[test]
    fn the_common_rhythm_slows_down_up_to_the_horizon() {
        let all = asked(Rhythm::new(None, None), &[], accepted);
        assert_eq!(all[..4], [0, 5, 10, 15]);
        for (edge, before, after) in
            [(2 * MIN, 115, 3 * MIN), (HOUR, 59 * MIN, 70 * MIN), (DAY, DAY - 10 * MIN, DAY + 6 * HOUR)]
        {
            let at = all.iter().position(|asked| *asked == edge).expect("the edge is asked on");
            assert_eq!((all[at - 1], all[at + 1]), (before, after));
        }
        assert_eq!(all[all.len() - 2..], [30 * DAY - 6 * HOUR, 30 * DAY]);
        assert_eq!(all.len(), 25 + 58 + 138 + 116);
    }

    #[test]
    fn no_gap_is_longer_than_half_the_idle_time() {
        for (idle, half) in [("30m", 15 * MIN), ("7m", 210), ("4s", 2)] {
            let all = asked(Rhythm::new(None, span(idle)), &[2 * DAY], |at| match at < 2 * DAY {
                true => Answer::Accepted,
                false => Answer::Refused,
            });
            assert!(all.windows(2).all(|pair| pair[1] - pair[0] <= half), "{idle}");
        }
    }

    #[test]
    fn expiries_are_asked_on_and_shift_nothing() {
        let all = asked(Rhythm::new(None, span("30m")), &[240, 86_340, 43_140, 31 * DAY], accepted);
        let plain = asked(Rhythm::new(None, span("30m")), &[], accepted);
        let extra: Vec<u64> = all.iter().copied().filter(|at| !plain.contains(at)).collect();
        assert_eq!(extra, [43_140, 86_340], "240 s lies on the grid, and the last one past the horizon");
    }

    #[test]
    fn an_own_rhythm_replaces_the_common_one() {
        let all = asked(Rhythm::new(span("45m"), span("30m")), &[7], accepted);
        assert_eq!(all[..3], [0, 45 * MIN, 90 * MIN]);
        assert_eq!(asked(Rhythm::new(span("13d"), None), &[], accepted), [0, 13 * DAY, 26 * DAY, 30 * DAY]);
    }

    #[test]
    fn a_refusal_is_doubted_for_two_minutes() {
        let refused_from = |from: u64| {
            move |at: u64| match at < from {
                true => Answer::Accepted,
                false => Answer::Refused,
            }
        };
        let soon = asked(Rhythm::new(None, None), &[], refused_from(0));
        assert_eq!((soon[1], soon.len(), soon.last()), (5, 25, Some(&120)));
        let late = asked(Rhythm::new(None, None), &[], refused_from(2 * HOUR));
        assert_eq!(late[late.len() - 5..], [7200, 7230, 7260, 7290, 7320]);
        let own = asked(Rhythm::new(span("45m"), None), &[], refused_from(1));
        assert_eq!(own, [0, 2700, 2730, 2760, 2790, 2820]);
        let last = asked(Rhythm::new(None, None), &[], refused_from(30 * DAY));
        assert_eq!(last.last(), Some(&(30 * DAY)), "nobody asks past the horizon");
    }

    #[test]
    fn an_acceptance_clears_the_doubt() {
        let all = asked(Rhythm::new(None, None), &[], |at| match at {
            10..=60 => Answer::Refused,
            _ => Answer::Accepted,
        });
        assert_eq!(all.last(), Some(&(30 * DAY)));
    }

    #[test]
    fn an_unavailable_server_is_no_refusal() {
        let all = asked(Rhythm::new(None, span("30m")), &[], |_| Answer::Unavailable);
        assert_eq!((all[24], all[25], all.last()), (2 * MIN, 6 * HOUR, Some(&(30 * DAY))));
        assert_eq!(all.len(), 25 + 120, "asking more often would tell no more");
        // Once it can tell again, it is asked as ever.
        let all = asked(Rhythm::new(None, span("30m")), &[], |at| match at < HOUR {
            true => Answer::Unavailable,
            false => Answer::Accepted,
        });
        assert_eq!(all[24..27], [2 * MIN, 6 * HOUR, 6 * HOUR + 10 * MIN]);
        // While in doubt, it doesn't end the doubt either.
        let doubtful = asked(Rhythm::new(None, None), &[], |at| match at {
            0 => Answer::Refused,
            _ => Answer::Unavailable,
        });
        assert_eq!(doubtful.last(), Some(&120));
    }
}
