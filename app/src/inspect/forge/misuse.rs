//! Genuine credentials in the wrong place: nothing is forged but the use that is made of them.

use super::{Forged, NotApplicable, Sample, not_applicable};

/// A refresh token as an access token.
pub(super) fn refresh(sample: &Sample) -> Result<Vec<Forged>, NotApplicable> {
    let token = sample.refresh.clone().ok_or_else(|| not_applicable("there is no refresh token"))?;
    Ok(vec![Forged::new("the refresh token", token)])
}

/// A token for another service.
pub(super) fn audience(sample: &Sample) -> Result<Vec<Forged>, NotApplicable> {
    let none = || not_applicable("the server signs no tokens for other services");
    let token = sample.elsewhere.clone().ok_or_else(none)?;
    Ok(vec![Forged::new("the token for another service", token)])
}

/// A token with the proof that came with it.
pub(super) fn proof(sample: &Sample) -> Result<Vec<Forged>, NotApplicable> {
    let none = || not_applicable("no proof of possession goes with the credential: there is none to send again");
    let proof = Some(sample.proof.clone().ok_or_else(none)?);
    Ok(vec![Forged { proof, ..Forged::new("the token and the proof, as they were seen", sample.access.clone()) }])
}
