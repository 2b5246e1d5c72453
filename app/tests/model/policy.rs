//! The rules of who is locked out when, stated once more and on their own: no server, no HTTP, no code of the lab's.

use crate::space::{Denylist, Facts, Kind, Refresh};

/// How old every credential is at the mark, in seconds.
const AGE_AT_MARK: u64 = 60;

/// What happens at the mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    LogOut,
    ClientOnlyLogOut,
    LogOutEverywhere,
    PasswordChange,
    RoleDowngrade,
    Ban,
    AdminRevokesOne,
    Restart,
    LogOutThenRestart,
    KeyRotation,
}

/// Whose access is predicted. Laptop, phone and thief hold the victim's credentials; the thief copied the laptop's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Laptop,
    Phone,
    Thief,
    Bystander,
}

/// What the thief copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum World {
    Access,
    Everything,
}

/// What comes of one actor's access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    NotAsked,
    NeverIn,
    /// Out within so many seconds, and sooner than where nothing happens.
    Within(u64),
    /// As where nothing happens.
    Same,
    /// In with fresh credentials.
    New,
    /// As where nothing happens, but the admin role is lost within so many seconds.
    RoleWithin(u64),
}

impl Event {
    pub(crate) const ALL: [Self; 10] = [
        Self::LogOut,
        Self::ClientOnlyLogOut,
        Self::LogOutEverywhere,
        Self::PasswordChange,
        Self::RoleDowngrade,
        Self::Ban,
        Self::AdminRevokesOne,
        Self::Restart,
        Self::LogOutThenRestart,
        Self::KeyRotation,
    ];

    /// Whether the laptop's own login is ended by its name.
    fn ends_one_login(self) -> bool {
        matches!(self, Self::LogOut | Self::AdminRevokesOne | Self::LogOutThenRestart)
    }

    /// Whether all of the victim's logins are ended.
    fn ends_all_logins(self) -> bool {
        matches!(self, Self::LogOutEverywhere | Self::PasswordChange | Self::Ban)
    }

    fn restarts(self) -> bool {
        matches!(self, Self::Restart | Self::LogOutThenRestart)
    }

    /// Whether the laptop throws its credentials away.
    fn laptop_forgets(self) -> bool {
        matches!(self, Self::LogOut | Self::ClientOnlyLogOut | Self::LogOutEverywhere | Self::LogOutThenRestart)
    }
}

impl Who {
    pub(crate) const ALL: [Self; 4] = [Self::Laptop, Self::Phone, Self::Thief, Self::Bystander];

    fn is_victim(self) -> bool {
        self != Self::Bystander
    }

    /// Whether it uses the login that the laptop made.
    fn uses_laptops_login(self) -> bool {
        matches!(self, Self::Laptop | Self::Thief)
    }
}

/// What must come out for one actor.
pub(crate) fn predict(design: &Facts, event: Event, who: Who, world: World) -> Ending {
    if who == Who::Laptop && world == World::Everything {
        return Ending::NotAsked;
    }
    // A copy of a bound token opens nothing without the key, which stays in the device.
    if who == Who::Thief && design.proof {
        return Ending::NeverIn;
    }
    if who == Who::Laptop && event.laptop_forgets() {
        return Ending::Within(0);
    }
    if who == Who::Laptop && event == Event::PasswordChange {
        return Ending::New;
    }
    let holds_refresh = holds_refresh(design, who, world);
    let renews = holds_refresh && renewal_works(design, event, who);
    match access_ends(design, event, who) {
        // By then it would have ended anyway.
        Some(within) if !holds_refresh && within + AGE_AT_MARK >= design.access_secs() => Ending::Same,
        Some(within) if !renews => Ending::Within(within),
        None if holds_refresh && !renews => Ending::Within(design.access_secs()),
        _ => match role_ends(design, event, who, renews) {
            Some(within) => Ending::RoleWithin(within),
            None => Ending::Same,
        },
    }
}

fn holds_refresh(design: &Facts, who: Who, world: World) -> bool {
    design.refresh.is_some() && (who != Who::Thief || world == World::Everything)
}

/// Whether the record of a login, be it a session or a refresh family, is gone.
fn login_is_gone(design: &Facts, event: Event, who: Who) -> bool {
    let named = event.ends_one_login() && who.uses_laptops_login();
    // The shortcut that believes a copied ban state also forgets to end what is open.
    let forgets = event == Event::Ban && design.role_cached;
    let all = event.ends_all_logins() && who.is_victim() && !forgets;
    let lost = event.restarts() && !design.store_lasts;
    named || all || lost
}

/// Seconds after which the access credential in hand is refused; None where the event does not touch it.
fn access_ends(design: &Facts, event: Event, who: Who) -> Option<u64> {
    match design.kind {
        Kind::Session => login_is_gone(design, event, who).then_some(0),
        Kind::Sealed => (event == Event::KeyRotation).then_some(0),
        // What the resource server has cached is lost in a restart with everything else in memory.
        Kind::Introspection => {
            login_is_gone(design, event, who).then_some(if event.restarts() { 0 } else { design.cache_secs })
        }
        Kind::Jwt => {
            let listed = is_listed(design, event, who);
            let raises = event.ends_all_logins() || event == Event::RoleDowngrade;
            let outdated = design.epoch && raises && who.is_victim();
            let looked_up = design.session_id && login_is_gone(design, event, who);
            (event == Event::KeyRotation || listed || outdated || looked_up).then_some(0)
        }
    }
}

/// Whether the tokens that came with a log-out, or that an admin revoked, are on a list that is still there.
fn is_listed(design: &Facts, event: Event, who: Who) -> bool {
    event.ends_one_login()
        && who.uses_laptops_login()
        && match design.denylist {
            Denylist::Off => false,
            // Only a login that is kept tells an admin which token to list.
            _ if event == Event::AdminRevokesOne && !design.keeps_logins() => false,
            Denylist::Memory => !event.restarts(),
            Denylist::Store => !event.restarts() || design.store_lasts,
        }
}

/// Whether a refresh token in hand still buys an access token.
fn renewal_works(design: &Facts, event: Event, who: Who) -> bool {
    let banned = event == Event::Ban && who.is_victim();
    match design.refresh {
        None => false,
        Some(Refresh::Signed) => !banned && event != Event::KeyRotation && !is_listed(design, event, who),
        Some(Refresh::Static | Refresh::Rotating) => !banned && !login_is_gone(design, event, who),
    }
}

/// Seconds after which an actor who is still in is no admin any more.
fn role_ends(design: &Facts, event: Event, who: Who, renews: bool) -> Option<u64> {
    if event != Event::RoleDowngrade || !who.is_victim() {
        return None;
    }
    match design.kind {
        Kind::Session => (!design.role_cached).then_some(0),
        Kind::Sealed => None,
        // A token in the hands of one who can't renew may end before that.
        Kind::Introspection if !renews && design.cache_secs + AGE_AT_MARK >= design.access_secs() => None,
        Kind::Introspection => Some(design.cache_secs),
        Kind::Jwt if !renews => None,
        Kind::Jwt if design.epoch => Some(0),
        Kind::Jwt => Some(design.access_secs()),
    }
}
