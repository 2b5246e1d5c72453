//! Attacks through the victim's browser on designs that lack one defence: what is left holds by itself, or does not.

mod support;

use support::Lab;

/// Whether the attacker acted against copies of one design, with and without a change that each of them is given.
fn acted(scenario: &str, shared: &[(&str, toml::Value)], change: (&str, toml::Value)) -> [bool; 2] {
    let lab = Lab::new();
    lab.copy("session-memory", "without", shared);
    lab.copy("session-memory", "with", &[shared, &[change]].concat());
    let comparison = lab.compare(&["without", "with"], scenario);
    ["without", "with"].map(|design| {
        let cell = comparison.cell(design, None);
        assert_eq!(cell["status"], "ran", "{cell}");
        cell["actors"]["attacker"]["acted"].as_bool().unwrap_or_else(|| panic!("nobody tried: {cell}"))
    })
}

#[test]
fn a_planted_id_is_no_use_where_the_login_makes_a_new_one() {
    let planted = [("cookie.host_prefix", false.into())];
    assert_eq!(acted("fixation", &planted, ("mistakes.keep_id_on_login", true.into())), [false, true]);
}

#[test]
fn any_origin_does_not_mean_any_origin_with_cookies() {
    let any = ("cors.allow", "any".into());
    assert_eq!(acted("cross-origin-read", &[], any), [false, false], "the browser does not count a * with cookies");
    let reflected = ("mistakes.reflect_any_origin", true.into());
    assert_eq!(acted("cross-origin-read", &[], reflected), [false, true]);
}

#[test]
fn a_form_elsewhere_is_stopped_by_either_defence_alone() {
    let no_check = ("csrf.defence", "none".into());
    let by_browser = [("cookie.same_site", "strict".into()), no_check.clone()];
    assert_eq!(acted("csrf-post", &by_browser, ("cookie.same_site", "none".into())), [false, true]);
    let sent_anyhow = [("cookie.same_site", "none".into())];
    assert_eq!(acted("csrf-post", &sent_anyhow, no_check), [false, true]);
}

#[test]
fn a_link_moves_money_where_a_get_does() {
    let no_check = [("csrf.defence", "none".into())];
    assert_eq!(acted("csrf-get", &no_check, ("mistakes.get_changes_state", true.into())), [false, true]);
}
