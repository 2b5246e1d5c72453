//! A comparison as JSON, for other programs: the schema that its first member names.

use std::io::{self, Write};

use crate::lab::outcome::Comparison;

/// Writes the comparison on one line.
pub(crate) fn write(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let mut line = serde_json::to_vec(comparison)?;
    line.push(b'\n');
    out.write_all(&line)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_contract_is_kept_to_the_letter() {
        let mut out = Vec::new();
        write(&sample::comparison(vec![sample::log_out()]), &mut out).expect("a Vec takes all");
        let expected = concat!(
            r#"{"schema":"lockstep.compare/1","cells":[{"design":"jwt-stateless","scenario":"log-out","#,
            r#""thief":"access","status":"ran","actors":{"#,
            r#""laptop":{"verdict":"out","after_s":0,"effect":"sooner","acted":false,"role_after_s":0},"#,
            r#""phone":{"verdict":"out","after_s":86340,"effect":"none","acted":true,"role_after_s":null},"#,
            r#""attacker":{"verdict":"out","after_s":86340,"effect":"none","acted":true,"role_after_s":null},"#,
            r#""bystander":{"verdict":"out","after_s":86340,"effect":"none","acted":true,"role_after_s":null}},"#,
            r#""detected":false,"expected":"0s = = =","as_expected":true,"exchanges":160,"bytes_up":61234,"#,
            r#""bytes_down":40210,"store_reads":0,"store_writes":1,"wall_ms":41,"#,
            r#""why":"The token's signature holds until it expires.","deciding":[12,47],"#,
            r#""mismatch":null,"ends":["laptop"],"steps":[],"evidence":[]}],"#,
            r#""totals":{"cells":1,"ran":1,"not_applicable":0,"broken":0,"unexpected":0,"#,
            r#""logins":2,"exchanges":160,"wall_ms":55,"floor_ms":15},"#,
            r#""floor":{"hashes":2,"hash_us":14200,"exchanges":160,"exchange_us":22,"cores":2},"#,
            r#""designs":[],"scenarios":[]}"#,
            "\n",
        );
        assert_eq!(String::from_utf8(out).expect("is UTF-8"), expected);
    }

    #[test]
    fn what_is_not_known_is_null() {
        let mut out = Vec::new();
        write(&sample::comparison(vec![sample::broken("x", "y")]), &mut out).expect("a Vec takes all");
        let text = String::from_utf8(out).expect("is UTF-8");
        for part in
            ["\"thief\":null", "\"status\":\"broken\"", "\"expected\":null,\"as_expected\":null", "\"actors\":{}"]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn a_closed_pipe_is_told_to_the_caller() {
        let error = write(&sample::comparison(vec![]), &mut sample::ClosedPipe).expect_err("is closed");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
