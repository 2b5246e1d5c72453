//! Random designs: every mix of settings that can work, as facts for the rules and as a file for the lab.

use std::fmt::Write as _;

/// A small generator of numbers (SplitMix64), so that a seed gives the same designs on every machine.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).expect("31 bits fit") % end
    }

    pub(crate) fn one_of<T: Copy>(&mut self, these: &[T]) -> T {
        these[self.below(these.len())]
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Session,
    Sealed,
    Jwt,
    Introspection,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refresh {
    Static,
    Rotating,
    Signed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denylist {
    Off,
    Memory,
    Store,
}

/// All that the rules ask about a design.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) kind: Kind,
    /// Whether the store outlives a restart.
    pub(crate) store_lasts: bool,
    pub(crate) role_cached: bool,
    pub(crate) refresh: Option<Refresh>,
    access_ttl: u64,
    leeway: u64,
    pub(crate) cache_secs: u64,
    pub(crate) denylist: Denylist,
    pub(crate) epoch: bool,
    pub(crate) session_id: bool,
    pub(crate) proof: bool,
}

impl Facts {
    /// Seconds for which an access token is accepted.
    pub(crate) fn access_secs(&self) -> u64 {
        self.access_ttl + self.leeway
    }

    /// Whether the server has a record of each login.
    pub(crate) fn keeps_logins(&self) -> bool {
        matches!(self.refresh, Some(Refresh::Static | Refresh::Rotating))
    }
}

/// One random design that can work, with its file.
pub(crate) fn design(dice: &mut Dice) -> (Facts, String) {
    let kind = dice.one_of(&[Kind::Session, Kind::Sealed, Kind::Jwt, Kind::Jwt, Kind::Jwt, Kind::Introspection]);
    let store =
        if kind == Kind::Sealed { "memory" } else { dice.one_of(&["memory", "memory", "sqlite", "sqlite", "redis"]) };
    let refresh = match kind {
        Kind::Session | Kind::Sealed => None,
        Kind::Introspection => Some(dice.one_of(&[Refresh::Static, Refresh::Rotating])),
        Kind::Jwt => dice.one_of(&[None, Some(Refresh::Signed), Some(Refresh::Static), Some(Refresh::Rotating)]),
    };
    let keeps = matches!(refresh, Some(Refresh::Static | Refresh::Rotating));
    let is_jwt = kind == Kind::Jwt;
    // Which version of the user's tokens a signed refresh token speaks for, no rule says.
    let epoch = is_jwt && refresh != Some(Refresh::Signed) && dice.below(4) == 0;
    let session_id = is_jwt && keeps && dice.below(4) == 0;
    let proof = is_jwt && refresh != Some(Refresh::Signed) && dice.below(5) == 0;
    let denylist = match is_jwt {
        true => dice.one_of(&[Denylist::Off, Denylist::Off, Denylist::Memory, Denylist::Store]),
        false => Denylist::Off,
    };
    let access_cookie = match kind {
        Kind::Sealed => true,
        _ => !proof && dice.coin(),
    };
    let refresh_cookie = refresh.is_some() && dice.coin();
    // Only what is missing or too old is renewed silently, so that what was revoked is not.
    let silent =
        refresh == Some(Refresh::Signed) && access_cookie && refresh_cookie && denylist == Denylist::Off && dice.coin();
    let facts = Facts {
        kind,
        store_lasts: store != "memory",
        role_cached: kind == Kind::Session && dice.coin(),
        refresh,
        // The thief waits a minute before the mark, and nobody is to renew before it.
        access_ttl: dice.one_of(&[120, 300, 900]),
        leeway: if is_jwt { dice.one_of(&[0, 0, 30]) } else { 0 },
        cache_secs: if kind == Kind::Introspection { dice.one_of(&[0, 30, 60]) } else { 0 },
        denylist,
        epoch,
        session_id,
        proof,
    };
    let mut file = format!("title = \"Random\"\nsummary = \"Made by dice.\"\nkind = \"{}\"\n", kind_name(kind));
    if kind != Kind::Sealed {
        line(&mut file, &format!("store = \"{store}\""));
    }
    line(&mut file, "[carry]");
    let bearer =
        if matches!(kind, Kind::Session) { "local-storage" } else { dice.one_of(&["memory", "local-storage"]) };
    line(&mut file, &format!("access = \"{}\"", if access_cookie { "cookie" } else { bearer }));
    if refresh.is_some() {
        line(&mut file, &format!("refresh = \"{}\"", if refresh_cookie { "cookie" } else { "local-storage" }));
    }
    if access_cookie || refresh_cookie {
        let prefix = dice.coin();
        let same_site = dice.one_of(&["same_site = \"lax\"", "same_site = \"strict\"", ""]);
        line(
            &mut file,
            &format!(
                "[cookie]\nhttp_only = {}\nsecure = {}\nhost_prefix = {prefix}\n{same_site}",
                dice.coin(),
                prefix || dice.coin()
            ),
        );
    }
    if matches!(kind, Kind::Session | Kind::Sealed) {
        line(
            &mut file,
            &format!(
                "[session]\nidle = \"{}\"\nabsolute = \"{}\"",
                dice.one_of(&["10m", "30m"]),
                dice.one_of(&["1h", "3h"])
            ),
        );
        if facts.role_cached {
            line(&mut file, "role = \"cached\"");
        }
    }
    let ttl = format!("access_ttl = \"{}s\"", facts.access_ttl);
    match kind {
        Kind::Jwt => {
            let alg = dice.one_of(&["HS256", "ES256", "EdDSA"]);
            line(
                &mut file,
                &format!("[jwt]\nalg = \"{alg}\"\n{ttl}\naudience = \"bank\"\nleeway = \"{}s\"", facts.leeway),
            );
        }
        Kind::Introspection => line(&mut file, &format!("[introspection]\n{ttl}\ncache = \"{}s\"", facts.cache_secs)),
        Kind::Session | Kind::Sealed => {}
    }
    if let Some(refresh) = refresh {
        let (mode, more) = match refresh {
            Refresh::Static => ("static", String::new()),
            Refresh::Signed => ("signed", String::new()),
            Refresh::Rotating => {
                let grace = dice.one_of(&["", "grace = \"10s\"", "grace = \"10s\"\ngrace_gives = \"fork\""]);
                ("rotating", format!("reuse_detection = {}\n{grace}", dice.coin()))
            }
        };
        let renewal = if silent { "renewal = \"silent\"" } else { "" };
        let ttl = dice.one_of(&["1h", "6h", "26h"]);
        line(&mut file, &format!("[refresh]\nttl = \"{ttl}\"\nmode = \"{mode}\"\n{more}\n{renewal}"));
    }
    if is_jwt {
        let list = match denylist {
            Denylist::Off => "off",
            Denylist::Memory => "memory",
            Denylist::Store => "store",
        };
        line(
            &mut file,
            &format!("[check]\ndenylist = \"{list}\"\nepoch = {epoch}\nsession_id = {session_id}\ndpop = {proof}"),
        );
    }
    if proof {
        line(
            &mut file,
            &format!(
                "[dpop]\nalg = \"{}\"\nwindow = \"60s\"\nnonce = {}",
                dice.one_of(&["ES256", "EdDSA"]),
                dice.coin()
            ),
        );
    }
    line(&mut file, &format!("[csrf]\ndefence = \"{}\"", dice.one_of(&["none", "fetch-metadata"])));
    (facts, file)
}

fn line(file: &mut String, text: &str) {
    writeln!(file, "{text}").expect("a text takes more text");
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Session => "session",
        Kind::Sealed => "sealed",
        Kind::Jwt => "jwt",
        Kind::Introspection => "introspection",
    }
}
