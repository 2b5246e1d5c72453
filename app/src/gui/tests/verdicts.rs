//! What the window says of who is in and who is out, where a real server was asked.

use super::*;

impl Window {
    fn marks(&self, side: Side) -> Vec<String> {
        let marks = &self.0.state().model.lane(side).view.timeline.marks;
        marks.iter().map(|mark| mark.label.clone()).collect()
    }
}

#[test]
fn a_copy_that_the_server_notices_is_told_of() {
    let mut window = Window::open();
    window.press("Log in");
    window.unfold("Steal options");
    window.press("Everything");
    window.press("Refresh");
    window.reads("a session needs no refresh");
    // The thief's copy has been replaced by its successor, and nobody has noticed anything yet.
    window.reads("right attacker __Secure-refresh: used, exchange ");
    window.unfold("Replay options");
    window.press("Refresh with the copy");
    window.reads("the JWT server noticed the copy and ended the family: thief and victim can't renew");
    window.reads("and the thief is still inside until ");
    for actor in ["attacker", "laptop"] {
        window.reads(&format!("right {actor} __Secure-refresh: ended, exchange "));
    }
    assert_eq!(window.marks(Side::Right), ["log in", "steal", "reuse noticed"]);
    assert_eq!(window.marks(Side::Left), ["log in", "steal"], "a session has no token that could be used twice");
}

#[test]
fn a_revoked_refresh_token_has_no_time_left() {
    let mut window = Window::open();
    window.press("Log in");
    window.unfold("Steal options");
    window.press("Everything");
    window.press("Revoke");
    window.reads("right attacker __Secure-refresh: ended, exchange ");
    window.reads("the JWT's thief is still inside until ");
    // The clock is moved to the end of the access token, and not to that of the dead one beside it.
    window.press("To next expiry");
    assert!(window.0.state().model.ahead_secs < 3600, "{}", window.0.state().model.ahead_secs);
    assert!(matches!(window.access(Side::Right, Actor::Attacker), Access::Out { .. }));
    window.reads("the JWT's thief was out only after ");
}

#[test]
fn a_ban_and_a_lost_role_have_a_verdict() {
    let mut window = Window::open();
    window.press("Log in");
    window.press("Demote");
    window.reads("The demoted user ");
    window.reads("is still an admin on the right until ");
    window.press("Ban");
    window.reads("The banned user is out on the left; is still inside on the right until ");
    window.reads(", still as an admin");
    window.press("To next expiry");
    window.reads("was out on the right only after ");
}
