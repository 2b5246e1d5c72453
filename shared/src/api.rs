//! The bodies of the demo API, and the problem details (RFC 9457) of its refusals.

use serde::{Deserialize, Serialize};

/// `POST /auth/register` and `POST /auth/login`, as JSON or as a form.
#[derive(Clone, Deserialize, Serialize)]
pub struct Credentials {
    /// The user's name at the bank.
    pub email: String,
    /// The password as typed; the server hashes it.
    pub password: String,
}

/// `POST /auth/password`
#[derive(Clone, Deserialize, Serialize)]
pub struct PasswordChange {
    /// The password until now.
    pub current: String,
    /// The password from now on.
    pub new: String,
}

/// `POST /auth/refresh`; the token stands here only where no cookie carries it.
#[derive(Clone, Default, Deserialize, Serialize)]
pub struct RefreshRequest {
    /// The refresh token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// The answer to a login, a password change and a refresh: RFC 6749 section 5.1 with who it was made for. The members
/// of the token reply are there only where the client keeps the token itself.
#[derive(Clone, Deserialize, Serialize)]
pub struct LoginReply {
    /// Who is logged in.
    pub user: Me,
    /// The access credential, to be sent as `Authorization: Bearer`, or `DPoP` where it is bound to a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    /// `Bearer`, or `DPoP` where the tokens are bound to the client's key (RFC 9449 section 5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// Seconds that the access credential lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// The refresh token, where no cookie carries it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

impl LoginReply {
    /// A reply whose credentials, if any, travel in cookies.
    pub fn of(user: Me) -> Self {
        Self { user, access_token: None, token_type: None, expires_in: None, refresh_token: None }
    }

    /// Adds an access credential that the client keeps itself, and the seconds that it lives.
    pub fn with_access(mut self, token: String, expires_in: u64) -> Self {
        self.access_token = Some(token);
        self.token_type = Some("Bearer".to_owned());
        self.expires_in = Some(expires_in);
        self
    }

    /// Says that the tokens are bound to the client's key.
    pub fn bound(mut self) -> Self {
        self.token_type = self.token_type.map(|_| "DPoP".to_owned());
        self
    }
}

/// `POST /auth/token-for`
#[derive(Clone, Deserialize, Serialize)]
pub struct TokenFor {
    /// The other service: 1 to 40 of `a-z`, `0-9` and `-`.
    pub audience: String,
}

/// The answer to it: the members of RFC 6749 section 5.1.
#[derive(Clone, Deserialize, Serialize)]
pub struct TokenReply {
    /// The token for the other service.
    pub access_token: String,
    /// `Bearer`, or `DPoP` where it is bound to the client's key.
    pub token_type: String,
    /// Seconds that it lives.
    pub expires_in: u64,
}

/// `GET /api/me`: who the server takes the caller for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Me {
    /// The user's id.
    pub id: String,
    /// `user` or `admin`.
    pub role: String,
}

/// `GET /api/account`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Account {
    /// Whose it is.
    pub email: String,
    /// What is in it, in cents.
    pub balance_cents: i64,
    /// The last transfers, newest first.
    pub transfers: Vec<Transfer>,
}

/// `POST /api/transfer`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Transfer {
    /// The receiver's e-mail address.
    pub to: String,
    /// How much, in cents; more than 0.
    pub amount_cents: i64,
}

/// `POST /api/comments`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct NewComment {
    /// The comment's text, at most 1,000 characters.
    pub text: String,
}

/// `GET /api/comments`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Comment {
    /// The author's e-mail address.
    pub author: String,
    /// What was written.
    pub text: String,
}

/// `GET /auth/sessions` and `GET /api/admin/users/{id}/sessions`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct LiveSession {
    /// A public handle, to end it by; it opens nothing.
    pub id: String,
    /// The `User-Agent` of its login.
    pub device: String,
    /// Seconds since the epoch.
    pub created_at: u64,
    /// Seconds since the epoch.
    pub last_used_at: u64,
    /// Seconds since the epoch: when it ends even if it is used.
    pub ends_at: u64,
    /// Whether the request came with it.
    pub current: bool,
}

/// `GET /api/admin/users`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct UserRow {
    /// The user's id.
    pub id: String,
    /// The user's e-mail address.
    pub email: String,
    /// `user` or `admin`.
    pub role: String,
    /// Whether the user is banned.
    pub banned: bool,
}

/// `POST /api/admin/users/{id}/role`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct RoleChange {
    /// `user` or `admin`.
    pub role: String,
}

/// `POST /api/admin/users/{id}/ban`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct BanChange {
    /// True bans, false lifts the ban; true where left out.
    #[serde(default = "yes")]
    pub banned: bool,
}

impl Default for BanChange {
    fn default() -> Self {
        Self { banned: yes() }
    }
}

fn yes() -> bool {
    true
}

/// `POST /api/admin/users/{id}/groups`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct GroupsChange {
    /// The names of all groups that the user is in from now on.
    pub groups: Vec<String>,
}

/// `POST /oauth/introspect` (RFC 7662 section 2.1) and `POST /oauth/revoke` (RFC 7009 section 2.1), as a form.
#[derive(Clone, Deserialize, Serialize)]
pub struct TokenQuery {
    /// The token in question.
    pub token: String,
    /// What the sender takes it for; every kind is looked for all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type_hint: Option<String>,
}

/// The answer to `POST /oauth/introspect` (RFC 7662 section 2.2). Of a token that is not active nothing else is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Introspected {
    /// Whether the token is to be accepted now.
    pub active: bool,
    /// The user's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// `user` or `admin`: what the token may be used for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The client that it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// `Bearer`, or `DPoP` where the tokens are bound to the client's key (RFC 9449 section 5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// Seconds since the epoch: when it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iat: Option<u64>,
    /// Seconds since the epoch: when it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<u64>,
    /// Who made it: the design's origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
}

/// A refusal or a fault: problem details for HTTP APIs (RFC 9457), with a stable reason.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Problem {
    /// `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status code.
    pub status: u16,
    /// The stable name of what happened: `expired`, `revoked`, `bad-signature` ...
    pub reason: String,
    /// One sentence for people.
    pub detail: String,
    /// The error code, where a client may speak OAuth (RFC 6749 section 5.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_ban_bans() {
        let change: BanChange = serde_json::from_str("{}").expect("is JSON");
        assert!(change.banned);
    }
}
