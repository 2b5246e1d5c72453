//! An exchange as a command line for curl that does the same again.

use std::fmt::Write as _;

use url::Url;

use crate::inspect::plain::is_unseen;
use crate::lab::exchange::Exchange;

/// The command for a POSIX shell; `address` is the lane's, `<design>.localhost:8787`.
///
/// It reaches this machine alone, whatever the resolver says of `*.localhost`, and takes no proxy.
pub(crate) fn command(exchange: &Exchange, address: &str) -> String {
    let page = Url::parse(&format!("http://{address}/"));
    let url = page.and_then(|page| page.join(&exchange.path));
    let url = match &url {
        Ok(url) => url.as_str().to_owned(),
        // It can't have been sent either, and curl says why.
        Err(_) => format!("http://{address}{}", exchange.path),
    };
    let mut command = String::from("curl -sS -i -g --path-as-is --noproxy '*'");
    if let Ok(parsed) = Url::parse(&url)
        && let Some(host) = parsed.host_str().filter(|host| *host == "localhost" || host.ends_with(".localhost"))
    {
        let port = parsed.port_or_known_default().unwrap_or(80);
        option(&mut command, "--resolve", &format!("{host}:{port}:127.0.0.1"));
    }
    let body = exchange.request_body.as_deref();
    match (exchange.method, body) {
        // With -X curl would wait for a body that never comes.
        ("HEAD", _) => command.push_str(" -I"),
        ("GET", None) => {}
        (method, _) => option(&mut command, "-X", method),
    }
    for (name, value) in exchange.request_headers.iter() {
        // A header without a value is written with a semicolon, or curl takes it away.
        let line = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
        option(&mut command, "-H", &line);
    }
    // What curl would add by itself was not sent.
    let sent = |wanted: &str| exchange.request_headers.get(wanted).is_some();
    for name in ["user-agent", "accept", "content-type"] {
        if !sent(name) && (name != "content-type" || body.is_some()) {
            option(&mut command, "-H", &format!("{name}:"));
        }
    }
    match body {
        Some(body) if body.contains(is_unseen) => {
            // Such characters would do something to the terminal that they are pasted into.
            command.push_str(" --data-binary @-");
            argument(&mut command, &url);
            return format!("printf '{}' | {command}", octal(body));
        }
        Some(body) => option(&mut command, "--data-raw", body),
        None => {}
    }
    argument(&mut command, &url);
    command
}

fn option(command: &mut String, name: &str, value: &str) {
    command.push(' ');
    command.push_str(name);
    argument(command, value);
}

/// One argument, quoted where a shell would see more in it.
fn argument(command: &mut String, value: &str) {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+%".contains(c);
    command.push(' ');
    if !value.is_empty() && value.chars().all(is_plain) {
        return command.push_str(value);
    }
    command.push('\'');
    command.push_str(&value.replace('\'', r"'\''"));
    command.push('\'');
}

/// What printf writes out as this text, in printable ASCII without quotation marks.
fn octal(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    for octet in text.bytes() {
        match octet {
            b'%' => safe.push_str("%%"),
            b' '..=b'~' if octet != b'\\' && octet != b'\'' => safe.push(char::from(octet)),
            // Writing into a string can't fail.
            _ => drop(write!(safe, "\\{octet:03o}")),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::state::traffic::made::{Made, PROBE, exchange};

    /// What a shell makes of the command's arguments, where curl is a function that prints them.
    fn as_the_shell_sees_it(command: &str) -> (Vec<String>, String) {
        let script = format!(
            "curl() {{ for a in \"$@\"; do printf '%s\\0' \"$a\"; done; printf '\\0'; case \"$*\" in *@-*) cat;; esac; }}\n{command}"
        );
        let output = Command::new("sh").arg("-c").arg(script).output().expect("there is a shell");
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("is text");
        let (arguments, input) = text.split_once("\0\0").expect("the arguments end");
        (arguments.split('\0').map(str::to_owned).collect(), input.to_owned())
    }

    #[test]
    fn hostile_values_stay_values() {
        let hostile = [
            "'; touch /tmp/lockstep-was-here; '",
            "$(reboot) `reboot` ${HOME} \\ \" ! # ~ * ? [a-b] {c,d} | & ; < > ( )",
            "-o /etc/passwd",
            "@/etc/passwd",
            "100% %s \\n \\0101",
            "line\nfeed \u{1b}]0;title\u{7} \u{202e} 'q' %d \\",
            "--",
        ];
        for value in hostile {
            let mut made = exchange(Made { method: "POST", path: "/auth/login", ..PROBE });
            made.request_body = Some(value.to_owned());
            if !value.contains(is_unseen) {
                made.request_headers.push("x-odd", value);
            }
            let (arguments, input) = as_the_shell_sees_it(&command(&made, "bank.localhost:8787"));
            match value.contains(is_unseen) {
                true => assert_eq!(input, value),
                false => {
                    assert!(arguments.contains(&format!("x-odd: {value}")), "{arguments:?}");
                    let at = arguments.iter().position(|one| one == "--data-raw").expect("has a body");
                    assert_eq!(arguments[at + 1], value);
                }
            }
            assert!(!command(&made, "bank.localhost:8787").contains(is_unseen), "nothing in it moves a terminal");
            assert_eq!(arguments.last().map(String::as_str), Some("http://bank.localhost:8787/auth/login"));
        }
    }

    #[test]
    fn names_of_this_machine_are_resolved_and_no_others() {
        let mut made = exchange(PROBE);
        let (arguments, _) = as_the_shell_sees_it(&command(&made, "bank.localhost:8787"));
        let after = |name: &str| {
            let at = arguments.iter().position(|one| one == name)?;
            arguments.get(at + 1).cloned()
        };
        assert_eq!(after("--resolve").as_deref(), Some("bank.localhost:8787:127.0.0.1"));
        assert_eq!(after("-X"), None);
        made.path = "http://evil.example/a b?c[1]=$(id)".to_owned();
        let (arguments, _) = as_the_shell_sees_it(&command(&made, "bank.localhost:8787"));
        assert!(!arguments.contains(&"--resolve".to_owned()));
        assert_eq!(arguments.last().map(String::as_str), Some("http://evil.example/a%20b?c[1]=$(id)"));
    }
}
