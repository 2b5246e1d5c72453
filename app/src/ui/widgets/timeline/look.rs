//! Which part of the time is looked at: all of it, or a window that was chosen and goes along with the present.

use std::time::Duration;

use lockstep_shared::clock::LabTime;

/// The shortest time that can be looked at.
const SHORTEST: Duration = Duration::from_secs(2);

/// How the timeline is looked at; it lasts as long as the window.
#[derive(Clone, Debug, Default)]
pub(in crate::ui) struct Look {
    /// None: everything from the first event to now.
    window: Option<(LabTime, LabTime)>,
    /// Everything there was in the last frame.
    all: (LabTime, LabTime),
}

impl Look {
    /// The window in a time that may have grown. One that ended with the present still does.
    pub(super) fn window(&mut self, all: (LabTime, LabTime)) -> (LabTime, LabTime) {
        let before = std::mem::replace(&mut self.all, all);
        let Some((from, to)) = self.window else { return all };
        // Another lab began, or the lane that had begun first is gone.
        if all.0 > to || to > all.1.max(before.1) || before.0 > all.1 {
            self.window = None;
            return all;
        }
        let grown = all.1.since(before.1);
        if to >= before.1 && !grown.is_zero() {
            self.window = Some((from + grown, to + grown));
        }
        self.keep_inside();
        self.window.unwrap_or(all)
    }

    pub(in crate::ui) fn is_fit(&self) -> bool {
        self.window.is_none()
    }

    /// Everything again.
    pub(in crate::ui) fn fit(&mut self) {
        self.window = None;
    }

    /// Looks closer by a factor; what is at a share of the width stays there.
    pub(in crate::ui) fn zoom(&mut self, factor: f32, share: f32) {
        let (from, to) = self.window.unwrap_or(self.all);
        let (span, share) = (millis(from, to), f64::from(share.clamp(0.0, 1.0)));
        let most = millis(self.all.0, self.all.1);
        let wanted = span / f64::from(factor.clamp(0.05, 20.0));
        if wanted >= most {
            return self.fit();
        }
        let wanted = wanted.max(SHORTEST.as_millis() as f64);
        let left = from.millis() as f64 + (span - wanted) * share;
        self.set(left, wanted);
    }

    /// Looks earlier or later by a share of the width.
    pub(in crate::ui) fn pan(&mut self, share: f32) {
        let Some((from, to)) = self.window else { return };
        let span = millis(from, to);
        self.set(from.millis() as f64 + span * f64::from(share), span);
    }

    fn set(&mut self, from: f64, span: f64) {
        let from = LabTime::from_millis(from.max(0.0).round() as u64);
        self.window = Some((from, from + Duration::from_millis(span.round() as u64)));
        self.keep_inside();
    }

    fn keep_inside(&mut self) {
        let Some((from, to)) = self.window else { return };
        let (first, last) = self.all;
        let span = to.since(from);
        if span >= last.since(first) {
            self.window = None;
        } else if to > last {
            self.window = Some((last - span, last));
        } else if from < first {
            self.window = Some((first, first + span));
        }
    }
}

fn millis(from: LabTime, to: LabTime) -> f64 {
    to.since(from).as_millis() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> LabTime {
        LabTime::from_secs(secs)
    }

    #[test]
    fn a_window_stays_within_the_time_and_goes_along_with_the_present() {
        let mut look = Look::default();
        assert_eq!(look.window((at(100), at(200))), (at(100), at(200)));
        look.zoom(2.0, 0.0);
        assert_eq!(look.window((at(100), at(200))), (at(100), at(150)));
        look.pan(-3.0);
        assert_eq!(look.window((at(100), at(200))), (at(100), at(150)), "nothing is before the first event");
        assert_eq!(look.window((at(100), at(260))), (at(100), at(150)), "the past stays where it is");
        look.pan(9.0);
        assert_eq!(look.window((at(100), at(260))), (at(210), at(260)));
        assert_eq!(look.window((at(100), at(300))), (at(250), at(300)), "the present is followed");
        look.zoom(0.01, 0.5);
        assert!(look.is_fit());
        look.zoom(10_000.0, 1.0);
        for _ in 0..40 {
            look.zoom(20.0, 1.0);
        }
        assert_eq!(look.window((at(100), at(300))), (at(298), at(300)));
        assert_eq!(look.window((at(5000), at(5060))), (at(5000), at(5060)), "another lab is looked at as a whole");
    }
}
