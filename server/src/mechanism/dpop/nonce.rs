//! Nonces that the server gives and does not keep (RFC 9449 section 8): each stretch of time has one, which nobody else can
//! tell beforehand.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use lockstep_shared::clock::LabTime;
use lockstep_shared::design::Dpop;

/// Octets of a nonce.
const LENGTH: usize = 16;

/// The nonce to use from now on.
pub(super) fn now(key: &hmac::Key, rules: &Dpop, now: LabTime) -> String {
    of(key, stretch(rules, now))
}

/// Whether it is a nonce of this stretch or of one beside it: a client may still have the last one, and another node's
/// clock may be a little ahead.
pub(super) fn holds(key: &hmac::Key, rules: &Dpop, now: LabTime, said: &str) -> bool {
    let stretch = stretch(rules, now);
    let mut taken = stretch.saturating_sub(1)..=stretch + 1;
    taken.any(|stretch| verify_slices_are_equal(of(key, stretch).as_bytes(), said.as_bytes()).is_ok())
}

/// A stretch is as long as a proof is good.
fn stretch(rules: &Dpop, now: LabTime) -> u64 {
    now.secs() / rules.window.secs().max(1)
}

fn of(key: &hmac::Key, stretch: u64) -> String {
    let tag = hmac::sign(key, &stretch.to_be_bytes());
    BASE64.encode(&tag.as_ref()[..LENGTH])
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_nonce_changes_with_time_and_is_good_for_a_while() {
        let rules = Dpop { alg: Default::default(), window: "60s".parse().expect("is a span"), nonce: true };
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]);
        let other = hmac::Key::new(hmac::HMAC_SHA256, &[2; 32]);
        let start = LabTime::START;
        let given = now(&key, &rules, start);
        let later = |secs| start + Duration::from_secs(secs);
        for (secs, good) in [(0, true), (59, true), (60, true), (119, true), (120, false), (86_400, false)] {
            assert_eq!(holds(&key, &rules, later(secs), &given), good, "{secs}");
        }
        assert_ne!(now(&key, &rules, later(60)), given);
        assert!(!holds(&other, &rules, start, &given) && !holds(&key, &rules, start, ""));
    }
}
