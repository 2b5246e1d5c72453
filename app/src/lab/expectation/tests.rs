//! Each token fits what it says and nothing else.

use super::*;

fn out(after: u64, effect: Effect) -> ActorOutcome {
    ActorOutcome {
        verdict: Verdict::Out,
        after_s: Some(after),
        effect: Some(effect),
        acted: Some(false),
        role_after_s: None,
    }
}

fn verdict(verdict: Verdict) -> ActorOutcome {
    ActorOutcome { verdict, after_s: None, effect: None, acted: None, role_after_s: None }
}

fn role(after: u64) -> ActorOutcome {
    ActorOutcome { role_after_s: Some(after), ..out(240, Effect::None) }
}

#[test]
fn each_token_fits_what_it_says() {
    let cases = [
        ("0s", out(0, Effect::Sooner), true),
        ("0s", out(5, Effect::Sooner), false),
        ("0s", verdict(Verdict::In), false),
        ("<=5m", out(240, Effect::Sooner), true),
        ("<=5m", out(300, Effect::Sooner), true),
        ("<=5m", out(305, Effect::Sooner), false),
        ("<=5m", out(240, Effect::None), false),
        (">=4m", out(240, Effect::Sooner), true),
        (">=4m", out(235, Effect::None), false),
        (">=13d", verdict(Verdict::In), true),
        (">=13d", verdict(Verdict::NeverIn), false),
        (">=13d", verdict(Verdict::Flapping), false),
        ("=", out(240, Effect::None), true),
        ("=", out(240, Effect::Sooner), false),
        ("=", out(240, Effect::New), false),
        ("=", role(0), false),
        ("=", verdict(Verdict::In), true),
        ("=", verdict(Verdict::NeverIn), false),
        ("=", verdict(Verdict::Flapping), false),
        ("=", ActorOutcome { effect: Some(Effect::None), ..verdict(Verdict::Flapping) }, false),
        ("=", verdict(Verdict::NotAsked), false),
        ("new", out(86_400, Effect::New), true),
        ("new", out(86_400, Effect::None), false),
        ("never", verdict(Verdict::NeverIn), true),
        ("never", verdict(Verdict::Out), false),
        ("role:0s", role(0), true),
        ("role:0s", role(5), false),
        ("role:0s", out(240, Effect::None), false),
        ("role:0s", ActorOutcome { effect: Some(Effect::Sooner), ..role(0) }, false),
        ("role:<=5m", role(240), true),
        ("role:<=5m", role(305), false),
        ("flapping", verdict(Verdict::Flapping), true),
        ("flapping", verdict(Verdict::In), false),
        ("unavailable", verdict(Verdict::Unavailable), true),
        ("unavailable", out(0, Effect::Sooner), false),
        ("-", verdict(Verdict::NotAsked), true),
        ("-", verdict(Verdict::In), false),
    ];
    for (text, outcome, fits) in cases {
        let token: Token = text.parse().expect(text);
        assert_eq!(token.fits(&outcome), fits, "{text} and {}", told(&outcome));
        assert_eq!(token.to_string(), text);
    }
}

fn actors(attacker: ActorOutcome) -> Actors {
    let usual = out(240, Effect::None);
    Actors::from([
        (Actor::Laptop, usual),
        (Actor::Phone, out(240, Effect::Sooner)),
        (Actor::Attacker, attacker),
        (Actor::Bystander, usual),
    ])
}

#[test]
fn a_mismatch_is_told_in_words() {
    let actors = actors(role(10));
    let observed = Observed { actors: &actors, detected: false, reasons: &[] };
    let told = |text: &str| text.parse::<Expectation>().expect(text).mismatch(&observed);
    assert_eq!(told("= <=5m role:<=10s ="), None);
    assert_eq!(
        told("= = role:<=10s ="),
        Some("phone: expected `=`, got out after 4 min, sooner than in the baseline".to_owned())
    );
    let two = told("0s <=5m = =").expect("differs twice");
    assert_eq!(
        two,
        "laptop: expected `0s`, got out after 4 min, as in the baseline; \
         attacker: expected `=`, got out after 4 min, as in the baseline, no admin after 10 s"
    );
    let nobody = Actors::new();
    let empty = Observed { actors: &nobody, detected: false, reasons: &[] };
    assert!("= = = =".parse::<Expectation>().expect("is good").mismatch(&empty).is_some());
}

#[test]
fn alarms_acts_and_reasons_are_checked_too() {
    let check = |text: &str, detected: bool, acted: Option<bool>, reasons: &[&str]| {
        let actors = actors(ActorOutcome { acted, ..out(240, Effect::None) });
        let reasons: Vec<String> = reasons.iter().map(|reason| (*reason).to_owned()).collect();
        let expected: Expectation = format!("= <=5m = = {text}").parse().expect(text);
        expected.mismatch(&Observed { actors: &actors, detected, reasons: &reasons }).is_none()
    };
    assert!(check("alarm", true, None, &[]) && !check("alarm", false, None, &[]));
    assert!(check("no-alarm", false, None, &[]) && !check("no-alarm", true, None, &[]));
    assert!(check("acted:attacker", false, Some(true), &[]));
    assert!(!check("acted:attacker", false, Some(false), &[]) && !check("acted:attacker", false, None, &[]));
    assert!(check("reason:expired", false, None, &["revoked", "expired"]));
    assert!(!check("reason:expired", false, None, &["revoked"]) && !check("reason:expired", false, None, &[]));
    assert!(check("alarm acted:attacker reason:x", true, Some(true), &["x"]));
}

#[test]
fn who_gets_no_answer_does_nothing() {
    let check = |text: &str, acted| {
        let actors = actors(ActorOutcome { acted, ..verdict(Verdict::Unavailable) });
        let expected: Expectation = text.parse().expect(text);
        expected.mismatch(&Observed { actors: &actors, detected: false, reasons: &[] })
    };
    assert_eq!(check("= <=5m unavailable =", Some(false)), None);
    assert_eq!(check("= <=5m unavailable =", None), None);
    let told = "attacker: expected no answer but 503, and yet its transfer went through";
    assert_eq!(check("= <=5m unavailable =", Some(true)).as_deref(), Some(told));
    assert_eq!(check("= <=5m unavailable = acted:attacker", Some(true)), None);
    assert!(check("= <=5m unavailable = acted:attacker", Some(false)).is_some());
}

#[test]
fn bad_expectations_say_what_to_write() {
    let cases = [
        ("", "one token for each of laptop, phone, attacker, bystander"),
        ("= = =", "one token for each"),
        ("= = out =", "attacker: `out` is no token"),
        ("= <=5 = =", "phone: `<=5` is no token"),
        ("= <5m = =", "`<5m`"),
        ("5m = = =", "`5m`"),
        (">=0s = = =", "`>=0s`"),
        ("role: = = =", "`role:`"),
        ("role:5m = = =", "`role:5m`"),
        ("= = = = =", "`=` is not understood"),
        ("= = = = acted:admin", "`admin` is no measured actor"),
        ("= = = = reason:", "`reason:`"),
        ("= = = = alarms", "`alarms`"),
    ];
    for (text, why) in cases {
        let said = text.parse::<Expectation>().expect_err(text).to_string();
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn the_text_is_kept_with_single_spaces() {
    let expected: Expectation = "  0s   =  - role:0s   no-alarm ".parse().expect("is good");
    assert_eq!(expected.text(), "0s = - role:0s no-alarm");
    assert_eq!(expected.token(Actor::Attacker), Some(Token::NotAsked));
    assert_eq!(expected.token(Actor::Admin), None);
}
