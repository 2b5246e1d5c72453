//! `lockstep forge`: tokens that a careless server would accept, made from one that you have.

mod told;

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, anyhow, bail, ensure};
use clap::{Args, ValueEnum};

use super::inspect::input;
use super::{Found, token};
use crate::inspect::decode::{Jws, compact};
use crate::inspect::forge::{self, Attack, Edit, Forged, Sample, SigningKey};
use crate::inspect::keys::{Keys, Material};
use crate::lab::catalog::Catalog;
use crate::lab::engine::Engine;
use crate::lab::trial::{self, Trial};
use crate::report::Inert;

/// Makes tokens that a careless server would accept, from one that you have; or tries every attack against a design.
///
/// The exit code is 0 where something was forged, 1 where nothing could be, and 2 for bad input. With --all it is 0 where the
/// design refused everything, and 1 where it accepted something.
#[derive(Args)]
#[command(after_long_help = HELP)]
pub(super) struct Forge {
    /// The token to begin with; - reads it from the standard input
    #[arg(value_name = "TOKEN", required_unless_present_any = ["list", "all"], conflicts_with_all = ["list", "all"])]
    token: Option<String>,
    /// An attack to make; repeat for more (default: all that have an object in the token)
    #[arg(long = "attack", value_name = "NAME", value_parser = attack)]
    attacks: Vec<Attack>,
    /// List the attacks
    #[arg(long, conflicts_with_all = ["all", "attacks"])]
    list: bool,
    /// Try every attack against a design, over HTTP, on a server that is started for it
    #[arg(long, requires = "design", conflicts_with = "attacks")]
    all: bool,
    /// The design for --all
    #[arg(long, value_name = "ID", requires = "all")]
    design: Option<String>,
    /// The Redis server for a design that needs one, such as redis://127.0.0.1:6379 (default: a private one, where
    /// redis-server is installed)
    #[arg(long, value_name = "URL", requires = "all")]
    redis: Option<String>,
    /// The server's public key, for key-confusion: PEM, DER, a certificate, a JWK or a set of them
    #[arg(long, value_name = "FILE")]
    public_key: Option<PathBuf>,
    /// An address of yours at which the server would find your key, for jku-elsewhere
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Another token of the server's, for refresh-as-access
    #[arg(long, value_name = "TOKEN")]
    refresh: Option<String>,
    /// A claim to write, such as role='"admin"': JSON, or else a text; repeat for more
    #[arg(long, value_name = "NAME=JSON")]
    set: Vec<String>,
    /// A claim to leave out
    #[arg(long, value_name = "NAME")]
    remove: Vec<String>,
    /// Claims as forgers write them: role (an admin's), longer (ten years), sub=ID, aud=NAME
    #[arg(long, value_name = "NAME")]
    preset: Vec<String>,
    /// Sign the edited token anew, with a private key: PEM, DER or a JWK
    #[arg(long, value_name = "FILE", group = "signing")]
    sign_with: Option<PathBuf>,
    /// Sign the edited token anew, with a secret as text
    #[arg(long, value_name = "TEXT", group = "signing", allow_hyphen_values = true)]
    sign_with_secret: Option<String>,
    /// Sign the edited token anew, with a secret as base64url
    #[arg(long, value_name = "TEXT", group = "signing", allow_hyphen_values = true)]
    sign_with_secret_base64url: Option<String>,
    /// The algorithm to sign with (default: the token's, where the key can)
    #[arg(long, value_name = "ALG", requires = "signing")]
    alg: Option<String>,
    /// A header to write, where the token is signed anew
    #[arg(long, value_name = "NAME=JSON", requires = "signing")]
    set_header: Vec<String>,
    /// A header to leave out, where the token is signed anew
    #[arg(long, value_name = "NAME", requires = "signing")]
    remove_header: Vec<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// Nothing but the tokens, one a line
    Tokens,
}

const HELP: &str = "\
Without --set, --remove and --preset the forged claims are the token's own with \"role\": \"admin\" and ten years more. An
attack never has the server's private key; whoever has one signs with --sign-with, which is no attack.";

impl Forge {
    pub(super) fn run(self, catalog: &Catalog) -> anyhow::Result<Found> {
        let mut out = Inert(std::io::stdout().lock());
        if self.list {
            ensure!(self.format != Format::Tokens, "--list has no tokens to print");
            told::list(&mut out, self.format == Format::Json)?;
            return Ok(Found::AsExpected);
        }
        if self.all {
            return self.try_all(catalog, &mut out);
        }
        let token = token::read(self.token.as_deref().unwrap_or_default())?;
        let edits = self.edits()?;
        if let Some(key) = self.signing_key()? {
            ensure!(self.attacks.is_empty(), "--attack and --sign-with are two different things: choose one");
            let header = edits_of(&self.set_header, &self.remove_header, &[])?;
            let signed = forge::resigned(&token, &edits, &header, &key, self.alg.as_deref());
            let token = signed.map_err(|why| anyhow!("this can't be signed: {why}"))?;
            told::resigned(&mut out, &token, self.format)?;
            return Ok(Found::AsExpected);
        }
        let sample = self.sample(&token, edits)?;
        let wanted = if self.attacks.is_empty() { Attack::ALL.to_vec() } else { self.attacks };
        let made: Vec<(Attack, Result<Vec<Forged>, _>)> =
            wanted.into_iter().map(|attack| (attack, forge::forge(&sample, attack))).collect();
        told::forged(&mut out, &made, self.format)?;
        out.flush()?;
        let any = made.iter().any(|(_, forged)| forged.as_ref().is_ok_and(|forged| !forged.is_empty()));
        Ok(if any { Found::AsExpected } else { Found::Unexpected })
    }

    fn try_all(&self, catalog: &Catalog, out: &mut dyn Write) -> anyhow::Result<Found> {
        ensure!(self.format != Format::Tokens, "--all prints a table: take --format text or json");
        let design = catalog.design(self.design.as_deref().unwrap_or_default())?;
        let engine = Engine::at(self.redis.as_deref())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let trials = runtime.block_on(trial::try_all(design, &engine))?;
        told::trials(out, design, &trials, self.format == Format::Json)?;
        out.flush()?;
        let fell = trials.iter().any(Trial::is_a_hole);
        Ok(if fell { Found::Unexpected } else { Found::AsExpected })
    }

    fn sample(&self, token: &Jws, edits: Vec<Edit>) -> anyhow::Result<Sample> {
        let file = self.public_key.as_deref().map(|path| {
            let named = || format!("--public-key {}", path.display());
            let file = input::file(path).with_context(named)?;
            let set = forge::set_of(&file).with_context(named)?;
            anyhow::Ok((file, set))
        });
        let (public_file, jwks) = file.transpose()?.unzip();
        Ok(Sample {
            access: compact(&token.signing_input, &token.signature),
            refresh: self.refresh.clone(),
            jwks,
            public_file,
            own_url: self.url.clone(),
            edits,
            ..Sample::default()
        })
    }

    fn edits(&self) -> anyhow::Result<Vec<Edit>> {
        edits_of(&self.set, &self.remove, &self.preset)
    }

    fn signing_key(&self) -> anyhow::Result<Option<SigningKey>> {
        if let Some(secret) = &self.sign_with_secret {
            return Ok(Some(SigningKey::Secret(secret.clone().into_bytes())));
        }
        if let Some(secret) = &self.sign_with_secret_base64url {
            let keys = Keys::secret_base64url(secret).context("--sign-with-secret-base64url")?;
            let secret = keys.all.into_iter().find_map(|key| match key.material {
                Material::Secret(secret) => Some(SigningKey::Secret(secret)),
                _ => None,
            });
            return Ok(secret);
        }
        let Some(path) = &self.sign_with else { return Ok(None) };
        let named = || format!("--sign-with {}", path.display());
        let file = input::file(path).with_context(named)?;
        Ok(Some(SigningKey::read(&file).with_context(named)?))
    }
}

fn edits_of(set: &[String], remove: &[String], presets: &[String]) -> anyhow::Result<Vec<Edit>> {
    let presets = presets.iter().map(|text| Edit::preset(text));
    let set = set.iter().map(|text| Edit::set(text));
    let removed = remove.iter().map(|name| Ok(Edit::Remove(name.clone())));
    Ok(presets.chain(set).chain(removed).collect::<Result<_, _>>()?)
}

fn attack(name: &str) -> anyhow::Result<Attack> {
    let found = Attack::ALL.into_iter().find(|attack| attack.name() == name);
    let Some(attack) = found else {
        let names: Vec<&str> = Attack::ALL.iter().map(|attack| attack.name()).collect();
        bail!("there are {}", names.join(", "));
    };
    Ok(attack)
}
