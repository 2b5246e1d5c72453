//! What can be made of an exchange and of many: filters, owners of credentials, command lines, files.

pub(crate) mod credential;
pub(crate) mod curl;
pub(crate) mod find;
pub(crate) mod json;
pub(crate) mod query;
pub(crate) mod told;
