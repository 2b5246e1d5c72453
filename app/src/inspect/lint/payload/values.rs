//! Values that nobody should write where everybody can read them, told by their names or by their shape.

use serde_json::Value;

use crate::inspect::lint::Findings;

/// What a value gives away; the worse come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Told {
    Password,
    Key,
    Card,
    SocialSecurity,
    Token,
    Person,
}

/// Parts of names, as words in lower case without signs between them.
const PASSWORDS: [&str; 7] = ["password", "passwd", "passphrase", "pwd", "pin", "pincode", "otp"];
const KEYS: [&str; 8] =
    ["secret", "clientsecret", "apikey", "privatekey", "secretkey", "accesskey", "signingkey", "encryptionkey"];
const TOKENS: [&str; 6] = ["accesstoken", "refreshtoken", "idtoken", "sessionid", "sessiontoken", "csrftoken"];
const CARDS: [&str; 6] = ["cardnumber", "creditcard", "ccnumber", "cvv", "cvc", "pan"];
const SOCIAL: [&str; 4] = ["ssn", "socialsecuritynumber", "nationalid", "taxid"];
const PEOPLE: [&str; 12] = [
    "email",
    "mail",
    "phone",
    "phonenumber",
    "address",
    "birthdate",
    "dateofbirth",
    "dob",
    "iban",
    "gender",
    "passport",
    "medicalrecord",
];

/// What a value gives away, if anything.
pub(super) fn told(name: &str, value: &Value) -> Option<Told> {
    let worth = match value {
        Value::String(text) => !text.is_empty(),
        Value::Number(_) => true,
        // An address of OpenID Connect is an object; what is in it comes by itself.
        Value::Object(_) => return (name == "address").then_some(Told::Person),
        _ => false,
    };
    if !worth {
        return None;
    }
    let word: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let groups = [
        (&PASSWORDS[..], Told::Password),
        (&KEYS, Told::Key),
        (&CARDS, Told::Card),
        (&SOCIAL, Told::SocialSecurity),
        (&TOKENS, Told::Token),
        (&PEOPLE, Told::Person),
    ];
    let named = groups.iter().find(|(words, _)| words.contains(&word.as_str())).map(|(_, told)| *told);
    let by_end = || word.ends_with("password").then_some(Told::Password);
    let by_value = || match value {
        Value::String(text) => shape(text),
        Value::Number(number) => is_card(&number.to_string()).then_some(Told::Card),
        _ => None,
    };
    named.or_else(by_end).or_else(by_value)
}

/// What a text is by its shape alone.
fn shape(text: &str) -> Option<Told> {
    let starts = |with: &[&str]| with.iter().any(|with| text.starts_with(with));
    if starts(&["$2a$", "$2b$", "$2y$", "$argon2", "$pbkdf2", "$scrypt$", "$5$", "$6$", "{SSHA}"]) {
        return Some(Told::Password);
    }
    if text.contains("-----BEGIN") && text.contains("PRIVATE KEY") || starts(&["AKIA", "ghp_", "xoxb-", "sk_live_"]) {
        return Some(Told::Key);
    }
    if text.len() > 60 && text.starts_with("ey") && text.matches('.').count() == 2 {
        return Some(Told::Token);
    }
    if is_card(text) {
        return Some(Told::Card);
    }
    if is_social_security(text) {
        return Some(Told::SocialSecurity);
    }
    is_email(text).then_some(Told::Person)
}

/// A number of 13 to 19 digits, in groups or not, that begins like a card's and whose check digit holds (ISO/IEC 7812).
fn is_card(text: &str) -> bool {
    // A number of nineteen digits has at most as many signs between them.
    if text.len() > 40 || !text.starts_with(['2', '3', '4', '5', '6']) {
        return false;
    }
    let bare: String = text.chars().filter(|c| ![' ', '-'].contains(c)).collect();
    if !(13..=19).contains(&bare.len()) || !bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let digits = bare.bytes().rev().map(|byte| u32::from(byte - b'0')).enumerate();
    digits.map(|(at, digit)| if at % 2 == 1 { doubled(digit) } else { digit }).sum::<u32>() % 10 == 0
}

/// `123-45-6789`
fn is_social_security(text: &str) -> bool {
    let shape = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
    text.len() == 11 && text.bytes().map(shape).eq(*b"000-00-0000")
}

fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else { return false };
    let plain = |part: &str| !part.is_empty() && !part.contains(['@', '/', ':']) && !part.contains(char::is_whitespace);
    text.len() <= 254 && plain(user) && plain(host) && host.contains('.') && !host.ends_with('.')
}

impl Told {
    pub(super) fn say(self, places: &str, out: &mut Findings) {
        const SOURCE: &str = "RFC 7519 section 12";
        let why =
            "The payload is signed and not encrypted: every log, browser and proxy that sees the token can read it.";
        match self {
            Self::Password => {
                out.high("password-inside", SOURCE, format!("A password, or its hash, stands in {places}"), why)
            }
            Self::Key => out.high("secret-inside", SOURCE, format!("A secret or a key stands in {places}"), why),
            Self::Card => {
                out.high("card-inside", SOURCE, format!("The number of a payment card stands in {places}"), why)
            }
            Self::SocialSecurity => {
                out.high("national-id-inside", SOURCE, format!("A social security number stands in {places}"), why);
            }
            Self::Token => out.medium("token-inside", SOURCE, format!("Another credential stands in {places}"), why),
            Self::Person => out.low("personal-data", SOURCE, format!("It tells who its owner is, in {places}"), why),
        }
    }
}
