//! Scripts that can't be run or measured are refused with the file, the step and the reason.

use super::*;

const HEAD: &str = "title = \"T\"\nquestion = \"Q?\"\ngroup = \"ending\"\n";

fn with_steps(steps: &str) -> String {
    format!("{HEAD}steps = [{steps}]\n")
}

fn parse(text: &str) -> anyhow::Result<Scenario> {
    Scenario::parse("mine", "scenarios/mine.toml", text)
}

const STOLEN: &str = r#"title = "T"
question = "Q?"
group = "ending"
claims = [33, 44]
thief = ["access", "everything"]
steps = [
  { laptop = "log-in" }, { phone = "log-in" }, { admin = "log-in" },
  { attacker = "steal", from = "laptop", by = "device" },
  { advance = "90s" },
  { phone = "refresh", only = "access" },
  { laptop = "log-out", mark = true },
  { laptop = "hold", at = "before-save", doing = "open-account" }, { server = "restart" }, { laptop = "release" },
  { everyone = "keep-trying", quiet = ["bystander"], every = { phone = "45m" } },
]
[expect.access]
jwt-cookie = "0s = = -"
[expect.everything]
jwt-cookie = "- = <=5m -  no-alarm"
"#;

#[test]
fn a_whole_scenario_is_read() {
    let scenario = parse(STOLEN).expect("is good");
    assert_eq!((scenario.group, scenario.claims.as_slice()), (Group::Ending, [33, 44].as_slice()));
    let script: Vec<String> = scenario.steps.iter().map(ToString::to_string).collect();
    assert_eq!(
        script[3..],
        [
            "attacker: steal from laptop by device",
            "advance 90s",
            "phone: refresh",
            "laptop: log-out",
            "laptop: hold open-account at before-save",
            "server: restart",
            "laptop: release",
            "everyone: keep-trying, bystander quiet, phone every 45m",
        ]
    );
    let everything = Some(Thief::Everything);
    assert_eq!(scenario.worlds(), [Some(Thief::Access), everything]);
    let numbers: Vec<usize> = scenario.steps_in(everything).map(|(number, _)| number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 7, 8, 9, 10, 11], "step 6 happens in the other world alone");
    assert_eq!(scenario.quiet_in(Some(Thief::Access)), [Actor::Bystander]);
    assert_eq!(scenario.quiet_in(everything), [Actor::Laptop, Actor::Bystander]);
    assert_eq!(scenario.expected(everything, "jwt-cookie").map(Expectation::text), Some("- = <=5m - no-alarm"));
    assert_eq!(scenario.expected(everything, "jwt-refresh"), None);
}

#[test]
fn what_happens_to_the_server_reads_as_a_script() {
    let text = with_steps(
        "{ server = \"add-node\" }, { server = \"add-node\", skew = \"-90s\" }, { admin = \"log-in\", node = 2 },
         { admin = \"grant-groups\", count = 300 }, { server = \"restart\", new_keys = true }, { laptop = \"log-in\" },
         { server = \"move\", to = \"new-bank\", mark = true }, { everyone = \"keep-trying\", for = \"2h\" }",
    );
    let script: Vec<String> = parse(&text).expect("is good").steps.iter().map(ToString::to_string).collect();
    let wanted = [
        "server: add-node",
        "server: add-node whose clock is off by -90s",
        "admin: log-in at node 2",
        "admin: grant-groups to the victim, 300 of them",
        "server: restart with new keys",
        "laptop: log-in",
        "server: move to new-bank.localhost",
        "everyone: keep-trying for 2h",
    ];
    assert_eq!(script, wanted);
}

#[test]
fn with_no_thief_there_is_one_world() {
    let text = with_steps("{ laptop = \"probe\", mark = true }") + "[expect]\njwt-cookie = \"never never never never\"";
    let scenario = parse(&text).expect("is good");
    assert_eq!(scenario.worlds(), [None]);
    assert!(scenario.expected(None, "jwt-cookie").is_some());
}

#[test]
fn a_scenario_of_one_world_can_be_held_against_one_of_the_baselines() {
    let scenario = |baseline: &str| parse(&format!("{baseline}{}", with_steps("{ laptop = \"probe\", mark = true }")));
    let alone = scenario("").expect("is good");
    assert_eq!(alone.baseline_of(Actor::Phone, None), None);
    let held = scenario("baseline = \"everything\"\n").expect("is good");
    let worlds = [Actor::Attacker, Actor::Phone, Actor::Laptop].map(|actor| held.baseline_of(actor, None));
    // In that world of the baseline nobody asks as the laptop.
    assert_eq!(worlds, [Some(Thief::Everything), Some(Thief::Everything), Some(Thief::Access)]);
    let stolen = parse(STOLEN).expect("is good");
    assert_eq!(stolen.baseline_of(Actor::Laptop, Some(Thief::Everything)), Some(Thief::Everything));
}

#[test]
fn steps_with_options_are_told_with_them() {
    let steps = [
        ("attacker = \"steal\", from = \"laptop\", by = \"script\"", "attacker: steal from laptop by script"),
        (
            "attacker = \"steal\", from = \"laptop\", by = \"wire\", seen = \"open-account\"",
            "attacker: steal from laptop by wire, seen in open-account",
        ),
        ("attacker = \"ride\", on = \"laptop\"", "attacker: ride on laptop"),
        ("laptop = \"lose-answer\", doing = \"refresh\"", "laptop: lose-answer to refresh"),
        ("everyone = \"stay-busy\", for = \"11h\", every = \"20m\"", "everyone: stay-busy for 11h, every 20m"),
        ("attacker = \"wait-for-expiry\"", "attacker: wait-for-expiry"),
    ];
    for (step, told) in steps {
        let before = "{ laptop = \"log-in\" }, { laptop = \"open-account\" }";
        let text = with_steps(&format!("{before}, {{ {step} }}, {{ laptop = \"probe\", mark = true }}"));
        assert_eq!(parse(&text).expect(step).steps[2].to_string(), told);
    }
}

#[test]
fn bad_steps_are_refused_by_number_and_reason() {
    let cases = [
        ("\"log-in\"", "step 1: a step is a table"),
        ("{ laptop = \"log-in\" }, { laptop = \"explode\" }", "step 2: unknown verb `explode`: the verbs are log-in, "),
        ("{ laptop = \"log-ot\" }", "did you mean `log-out`?"),
        ("{ laptop = 5 }", "`laptop`: write its verb in quotes"),
        ("{ mark = true }", "nobody does this step"),
        ("{ lapdog = \"log-in\" }", "`lapdog`: did you mean `laptop`?"),
        ("{ laptop = \"log-in\", phone = \"log-in\" }", "`laptop` and `phone` in one step"),
        ("{ laptop = \"log-in\", mark = 1 }", "`mark`: write true"),
        ("{ laptop = \"log-in\", only = \"both\" }", "`only`: write \"access\" or \"everything\""),
        ("{ laptop = \"log-in\", fast = true }", "`log-in` takes no `fast`"),
        ("{ laptop = \"ban\" }", "laptop can't `ban`: only the admin does that"),
        ("{ server = \"log-in\" }", "server can't `log-in`"),
        ("{ attacker = \"log-in\" }", "attacker can't `log-in`: that takes a password"),
        ("{ attacker = \"change-password\" }", "attacker can't `change-password`"),
        ("{ laptop = \"steal\", from = \"phone\", by = \"device\" }", "only the attacker"),
        ("{ laptop = \"restart\" }", "only the server"),
        ("{ admin = \"rotate-key\" }", "only the server"),
        ("{ server = \"rotate-key\", overlap = 1 }", "`overlap`: write true"),
        ("{ server = \"restart\", overlap = true }", "`restart` takes no `overlap`"),
        ("{ laptop = \"keep-trying\" }", "that is for everyone"),
        ("{ everyone = \"log-out\" }", "everyone can't `log-out`"),
        ("{ laptop = \"advance\" }", "write { advance = \"1m\" }"),
        ("{ advance = \"soon\" }", "`advance`: `soon` is no span of time"),
        ("{ advance = 60 }", "`advance`: write a span of time in quotes"),
        ("{ advance = \"0s\" }", "`advance`: at least 1s"),
        ("{ attacker = \"steal\", by = \"device\" }", "`steal` needs `from`"),
        ("{ attacker = \"steal\", from = \"laptop\" }", "`steal` needs `by`"),
        ("{ attacker = \"steal\", from = \"admin\", by = \"device\" }", "`from`: write \"laptop\" or \"phone\""),
        ("{ attacker = \"steal\", from = \"phone\", by = \"magic\" }", "`by`: write \"device\""),
        ("{ attacker = \"forge\" }", "`forge` needs `how`"),
        ("{ attacker = \"forge\", how = \"magic\" }", "`how`: write \"edited-claims\" or"),
        ("{ laptop = \"forge\", how = \"alg-none\" }", "only the attacker"),
        ("{ attacker = \"overhear\", from = \"bystander\" }", "`from`: write \"laptop\" or \"phone\""),
        ("{ attacker = \"visit-other-service\" }", "that takes a password"),
        ("{ laptop = \"hold\", doing = \"refresh\" }", "`hold` needs `at`"),
        ("{ laptop = \"hold\", at = \"Some where\", doing = \"refresh\" }", "`at`: write a point"),
        ("{ laptop = \"hold\", at = \"x\", doing = \"client-only-log-out\" }", "is no request that one can `hold`"),
        ("{ laptop = \"hold\", at = \"x\", doing = \"dance\" }", "unknown verb `dance`"),
        ("{ attacker = \"hold\", at = \"x\", doing = \"log-in\" }", "attacker can't `log-in`"),
        ("{ server = \"add-node\", skew = \"4m\" }", "`skew`: `4m` does not say how wrong a clock is: write +4m"),
        ("{ server = \"add-node\", skew = 4 }", "`skew`: write a text in quotes"),
        ("{ server = \"add-node\", node = 1 }", "`server` takes no `node`"),
        ("{ server = \"restart\", new_keys = 1 }", "`new_keys`: write true"),
        ("{ server = \"rotate-key\", new_keys = true }", "`rotate-key` takes no `new_keys`"),
        ("{ server = \"move\" }", "`move` needs `to`"),
        ("{ server = \"move\", to = \"bank.example\" }", "`to`: `bank.example` can't stand before .localhost"),
        ("{ laptop = \"move\", to = \"b\" }", "only the server"),
        ("{ admin = \"grant-groups\", count = 0 }", "`count`: write a number from 1 to 1000"),
        ("{ laptop = \"grant-groups\", count = 3 }", "only the admin"),
        ("{ laptop = \"log-in\", node = 9 }", "`node`: write a number from 1 to 8"),
        ("{ everyone = \"keep-trying\", for = \"31d\" }", "`for`: at most 30 d"),
        ("{ attacker = \"steal\", from = \"phone\", by = \"wire\" }", "`steal` needs `seen`"),
        (
            "{ attacker = \"steal\", from = \"phone\", by = \"wire\", seen = \"log-in\" }",
            "`seen`: write \"open-account\" or \"refresh\"",
        ),
        ("{ attacker = \"steal\", from = \"phone\", by = \"script\", seen = \"refresh\" }", "`steal` takes no `seen`"),
        ("{ laptop = \"ride\", on = \"laptop\" }", "only the attacker"),
        ("{ attacker = \"ride\" }", "`ride` needs `on`"),
        ("{ laptop = \"lose-answer\", doing = \"advance\" }", "is no request that one can `lose-answer`"),
        ("{ everyone = \"stay-busy\", for = \"1h\" }", "`stay-busy` needs `every`"),
        ("{ everyone = \"stay-busy\", for = \"1h\", every = \"1s\" }", "at most 500 turns"),
        ("{ laptop = \"stay-busy\", for = \"1h\", every = \"1m\" }", "that is for everyone"),
        ("{ everyone = \"keep-trying\", quiet = \"laptop\" }", "`quiet`: write a list"),
        ("{ everyone = \"keep-trying\", quiet = [\"admin\"] }", "`quiet`: write \"laptop\" or"),
        ("{ everyone = \"keep-trying\", every = { phone = \"0s\" } }", "`every.phone`: at least 1s"),
        ("{ everyone = \"keep-trying\", every = { moon = \"1s\" } }", "`every`: write \"laptop\" or"),
    ];
    for (steps, why) in cases {
        let said = parse(&with_steps(steps)).expect_err(steps).to_string();
        assert!(said.starts_with("scenarios/mine.toml: step ") && said.contains(why), "{said}\nwanted {why}");
        assert!(!said.contains('\n'), "one line: {said}");
    }
}

#[test]
fn scripts_that_can_not_be_measured_are_refused() {
    const MARK: &str = "{ laptop = \"probe\", mark = true }";
    let cases = [
        ("".to_owned(), "`steps`: a scenario needs"),
        ("{ laptop = \"probe\" }".to_owned(), "no step has mark = true"),
        (format!("{MARK}, {MARK}"), "step 2: the mark is on step 1 already"),
        ("{ everyone = \"keep-trying\" }, ".to_owned() + MARK, "step 1: `keep-trying` goes on to the end"),
        ("{ everyone = \"keep-trying\", mark = true }".to_owned(), "can't be the mark"),
        (MARK.to_owned() + ", { everyone = \"keep-trying\" }, { everyone = \"keep-trying\" }", "comes last, and once"),
        ("{ laptop = \"probe\", mark = true, only = \"access\" }".to_owned(), "the mark is in every world"),
        ("{ laptop = \"log-in\", only = \"access\" }, ".to_owned() + MARK, "there is no world \"access\""),
        ("{ admin = \"ban\", mark = true }".to_owned(), "step 1: let the admin `log-in` first"),
        ("{ attacker = \"replay\", mark = true }".to_owned(), "nothing to replay"),
        ("{ laptop = \"probe\", node = 2, mark = true }".to_owned(), "step 1: there is no node 2: add it first"),
        ("{ admin = \"grant-groups\", count = 9, mark = true }".to_owned(), "step 1: let the admin `log-in` first"),
        ("{ attacker = \"overhear\", from = \"phone\" }, ".to_owned() + MARK, "phone has nothing to overhear"),
        ("{ phone = \"visit-other-service\" }, ".to_owned() + MARK, "phone has no token yet"),
        ("{ attacker = \"forge\", how = \"alg-none\", mark = true }".to_owned(), "nobody to become"),
        (
            "{ laptop = \"log-in\" }, { attacker = \"forge\", how = \"denylist-twin\", mark = true }".to_owned(),
            "step 2: `denylist-twin` begins with what somebody sent",
        ),
        ("{ attacker = \"ride\", on = \"laptop\", mark = true }".to_owned(), "laptop has no page open"),
        (
            "{ laptop = \"log-in\" }, { attacker = \"steal\", from = \"laptop\", by = \"wire\", seen = \"refresh\" }, "
                .to_owned()
                + MARK,
            "step 2: laptop sent no `refresh` that could be seen",
        ),
        (MARK.to_owned() + ", { laptop = \"release\" }", "step 2: laptop has no request held"),
        (MARK.to_owned() + ", { laptop = \"hold\", at = \"x\", doing = \"refresh\" }", "never let go: add { laptop ="),
        (
            MARK.to_owned()
                + ", { laptop = \"hold\", at = \"x\", doing = \"refresh\" }, { everyone = \"keep-trying\" }",
            "step 2: this request is never let go",
        ),
        (
            MARK.to_owned() + ", { laptop = \"hold\", at = \"x\", doing = \"refresh\" }, { phone = \"release\" }",
            "step 3: phone has no request held",
        ),
        (vec![MARK.replace(", mark = true", ""); 201].join(", "), "`steps`: at most 200"),
    ];
    for (steps, why) in cases {
        let said = parse(&with_steps(&steps)).expect_err(&steps).to_string();
        assert!(said.starts_with("scenarios/mine.toml: ") && said.contains(why), "{said}\nwanted {why}");
    }
}

#[test]
fn what_stands_around_the_steps_is_checked_too() {
    let cases = [
        (STOLEN.replace("title =", "titel ="), "`titel`: unknown key: did you mean `title`?"),
        (STOLEN.replace("question = \"Q?\"", ""), "`question` is missing"),
        (STOLEN.replace("\"Q?\"", "\" \""), "`question`: write a few words"),
        (STOLEN.replace("\"T\"", "5"), "`title`: invalid type"),
        (STOLEN.replace("\"T\"", "\"a\\u001b[31m\""), "`title`: one line of plain text"),
        (STOLEN.replace("\"ending\"", "\"endings\""), "`group`: unknown variant `endings`"),
        (STOLEN.replace("[33, 44]", "[-1]"), "`claims`: "),
        (STOLEN.replace("[33, 44]", "[0]"), "`claims`: claims are counted from 1"),
        (STOLEN.replace("[\"access\", ", "[\"access\", \"access\", "), "`thief`: each world once"),
        (STOLEN.replace("\"everything\"]", "\"nothing\"]"), "`thief`: unknown variant `nothing`"),
        (STOLEN.replace("steps = [", "baseline = \"all\"\nsteps = ["), "`baseline`: unknown variant `all`"),
        (STOLEN.replace("steps = [", "baseline = \"access\"\nsteps = ["), "`baseline`: each world of `thief`"),
        (
            STOLEN
                .replace("\"access\", \"everything\"]", "\"everything\"]")
                .replace("[expect.access]\njwt-cookie = \"0s = = -\"", ""),
            "step 6: `only`: there is no world",
        ),
        (STOLEN.replace("thief = [\"access\", \"everything\"]", ""), "`expect.access`"),
        (
            STOLEN.replace("[expect.access]", "[expect.acces]"),
            "`expect.acces`: this scenario's worlds are [expect.access] and",
        ),
        (STOLEN.replace("\"0s = = -\"", "\"0s = = \""), "`expect.access.jwt-cookie`: `0s = = `: write one token"),
        (STOLEN.replace("\"0s = = -\"", "5"), "`expect.access.jwt-cookie`: write the tokens in quotes"),
        (STOLEN.replace("\"0s = = -\"", "\"0s = = =\""), "bystander is not asked in this world: write -"),
        (STOLEN.replace("\"- = <=5m", "\"0s = <=5m"), "`expect.everything.jwt-cookie`: laptop is not asked"),
        (
            STOLEN.replace("by = \"device\" }", "by = \"device\", only = \"access\" }"),
            "nothing is stolen in the world \"everything\"",
        ),
        (STOLEN.replace("{ laptop = \"log-in\" },", ""), "laptop has nothing to steal"),
        (STOLEN.replace("steps = [", "steps = [["), "line "),
        (STOLEN.replace("steps = [", "browser = 5\nsteps = ["), "`browser`: invalid type"),
        (format!("{STOLEN}\n[browser]\njwt-cookie = 5\n"), "`browser.jwt-cookie`: write in quotes by which rule"),
        (format!("{STOLEN}\n[browser]\njwt-cookie = \" \"\n"), "`browser.jwt-cookie`: write in quotes by which rule"),
        (format!("{STOLEN}\n[browser]\njwt-cookie = \"a\\nb\"\n"), "`browser.jwt-cookie`: one line of plain text"),
        (format!("{STOLEN}\n[browsr]\n"), "`browsr`: unknown key: did you mean `browser`?"),
    ];
    for (text, why) in cases {
        let said = parse(&text).expect_err(why).to_string();
        assert!(said.starts_with("scenarios/mine.toml: ") && said.contains(why), "{said}\nwanted {why}");
        assert!(!said.contains('\n'), "one line: {said}");
    }
    for id in ["", "Mine", "a b", "-a", "a/b"] {
        assert!(Scenario::parse(id, "f.toml", STOLEN).is_err(), "{id}");
    }
}

#[test]
fn nothing_is_as_usual_where_there_is_no_baseline() {
    let alone = |more: &str, expected: &str| {
        format!(
            "title = \"T\"\nquestion = \"Q?\"\ngroup = \"web\"\n{more}steps = [\n  {{ laptop = \"log-in\" }},\n  \
             {{ laptop = \"probe\", mark = true }},\n  {{ everyone = \"keep-trying\", quiet = [\"phone\", \
             \"attacker\", \"bystander\"] }},\n]\n[expect]\njwt-cookie = \"{expected} - - -\"\n"
        )
    };
    let said = parse(&alone("", "=")).expect_err("there is nothing that it is as").to_string();
    assert!(said.contains("`expect.jwt-cookie`: `=` means as in the baseline, and this scenario has none"), "{said}");
    for (more, expected) in [("", ">=23h"), ("", "never"), ("baseline = \"access\"\n", "=")] {
        parse(&alone(more, expected)).expect(expected);
    }
}

#[test]
fn a_real_browser_s_difference_is_explained_by_its_rule() {
    let text = format!("{STOLEN}\n[browser]\njwt-cookie = \" the rule \"\n");
    let scenario = parse(&text).expect("is a scenario");
    assert_eq!(scenario.browser.get("jwt-cookie").map(String::as_str), Some("the rule"));
}

#[test]
fn every_verb_has_its_name_in_the_list() {
    for name in Verb::NAMES {
        if let Some(verb) = Verb::plain(name) {
            assert_eq!(verb.name(), name);
        }
    }
    let with_options = Verb::NAMES.into_iter().filter(|name| Verb::plain(name).is_none()).collect::<Vec<_>>();
    let all = [
        "steal",
        "ride",
        "lure",
        "overhear",
        "forge",
        "grant-groups",
        "add-node",
        "move",
        "hold",
        "lose-answer",
        "stay-busy",
        "advance",
        "keep-trying",
    ];
    assert_eq!(with_options, all);
}
