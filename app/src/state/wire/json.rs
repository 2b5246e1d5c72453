//! Exchanges as data, to be kept and looked at elsewhere.

use std::io::Write;

use serde_json::{Value, json};

use super::told;
use crate::lab::exchange::{Exchange, Purpose};
use crate::lab::headers::Headers;
use crate::state::command::Side;
use crate::state::traffic::Row;

/// One exchange, readable.
pub(crate) fn one(row: &Row) -> String {
    // A value that was made of text and figures can always be written.
    serde_json::to_string_pretty(&value(row)).unwrap_or_default()
}

/// Many exchanges, one a line, so that a file of a million can be read as it comes.
///
/// # Errors
///
/// What the writer says.
pub(crate) fn all<'a>(rows: impl Iterator<Item = &'a Row>, out: &mut dyn Write) -> std::io::Result<u64> {
    out.write_all(b"{\"schema\":\"lockstep.exchanges/1\",\"exchanges\":[")?;
    let mut count = 0;
    for row in rows {
        out.write_all(if count == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &value(row))?;
        count += 1;
    }
    out.write_all(b"\n]}\n")?;
    Ok(count)
}

/// Everything that is known of an exchange.
pub(crate) fn value(row: &Row) -> Value {
    let exchange: &Exchange = &row.exchange;
    let headers = |all: &Headers| all.iter().map(|(name, value)| json!([name, value])).collect::<Vec<_>>();
    let cookies: Vec<Value> = exchange
        .cookies
        .iter()
        .map(|cookie| {
            json!({
                "name": cookie.name, "value": cookie.value, "domain": cookie.domain, "path": cookie.path,
                "sent": cookie.sent, "rule": cookie.rule.id(), "why": cookie.rule.why(),
            })
        })
        .collect();
    let received: Vec<Value> = exchange
        .received
        .iter()
        .map(|receipt| {
            let (name, what, why) = told::received(receipt);
            json!({ "name": name, "what": what, "why": why })
        })
        .collect();
    json!({
        "lane": match row.side { Side::Left => "left", Side::Right => "right" },
        "number": exchange.number,
        "at": exchange.at.to_string(),
        "actor": exchange.actor.name(),
        "purpose": match exchange.purpose {
            Purpose::Action => "action",
            Purpose::Probe => "probe",
            Purpose::Renewal => "renewal",
        },
        "micros": exchange.micros,
        "request": {
            "method": exchange.method, "path": exchange.path,
            "headers": headers(&exchange.request_headers), "body": exchange.request_body,
        },
        "response": {
            "status": exchange.status,
            "headers": headers(&exchange.response_headers), "body": exchange.response_body,
        },
        "cookies": cookies,
        "set_cookies": received,
        "server": exchange.trace.acts,
        "decided": told::decided(exchange, |at| at.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::traffic::made::probes;

    #[test]
    fn an_exchange_is_whole_as_data() {
        let row = Row { side: Side::Right, exchange: probes(10..11).remove(0) };
        let read: Value = serde_json::from_str(&one(&row)).expect("is JSON");
        assert_eq!(read["lane"], "right");
        assert_eq!(read["response"]["status"], 401);
        assert_eq!(read["request"]["headers"][1], json!(["accept", "application/json"]));
        assert_eq!(read["cookies"][0]["rule"], "within-site");
        assert_eq!(read["decided"], "revoked: the record is gone from the store");
        assert_eq!(read["server"][0]["act"]["did"], "store-read");
    }
}
