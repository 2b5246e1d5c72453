//! Registering, logging in and out, refreshing, changing the password, and one's own sessions.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lockstep_shared::api::{Credentials, LiveSession, Me, PasswordChange, RefreshRequest, TokenFor, TokenReply};
use lockstep_shared::design::Carrier;
use lockstep_shared::trace::Act;

use crate::call::{Call, TheCall};
use crate::credential::{Caller, Issued};
use crate::error::{Answer, Problem};
use crate::host::append_cookie;
use crate::input::{Input, Named, OptionalInput};
use crate::mechanism::cookies::{self, Presented};
use crate::mistake;
use crate::password;
use crate::users::{Role, User};

/// OWASP ASVS 5.0 V6.2.1 asks for 8 characters at least; the upper bound keeps hashing cheap to refuse.
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 8..=256;
const MOST_EMAIL_CHARS: usize = 254;
const MOST_AUDIENCE: usize = 40;

/// The credentials of any request, whether they hold or not.
pub(crate) struct Holds(pub(crate) Presented);

impl<S: Send + Sync> FromRequestParts<S> for Holds {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let Ok(call) = TheCall::from_request_parts(parts, state).await;
        Ok(Self(Presented::read(&call.door.design, &parts.headers)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        let Ok(call) = TheCall::from_request_parts(parts, state).await;
        let presented = Presented::read(&call.door.design, &parts.headers);
        let caller = match &call.door.resource {
            Some(resource) if parts.uri.path().starts_with("/api/") => resource.authenticate(&call, &presented).await?,
            _ => call.door.credential.authenticate(&call, &presented).await?,
        };
        if !parts.method.is_safe() {
            call.door.credential.commit(&call).await?;
        }
        Ok(caller)
    }
}

/// `POST /auth/register`: 201 with the new user, who still has to log in.
pub(crate) async fn register(call: TheCall, Input(new): Input<Credentials>) -> Answer<(StatusCode, Json<Me>)> {
    let email = new.email.trim();
    let looks_right =
        email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    if !looks_right
        || email.chars().count() > MOST_EMAIL_CHARS
        || email.chars().any(|c| c.is_control() || c.is_whitespace())
    {
        return Err(unprocessable("bad-email", "this is no e-mail address"));
    }
    check_new_password(&new.password)?;
    let (phc, micros) = password::hash(new.password.clone()).await?;
    call.did_in(Act::PasswordHashed, micros);
    let user = call.door.disk.users.add(email, phc, Role::User)?;
    mistake::client_hashes_password::note(&call, email, &new.password).await?;
    Ok((StatusCode::CREATED, Json(Me { id: user.id, role: user.role.name().to_owned() })))
}

/// `POST /auth/login`: one answer, in one time, for a wrong password and for an unknown user.
pub(crate) async fn log_in(
    call: TheCall,
    Holds(presented): Holds,
    headers: HeaderMap,
    Input(given): Input<Credentials>,
) -> Answer<Response> {
    call.door.credential.prove(&call, &presented)?;
    let user = call.door.disk.users.by_email(given.email.trim());
    let right = is_right(&call, given.password, user.as_ref()).await?;
    let Some(user) = user.filter(|_| right) else {
        return Err(Problem::unproven("wrong-credentials", "e-mail address and password do not belong together"));
    };
    if user.banned {
        return Err(Problem::forbidden("banned", "this user is banned"));
    }
    issue(&call, &user, &headers, &presented).await
}

/// `POST /auth/refresh`
pub(crate) async fn refresh(
    call: TheCall,
    Holds(mut presented): Holds,
    OptionalInput(body): OptionalInput<RefreshRequest>,
) -> Answer<Response> {
    // A design reads the token from one place only, so that a page can't choose an easier one.
    if call.door.design.carry.refresh != Some(Carrier::Cookie) {
        presented.refresh = body.refresh_token;
    }
    call.door.credential.prove(&call, &presented)?;
    let issued = call.door.credential.renew(&call, &presented).await?;
    Ok(hand_over(&call, issued))
}

/// `POST /auth/logout`: 204, and the credential that came with it is ended as far as the design can.
pub(crate) async fn log_out(
    call: TheCall,
    Holds(mut presented): Holds,
    OptionalInput(body): OptionalInput<RefreshRequest>,
) -> Answer<Response> {
    offered(&call)?;
    if call.door.design.carry.refresh != Some(Carrier::Cookie) {
        presented.refresh = body.refresh_token;
    }
    call.door.credential.prove(&call, &presented)?;
    call.door.credential.log_out(&call, &presented).await?;
    Ok(cleared(&call))
}

/// `POST /auth/logout-everywhere`
pub(crate) async fn log_out_everywhere(call: TheCall, caller: Caller) -> Answer<Response> {
    offered(&call)?;
    call.door.credential.end_all(&call, &caller.user, "log-out everywhere").await?;
    Ok(cleared(&call))
}

/// `POST /auth/password`: asks for the current one, ends everything, and gives this device fresh credentials.
pub(crate) async fn change_password(
    call: TheCall,
    caller: Caller,
    Holds(presented): Holds,
    headers: HeaderMap,
    Input(change): Input<PasswordChange>,
) -> Answer<Response> {
    let users = &call.door.disk.users;
    let user = users.by_id(&caller.user).ok_or_else(crate::users::unknown_user)?;
    if !is_right(&call, change.current, Some(&user)).await? {
        return Err(Problem::forbidden("wrong-password", "the current password is not right"));
    }
    check_new_password(&change.new)?;
    let (phc, micros) = password::hash(change.new).await?;
    call.did_in(Act::PasswordHashed, micros);
    let user = users.set_phc(&user, phc)?;
    call.door.credential.end_all(&call, &user.id, "a password change").await?;
    issue(&call, &user, &headers, &presented).await
}

/// `POST /auth/token-for`: a token of the bank's for another service, by which that one knows the user. The bank itself must
/// take it for nothing.
pub(crate) async fn token_for(
    call: TheCall,
    caller: Caller,
    Input(wanted): Input<TokenFor>,
) -> Answer<Json<TokenReply>> {
    let name = wanted.audience.as_str();
    let is_name = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-';
    if !(1..=MOST_AUDIENCE).contains(&name.len()) || !name.bytes().all(is_name) {
        return Err(unprocessable("bad-audience", "the name of a service has 1 to 40 of a-z, 0-9 and -"));
    }
    if call.door.design.jwt.as_ref().is_some_and(|jwt| jwt.audience == name) {
        return Err(unprocessable("bad-audience", "a token for the bank itself comes from logging in"));
    }
    call.door.credential.issue_for(&call, &caller, name).await.map(Json)
}

/// `GET /auth/sessions`
pub(crate) async fn sessions(call: TheCall, caller: Caller, Holds(presented): Holds) -> Answer<Json<Vec<LiveSession>>> {
    call.door.credential.live(&call, &caller.user, &presented).await.map(Json)
}

/// `DELETE /auth/sessions/{id}`
pub(crate) async fn end_session(call: TheCall, caller: Caller, Named(id): Named<String>) -> Answer<StatusCode> {
    match call.door.credential.end_one(&call, &caller.user, &id, "its user").await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(no_such_session()),
    }
}

/// `GET /.well-known/jwks.json`
pub(crate) async fn jwks(call: TheCall) -> Answer<Json<serde_json::Value>> {
    let keys = call.door.disk.keys.as_ref().and_then(|keys| keys.jwks(call.now));
    keys.map(Json).ok_or_else(|| Problem::not_in_this_design("this design has no public key"))
}

pub(crate) fn no_such_session() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "no-such-session", "this user has no live session with this id")
}

/// Issues credentials to a user as read before the password was checked, which takes its time.
async fn issue(call: &Call, user: &User, headers: &HeaderMap, presented: &Presented) -> Answer<Response> {
    let device = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("unknown device");
    let device: String = device.chars().take(120).collect();
    let issued = call.door.credential.issue(call, user, &device, presented).await?;
    // A ban or a new password ends what is there at that moment. What comes a moment later is not handed out: because this
    // is asked after issuing, no order of the two lets anything slip through.
    call.door.disk.users.still(user)?;
    let mut response = hand_over(call, issued);
    if let Some(line) = cookies::set_csrf(&call.door.design) {
        append_cookie(response.headers_mut(), &line);
    }
    Ok(response)
}

/// The answer that carries fresh credentials. Cookies that were only to be kept alive would replace them, and are dropped.
fn hand_over(call: &Call, issued: Issued) -> Response {
    call.take_cookies();
    let mut response = Json(issued.reply).into_response();
    for line in &issued.cookies {
        append_cookie(response.headers_mut(), line);
    }
    response
}

/// The answer that clears the client's cookies, those that were about to be kept alive included.
fn cleared(call: &Call) -> Response {
    call.take_cookies();
    let mut response = StatusCode::NO_CONTENT.into_response();
    for line in cookies::clear(&call.door.design) {
        append_cookie(response.headers_mut(), &line);
    }
    response
}

/// Whether this design has a log-out at all.
fn offered(call: &Call) -> Answer<()> {
    match call.door.credential.has_log_out(&call.door.design) {
        true => Ok(()),
        false => Err(Problem::not_in_this_design(
            "the server keeps nothing of this token and can't take it from the client: forget it there",
        )),
    }
}

/// Whether this is the user's password. It takes as long where there is no such user.
async fn is_right(call: &Call, given: String, user: Option<&User>) -> Answer<bool> {
    let mistakes = &call.door.design.mistakes;
    if let Some(right) = mistake::client_hashes_password::verify(call, mistakes, &given, user).await? {
        return Ok(right);
    }
    let (right, micros) = password::verify(given, user.map(|user| user.phc.clone())).await?;
    call.did_in(Act::PasswordHashed, micros);
    Ok(right)
}

fn check_new_password(password: &str) -> Answer<()> {
    match PASSWORD_CHARS.contains(&password.chars().count()) {
        true => Ok(()),
        false => Err(unprocessable("bad-password", "a password has 8 to 256 characters")),
    }
}

fn unprocessable(reason: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, reason, detail)
}
