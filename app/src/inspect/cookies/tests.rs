//! Questions as they come from outside, and the answers.

use serde_json::json;

use super::*;

fn ask(question: Value) -> Value {
    answer(&question, LabTime::START).expect("the test's question can be understood")
}

#[test]
fn what_is_stored_is_sent() {
    let answer = ask(json!({
        "set_cookie": ["Set-Cookie: a=b; Path=/; Secure", "c=d; Path=/api", "__Host-e=f"],
        "url": "http://x.localhost/", "then": "http://x.localhost/api/me",
    }));
    assert_eq!(answer["schema"], "lockstep.cookies/1");
    assert_eq!(answer["sent"], "c=d; a=b");
    assert_eq!(answer["stored"][0]["name"], "a");
    assert_eq!(answer["stored"][0]["attributes"]["secure"], true);
    assert_eq!(answer["rejected"][0]["cookie"], "__Host-e=f");
    assert_eq!(answer["rejected"][0]["rule"], "host-prefix");
    assert_eq!(answer["rejected"][0]["section"], "5.7 step 21");
    assert_eq!(answer["withheld"], json!([]));
    assert_eq!(answer.get("table"), None);
}
