//! What can be ended of a design's tokens, which depends on what the server keeps of them.

use lockstep_shared::clock::LabTime;
use lockstep_shared::design::{Design, RefreshMode};
use lockstep_shared::trace::Act;

use super::Tokens;
use crate::call::Call;
use crate::error::{Answer, Problem};
use crate::mechanism::cookies::Presented;
use crate::mechanism::epoch;
use crate::mechanism::token::{Claims, TokenKind};
use crate::mistake;
use crate::store::Kept;
use crate::users::Directory;
use crate::xray::KeptRecord;

impl Tokens {
    /// Whether the server keeps anything by which a token can be ended.
    pub(in crate::credential) fn can_end(&self, design: &Design) -> bool {
        design.keeps_families() || design.check.epoch || self.denylist.is_on()
    }

    /// Ends the login that the request came with: its family, and where there is a list its access token.
    pub(in crate::credential) async fn log_out(&self, call: &Call, presented: &Presented) -> Answer<()> {
        let design = &call.door.design;
        if !design.keeps_families() && !self.denylist.is_on() {
            call.did(Act::NothingKept { why: "the server keeps nothing that a log-out could end".into() });
            return Ok(());
        }
        if mistake::logout_forgets_server::applies(&design.mistakes) {
            call.did(Act::NothingKept { why: "what the server keeps of the login is left alone".into() });
            return Ok(());
        }
        let access = self.known(call, TokenKind::Access, &presented.access, design.check.session_id).await;
        let login = match &presented.refresh {
            Some(token) if design.keeps_families() => self.families.end_of(call, token, "log-out").await?,
            _ => None,
        };
        let named = access.as_ref().and_then(|(claims, _)| claims.sid.as_ref()).filter(|_| login.is_none());
        let login = match named {
            Some(login) => self.families.end(call, login, "log-out").await?.then(|| login.clone()),
            None => login,
        };
        let signed = design.refresh.as_ref().is_some_and(|refresh| refresh.mode == RefreshMode::Signed);
        let refresh = presented.refresh.clone().filter(|_| signed);
        let refresh = self.known(call, TokenKind::Refresh, &refresh, false).await;
        if login.is_none() && access.is_none() && refresh.is_none() {
            call.did(Act::NothingKept { why: "nothing that came with the log-out could be ended".into() });
        }
        match (&access, &login) {
            (Some((claims, token)), _) => self.denylist.list(call, TokenKind::Access, claims, token).await?,
            (None, Some(login)) => self.list_newest(call, login).await?,
            (None, None) => {}
        }
        match &refresh {
            Some((claims, token)) => self.denylist.list(call, TokenKind::Refresh, claims, token).await,
            None => Ok(()),
        }
    }

    pub(in crate::credential) async fn end_all(&self, call: &Call, user: &str, cause: &str) -> Answer<()> {
        let design = &call.door.design;
        if design.keeps_families() {
            self.families.end_all(call, user, cause).await?;
        }
        // The families first: a renewal that still finds the old version makes a token that this ends, and one that finds
        // the new version finds its family ended.
        if design.check.epoch {
            epoch::raise(call, &*self.store, user).await?;
        }
        if !design.keeps_families() && !design.check.epoch {
            call.did(Act::NothingKept {
                why: "the server keeps nothing of this user's tokens that it could end".into(),
            });
        }
        Ok(())
    }

    /// Makes tokens too old that say what is no longer so of their user.
    pub(in crate::credential) async fn outdate(&self, call: &Call, user: &str) -> Answer<()> {
        match call.door.design.check.epoch {
            true => epoch::raise(call, &*self.store, user).await,
            false => Ok(()),
        }
    }

    pub(in crate::credential) async fn end_one(
        &self,
        call: &Call,
        user: &str,
        handle: &str,
        cause: &str,
    ) -> Answer<bool> {
        if !call.door.design.keeps_families() || !self.families.end_one(call, user, handle, cause).await? {
            return Ok(false);
        }
        self.list_newest(call, handle).await?;
        Ok(true)
    }

    /// Ends one token, whichever it is (RFC 7009 section 2.1). One that is not known here has no effect any more, which is
    /// all that was asked for (section 2.2).
    pub(in crate::credential) async fn revoke(&self, call: &Call, token: &str) -> Answer<()> {
        let design = &call.door.design;
        if design.keeps_families()
            && let Some(login) = self.families.end_of(call, token, "a revocation").await?
        {
            return self.list_newest(call, &login).await;
        }
        let (kind, claims) = match self.check(call, TokenKind::Access, token).await {
            Ok(claims) => (TokenKind::Access, claims),
            Err(_) => match self.check(call, TokenKind::Refresh, token).await {
                Ok(claims) => (TokenKind::Refresh, claims),
                Err(_) => return Ok(()),
            },
        };
        if self.denylist.is_on() {
            return self.denylist.list(call, kind, &claims, token).await;
        }
        match &claims.sid {
            // It is as good as its login, so nothing less than that can be ended.
            Some(login) => self.families.end(call, login, "a revocation").await.map(drop),
            None => {
                let detail = format!("the server keeps nothing by which it could end a signed {}", kind.words());
                Err(Problem::bad_request("unsupported-token-type", detail).with_oauth_error("unsupported_token_type"))
            }
        }
    }

    pub(in crate::credential) async fn kept(
        &self,
        design: &Design,
        users: &Directory,
        now: LabTime,
    ) -> Kept<Vec<KeptRecord>> {
        let mut kept = Vec::new();
        if design.keeps_families() {
            kept.extend(self.families.all(now).await?.into_iter().map(KeptRecord::from));
        }
        kept.extend(self.denylist.all(now).await?.into_iter().map(|(name, until)| KeptRecord::revocation(name, until)));
        if design.check.epoch {
            for user in users.all() {
                let version = self.store.epoch(&user.id).await?;
                kept.extend((version > 0).then(|| KeptRecord::version(user.id, version)));
            }
        }
        Ok(kept)
    }

    /// Lists the access token that an ended login went on to last.
    async fn list_newest(&self, call: &Call, login: &str) -> Answer<()> {
        if !self.denylist.is_on() {
            return Ok(());
        }
        match self.families.newest(call, login).await? {
            Some(newest) => self.denylist.list_unseen(call, &newest.jti, newest.ends).await,
            None => Ok(()),
        }
    }

    /// A presented token that holds, where somebody wants to know: whoever keeps a list, or `otherwise`. Nobody can end a
    /// token by making up its name.
    async fn known(
        &self,
        call: &Call,
        kind: TokenKind,
        presented: &Option<String>,
        otherwise: bool,
    ) -> Option<(Claims, String)> {
        let token = presented.as_ref().filter(|_| otherwise || self.denylist.is_on())?;
        Some((self.check(call, kind, token).await.ok()?, token.clone()))
    }
}
