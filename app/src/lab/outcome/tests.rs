//! Series of answers and what they come to.

use super::*;

const FAR: u64 = 30 * 86_400;

/// Answers with their seconds.
type Series = [(u64, char)];

/// A track of an actor that was inside and admin before the mark: `a`ccepted, `r`efused, `u`navailable, with seconds.
fn track(probes: &Series) -> Track {
    let mut track = Track::default();
    track.before(Answer::Accepted, Some(Answer::Accepted));
    for (at, answer) in probes {
        let answer = match answer {
            'a' => Answer::Accepted,
            'r' => Answer::Refused,
            _ => Answer::Unavailable,
        };
        track.probe(Duration::from_secs(*at), answer);
    }
    track
}

#[test]
fn a_series_of_answers_makes_a_verdict() {
    let cases: [(&Series, Verdict, Option<u64>); 13] = [
        (&[], Verdict::NotAsked, None),
        (&[(0, 'a'), (FAR, 'a')], Verdict::In, None),
        (&[(0, 'r'), (5, 'r')], Verdict::Out, Some(0)),
        (&[(0, 'a'), (5, 'a'), (10, 'r'), (130, 'r')], Verdict::Out, Some(10)),
        (&[(0, 'a'), (5, 'r'), (10, 'a'), (FAR, 'a')], Verdict::Flapping, None),
        (&[(0, 'r'), (5, 'a'), (10, 'r'), (130, 'r')], Verdict::Flapping, Some(10)),
        (&[(0, 'u'), (5, 'u')], Verdict::Unavailable, None),
        (&[(0, 'a'), (5, 'u')], Verdict::Unavailable, None),
        (&[(0, 'u'), (5, 'a')], Verdict::In, None),
        (&[(0, 'a'), (5, 'u'), (10, 'r')], Verdict::Out, Some(10)),
        (&[(0, 'a'), (5, 'u'), (125, 'r')], Verdict::Unavailable, None),
        (&[(0, 'u'), (125, 'a'), (130, 'r')], Verdict::Out, Some(130)),
        (&[(0, 'a'), (5, 'r'), (10, 'u')], Verdict::Out, Some(5)),
    ];
    for (probes, verdict, after) in cases {
        let outcome = track(probes).outcome(None);
        assert_eq!((outcome.verdict, outcome.after_s), (verdict, after), "{probes:?}");
    }
}

#[test]
fn refused_before_the_mark_and_ever_after_is_never_in() {
    let mut stranger = track(&[(0, 'r'), (120, 'r')]);
    stranger.before(Answer::Refused, None);
    let outcome = stranger.outcome(None);
    assert_eq!((outcome.verdict, outcome.after_s), (Verdict::NeverIn, None));
    let mut late = track(&[(0, 'a')]);
    late.before(Answer::Refused, None);
    assert_eq!(late.verdict(), Verdict::In, "one who got in after all was not never in");
}

#[test]
fn a_server_that_can_not_tell_lets_nobody_in() {
    let asked = |before, probes: &Series| {
        let mut track = track(probes);
        track.before(before, None);
        track
    };
    let stranger = asked(Answer::Unavailable, &[(0, 'r'), (120, 'r')]);
    assert_eq!((stranger.verdict(), stranger.ended_after()), (Verdict::NeverIn, None));
    let mut member = stranger.clone();
    member.let_in();
    assert_eq!((member.verdict(), member.ended_after()), (Verdict::Out, Some(Duration::ZERO)));
    let cases: [(Answer, &Series, Verdict); 4] = [
        (Answer::Refused, &[(0, 'u'), (FAR, 'u')], Verdict::NeverIn),
        (Answer::Refused, &[(0, 'u'), (FAR, 'r')], Verdict::NeverIn),
        (Answer::Unavailable, &[(0, 'u'), (FAR, 'u')], Verdict::Unavailable),
        (Answer::Unavailable, &[(0, 'a'), (5, 'r')], Verdict::Out),
    ];
    for (before, probes, verdict) in cases {
        assert_eq!(asked(before, probes).verdict(), verdict, "{before:?} {probes:?}");
    }
}

#[test]
fn the_effect_is_measured_against_the_baseline() {
    let out = |at| track(&[(0, 'a'), (at, 'r')]);
    let inside = || track(&[(0, 'a'), (FAR, 'a')]);
    let cases = [
        (out(240), out(240), Some(Effect::None)),
        (out(300), out(240), Some(Effect::None)),
        (out(235), out(240), Some(Effect::Sooner)),
        (out(235), inside(), Some(Effect::Sooner)),
        (inside(), out(240), Some(Effect::None)),
        (inside(), inside(), Some(Effect::None)),
        (track(&[(0, 'a'), (5, 'u')]), inside(), None),
        (track(&[]), inside(), None),
        (track(&[(0, 'r')]), track(&[]), None),
    ];
    for (now, baseline, effect) in cases {
        assert_eq!(now.outcome(Some(&baseline)).effect, effect, "{now:?} against {baseline:?}");
    }
    assert_eq!(inside().outcome(None).effect, None);
}

#[test]
fn fresh_credentials_are_new_unless_they_end_early() {
    let baseline = track(&[(0, 'a'), (240, 'r')]);
    for (end, effect) in [(600, Effect::New), (5, Effect::Sooner)] {
        let mut fresh = track(&[(0, 'a'), (end, 'r')]);
        fresh.fresh_credentials();
        assert_eq!(fresh.outcome(Some(&baseline)).effect, Some(effect));
    }
}

#[test]
fn a_role_counts_where_it_ends_before_its_time() {
    let with_role_end = |at: Option<u64>| {
        let mut track = track(&[(0, 'a'), (FAR, 'a')]);
        if let Some(at) = at {
            track.admin_probe(Duration::from_secs(at), Answer::Refused);
            track.admin_probe(Duration::from_secs(at + 5), Answer::Refused);
        }
        track
    };
    let cases =
        [(Some(0), None, Some(0)), (Some(240), Some(240), None), (Some(300), Some(240), None), (None, None, None)];
    for (now, baseline, role) in cases {
        assert_eq!(
            with_role_end(now).outcome(Some(&with_role_end(baseline))).role_after_s,
            role,
            "{now:?} {baseline:?}"
        );
    }
    let mut never_admin = track(&[(0, 'a')]);
    never_admin.before(Answer::Accepted, Some(Answer::Refused));
    never_admin.admin_probe(Duration::ZERO, Answer::Refused);
    assert_eq!(never_admin.outcome(Some(&track(&[(0, 'a')]))).role_after_s, None);
}

#[test]
fn what_an_actor_did_counts_where_it_tried() {
    assert_eq!(track(&[]).outcome(None).acted, None);
    // Nobody was asked anything afterwards, and yet it did what it did.
    let mut once = track(&[]);
    once.acted(true);
    assert_eq!((once.outcome(None).verdict, once.outcome(None).acted), (Verdict::NotAsked, Some(true)));
    let mut busy = track(&[(0, 'r')]);
    busy.acted(false);
    assert_eq!(busy.outcome(None).acted, Some(false));
}

#[test]
fn the_floor_divides_the_work_by_the_cores() {
    let floor = Floor {
        hashes: 10,
        hash: Duration::from_millis(14),
        exchanges: 1000,
        exchange: Duration::from_micros(20),
        cores: 2,
    };
    assert_eq!(floor.total(), Duration::from_millis(80));
    assert_eq!(Floor { cores: 0, ..floor }.total(), Duration::from_millis(160));
}
